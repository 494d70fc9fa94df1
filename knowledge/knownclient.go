package knowledge

import (
	"encoding/base64"
	"fmt"

	"github.com/tlsready/tlsready/tlswire"
)

// KnownClient is one program in one version on one system: as it was recorded
// when it connected, or as far as public sources describe it. Client, the
// wider record it belongs to, is a range of versions with its user agents.
//
// What is not known is absent: no list means that nobody knows it, never that
// it is empty.
type KnownClient struct {
	Meta
	Name    string `yaml:"name"`    // the program: "curl"
	Version string `yaml:"version"` // as the maker writes it
	System  string `yaml:"system"`  // what it ran on: "Debian 12"
	Library string `yaml:"library"` // what does its TLS, if that is not the program itself: "OpenSSL 3.0.19"
	Client  string `yaml:"client"`  // id of the Client record
	Command string `yaml:"command"` // how it was started when it was recorded

	Setting string `yaml:"setting"` // what was set otherwise than as shipped; empty: nothing
	SetBy   SetBy  `yaml:"set_by"`  // where the setting stands

	Max        tlswire.Version `yaml:"max"`         // highest it can do at all; absent: that of the Client record
	DefaultMax tlswire.Version `yaml:"default_max"` // highest it offers as shipped; absent: that of the Client record
	Min        tlswire.Version `yaml:"min"`         // lowest it offers, where its hello cannot say so; 0: not known

	// Hello is the ClientHello as it was sent. Only without one may the lists
	// stand in the record.
	Hello               HelloBytes                `yaml:"hello"`
	Suites              []tlswire.Suite           `yaml:"suites"`
	Groups              []tlswire.Group           `yaml:"groups"`
	SignatureAlgorithms []tlswire.SignatureScheme `yaml:"signature_algorithms"`
	Extensions          []string                  `yaml:"extensions"`

	Refuses Refusals `yaml:"refuses"`
	Fix     string   `yaml:"fix"` // absent: that of the Client record
}

// SetBy is where a setting stands that makes a client differ from what its
// maker ships.
type SetBy string

// The places.
const (
	SetByCode   SetBy = "code"   // the program's own source names it
	SetByConfig SetBy = "config" // a file, an option or the environment
)

// UnmarshalText takes the known places only.
func (s *SetBy) UnmarshalText(b []byte) error {
	return oneOf(s, b, "set_by", SetByCode, SetByConfig)
}

// Refusals are what a client offers, or does not mention, and yet does not
// complete. A zero is "not known to refuse", not "known to accept".
type Refusals struct {
	Below   tlswire.Version `yaml:"below"`    // completes no version below this one, although it may offer them
	DHBits  int             `yaml:"dh_bits"`  // smallest prime of finite-field Diffie-Hellman that it takes
	DHMost  int             `yaml:"dh_most"`  // longest prime that it takes
	RSABits int             `yaml:"rsa_bits"` // smallest RSA key that it takes
	SHA1    bool            `yaml:"sha1"`     // takes no signature over SHA-1, although it may offer it
	EMS     bool            `yaml:"ems"`      // wants the extended master secret (RFC 7627) below TLS 1.3
}

// HelloBytes is a ClientHello as it stands at the start of a connection: TLS
// records with their headers, or the SSLv2 form. In data it is base64.
type HelloBytes []byte

// UnmarshalText reads base64 of a whole hello that parses.
func (h *HelloBytes) UnmarshalText(b []byte) error {
	raw, err := base64.StdEncoding.DecodeString(string(b))
	if err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	if _, err := tlswire.ReadClientHello(raw, nil); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	*h = raw
	return nil
}

// MarshalText writes base64.
func (h HelloBytes) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, h), nil
}

// Parse gives the hello; nil when there is none.
func (h HelloBytes) Parse() *tlswire.ClientHello {
	if len(h) == 0 {
		return nil
	}
	hello, err := tlswire.ReadClientHello(h, nil)
	if err != nil {
		return nil
	}
	return &hello
}

func (k *KnownClient) check() error {
	lists := len(k.Suites) + len(k.Groups) + len(k.SignatureAlgorithms) + len(k.Extensions)
	switch {
	case k.Name == "":
		return fmt.Errorf("needs a name")
	case len(k.Hello) > 0 && lists > 0:
		return fmt.Errorf("has a hello, which says its lists: leave them out")
	case len(k.Hello) > 0 && k.Command == "":
		return fmt.Errorf("has a hello but no command: how was it recorded?")
	case (k.Setting == "") != (k.SetBy == ""):
		return fmt.Errorf("setting and set_by belong together")
	}
	for _, e := range k.Extensions {
		if _, ok := tlswire.ExtensionByName(e); !ok {
			return fmt.Errorf("no extension is called %q", e)
		}
	}
	return k.checkVersions()
}

// checkVersions finds what the hello and the stated versions say against each
// other.
func (k *KnownClient) checkVersions() error {
	h := k.Hello.Parse()
	switch {
	case h != nil && h.Extensions.Has(tlswire.ExtSupportedVersions) && k.Min != 0:
		return fmt.Errorf("its hello lists the versions: leave min out")
	case h != nil && k.Max != 0 && k.Max.Below(h.MaxVersion()):
		return fmt.Errorf("offers %s but can do only %s", h.MaxVersion(), k.Max)
	case h != nil && k.Setting == "" && k.DefaultMax != 0 && h.MaxVersion() != k.DefaultMax:
		return fmt.Errorf("offers %s as shipped, but default_max is %s", h.MaxVersion(), k.DefaultMax)
	case k.Max != 0 && k.Max.Below(k.DefaultMax):
		return fmt.Errorf("offers %s by default but can do only %s", k.DefaultMax, k.Max)
	case k.Min != 0 && h != nil && h.MaxVersion().Below(k.Min):
		return fmt.Errorf("offers at most %s, but min is %s", h.MaxVersion(), k.Min)
	}
	return nil
}
