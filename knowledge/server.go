package knowledge

import (
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// ServerDefault is what a server product, a library or a system allows where
// its configuration says nothing, by release.
type ServerDefault struct {
	Meta
	Layer   string        `yaml:"layer"` // nginx, apache ... as settings name it
	Product string        `yaml:"product"`
	Role    string        `yaml:"role"`   // server, client; absent: both
	Policy  string        `yaml:"policy"` // a named policy of a system or a cloud; absent: the product itself
	Ranges  []ServerRange `yaml:"ranges"` // oldest first
	Fix     string        `yaml:"fix"`
}

// ServerRange is the default from one release on, until the next range.
type ServerRange struct {
	From    Build           `yaml:"from"` // absent: from the beginning
	Min     tlswire.Version `yaml:"min"`
	Max     tlswire.Version `yaml:"max"`
	Library bool            `yaml:"library"` // the TLS library decides, not the product
}

func (s *ServerDefault) check() error {
	for i, r := range s.Ranges {
		switch {
		case i > 0 && r.From.Compare(s.Ranges[i-1].From) <= 0:
			return fmt.Errorf("range %d does not start after the one before", i+1)
		case r.Library != (r.Min == 0 && r.Max == 0):
			return fmt.Errorf("range %d: want either library or min and max", i+1)
		case r.Max.Below(r.Min):
			return fmt.Errorf("range %d: max %s is below min %s", i+1, r.Max, r.Min)
		}
	}
	return nil
}

// At is the range that a release falls in.
func (s *ServerDefault) At(v Build) (ServerRange, bool) {
	for i := len(s.Ranges) - 1; i >= 0; i-- {
		if v.Compare(s.Ranges[i].From) >= 0 {
			return s.Ranges[i], true
		}
	}
	return ServerRange{}, false
}

// ServerDefault finds the record of a layer and role ("" for the server),
// without a policy name.
func (b *Base) ServerDefault(layer, role string) (*ServerDefault, bool) {
	return b.serverDefault(layer, role, "")
}

// ServerPolicy finds what a named policy of a layer allows, whatever case it
// is written in.
func (b *Base) ServerPolicy(layer, policy string) (*ServerDefault, bool) {
	if policy == "" {
		return nil, false
	}
	return b.serverDefault(layer, "", policy)
}

func (b *Base) serverDefault(layer, role, policy string) (*ServerDefault, bool) {
	for _, s := range b.ServerDefaults {
		if s.Layer == layer && strings.EqualFold(s.Policy, policy) && (s.Role == role || s.Role == "") {
			return s, true
		}
	}
	return nil, false
}

// Platform is a distribution of which the releases of its packages and the
// policy compiled into its OpenSSL are known.
type Platform struct {
	Meta
	Name     string            `yaml:"name"`
	OpenSSL  Build             `yaml:"openssl"`
	SecLevel int               `yaml:"seclevel"`
	Min      tlswire.Version   `yaml:"min"`      // what that OpenSSL allows untouched
	GnuTLS   []string          `yaml:"gnutls"`   // layers whose package is built on GnuTLS
	Packages map[string]string `yaml:"packages"` // release by layer
}

// Platform finds a platform by its name, "Debian 12".
func (b *Base) Platform(name string) (*Platform, bool) {
	for _, p := range b.Platforms {
		if strings.EqualFold(p.Name, strings.TrimSpace(name)) {
			return p, true
		}
	}
	return nil, false
}
