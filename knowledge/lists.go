package knowledge

import (
	"fmt"
)

// Update is an update of Windows or .NET and what it brings.
type Update struct {
	Meta
	KB  string `yaml:"kb"`
	For string `yaml:"for"`
}

// BrokenApp is a program that Microsoft lists as failing without TLS 1.0/1.1.
type BrokenApp struct {
	Meta
	App      string `yaml:"app"`
	Affected string `yaml:"affected"`
	Fixed    string `yaml:"fixed"` // empty: no fixed version is known
}

// BrokenApp finds a listed program by the name an inventory prints.
func (b *Base) BrokenApp(name string) (*BrokenApp, bool) {
	name = words(name)
	for _, a := range b.BrokenApps {
		if containsWords(name, words(a.App)) {
			return a, true
		}
	}
	return nil, false
}

// Event is a Windows event about TLS.
type Event struct {
	Meta
	Channel  string `yaml:"channel"`
	Provider string `yaml:"provider"`
	EventID  int    `yaml:"event_id"`
	Meaning  string `yaml:"meaning"`
	Setting  string `yaml:"setting"` // what must be set for it to be written
}

// Alert is a TLS alert and the error Schannel makes of it.
type Alert struct {
	Meta
	Alert    int    `yaml:"alert"`
	Name     string `yaml:"name"`
	Schannel string `yaml:"schannel"`
	Code     uint32 `yaml:"code"`
}

// SuiteDefault is the cipher suites of a group of Windows releases.
type SuiteDefault struct {
	Meta
	OS            []string `yaml:"os"` // ids of OSDefault
	Order         []string `yaml:"order"`
	AEADWithRSA   []string `yaml:"aead_with_rsa"` // AEAD suites usable with an RSA certificate
	ECDHERSAGCM   *bool    `yaml:"ecdhe_rsa_gcm"`
	ECDHEECDSAGCM *bool    `yaml:"ecdhe_ecdsa_gcm"`
	LikeWithout   string   `yaml:"like_without"`
	LaterChange   string   `yaml:"later_change"`
	Consequence   string   `yaml:"consequence"`
}

// GroupDefault is the key exchange groups of a group of Windows releases.
type GroupDefault struct {
	Meta
	OS        string   `yaml:"os"`
	Order     []string `yaml:"order"`
	PQ        []string `yaml:"pq"`
	PQDefault string   `yaml:"pq_default"`
	PQBuilds  []string `yaml:"pq_builds"`
}

// Fact is a statement that no program computes with but that people need.
type Fact struct {
	Meta
	Subject string   `yaml:"subject"`
	Text    string   `yaml:"text"`
	List    []string `yaml:"list"`
}

func (f *Fact) check() error {
	if f.Subject == "" || f.Text == "" && len(f.List) == 0 {
		return fmt.Errorf("needs subject and text or list")
	}
	return nil
}
