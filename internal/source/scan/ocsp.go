package scan

import (
	"encoding/asn1"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// The structures of RFC 6960, 4.2.1, as far as they are read.
type (
	ocspResponse struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type     asn1.ObjectIdentifier
			Response []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	ocspData struct {
		Version    int `asn1:"explicit,tag:0,default:0,optional"`
		Responder  asn1.RawValue
		ProducedAt time.Time `asn1:"generalized"`
		Responses  []ocspSingle
	}
	ocspSingle struct {
		Cert       asn1.RawValue
		Status     asn1.RawValue
		ThisUpdate time.Time `asn1:"generalized"`
		NextUpdate time.Time `asn1:"generalized,explicit,tag:0,optional"`
	}
)

// ocspBasicType is id-pkix-ocsp-basic.
var ocspBasicType = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}

// readOCSP reads a stapled response; nil when it cannot be read. Its signature
// is not checked: what is told is what the server shows.
func readOCSP(der []byte) *evidence.OCSPResponse {
	var r ocspResponse
	if _, err := asn1.Unmarshal(der, &r); err != nil {
		return nil
	}
	if r.Status != 0 {
		return &evidence.OCSPResponse{Status: ocspFailure(int(r.Status))}
	}
	data := r.basic()
	if data == nil || len(data.Responses) == 0 {
		return nil
	}
	one := data.Responses[0]
	return &evidence.OCSPResponse{
		Status: ocspStatus(one.Status.Tag), ProducedAt: data.ProducedAt.UTC(), ThisUpdate: one.ThisUpdate.UTC(), NextUpdate: utc(one.NextUpdate),
	}
}

// basic is the response of the one type in use.
func (r *ocspResponse) basic() *ocspData {
	if !r.Bytes.Type.Equal(ocspBasicType) {
		return nil
	}
	var whole asn1.RawValue
	var data ocspData
	if _, err := asn1.Unmarshal(r.Bytes.Response, &whole); err != nil {
		return nil
	}
	if _, err := asn1.Unmarshal(whole.Bytes, &data); err != nil {
		return nil
	}
	return &data
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// ocspStatus is that of one certificate.
func ocspStatus(tag int) string {
	switch tag {
	case 0:
		return "good"
	case 1:
		return "revoked"
	}
	return "unknown"
}

// ocspFailure is why a responder gave no answer.
func ocspFailure(code int) string {
	switch code {
	case 1:
		return "malformed_request"
	case 2:
		return "internal_error"
	case 3:
		return "try_later"
	case 5:
		return "sig_required"
	case 6:
		return "unauthorized"
	}
	return "unsuccessful"
}
