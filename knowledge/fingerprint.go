package knowledge

import "github.com/tlsready/tlsready/tlswire"

// Fingerprints are JA3 and JA4 of the client's hello; both are empty without
// one, and of the SSLv2 form.
//
// A fingerprint is that of the hello as it was recorded. A client that sends
// no server name, speaks another application protocol or shuffles its
// extensions has other ones.
func (k *KnownClient) Fingerprints() (ja3, ja4 string) {
	h := k.Hello.Parse()
	if h == nil {
		return "", ""
	}
	return tlswire.JA3(h), tlswire.JA4(h, tlswire.TransportTCP)
}

// printIndex finds known clients by fingerprint.
type printIndex struct{ ja3, ja4 map[string][]*KnownClient }

func newPrintIndex(all []*KnownClient) *printIndex {
	x := &printIndex{map[string][]*KnownClient{}, map[string][]*KnownClient{}}
	for _, k := range all {
		ja3, ja4 := k.Fingerprints()
		if ja4 != "" {
			x.ja3[ja3] = append(x.ja3[ja3], k)
			x.ja4[ja4] = append(x.ja4[ja4], k)
		}
	}
	return x
}

// KnownByFingerprint gives every known client whose hello has exactly this
// fingerprint: that of JA4, which the order of extensions does not change, or
// without one that of JA3. Programs on one TLS library often share a
// fingerprint, so that several answers say no more than what they have in
// common.
func (b *Base) KnownByFingerprint(ja3, ja4 string) []*KnownClient {
	if ja4 != "" {
		return b.prints.ja4[ja4]
	}
	return b.prints.ja3[ja3]
}
