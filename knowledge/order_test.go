package knowledge

import (
	"slices"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

func TestStepOrder(t *testing.T) {
	b := mustBase(t)
	at := map[string]int{}
	for i, s := range b.StepOrder() {
		at[s.ID] = i
	}
	if len(at) != len(b.Steps) || len(at) < 20 {
		t.Fatalf("%d of %d steps in order", len(at), len(b.Steps))
	}
	for _, s := range b.Steps {
		for _, a := range s.After {
			if at[a] >= at[s.ID] {
				t.Errorf("%s comes before %s", s.ID, a)
			}
		}
	}
	// the order that costs most when wrong
	for _, pair := range [][2]string{
		{"step.patch-db-backend", "step.patch-db-client"},
		{"step.enable-server-12", "step.disable-server"},
		{"step.turn-on-evidence", "step.observe"},
		{"step.observe", "step.disable-server"},
		{"step.disable-server", "step.disable-client"},
		{"step.export-state", "step.patch-os"},
		{"step.disable-server", "step.harden-ciphers"},
	} {
		if at[pair[0]] >= at[pair[1]] {
			t.Errorf("%s must come before %s", pair[0], pair[1])
		}
	}
}

func TestConstraintsOn(t *testing.T) {
	b := mustBase(t)
	var ids []string
	for _, c := range b.ConstraintsOn("step.disable-server") {
		ids = append(ids, c.ID)
	}
	for _, want := range []string{"con.sfb-cu-before-disable", "con.adfs-strong-crypto", "con.exchange-cu-levels", "con.lync2013", "con.sql-before-consumers"} {
		if !slices.Contains(ids, want) {
			t.Errorf("%s does not hold step.disable-server back", want)
		}
	}
	for _, c := range b.Constraints {
		for _, id := range c.Applies {
			if _, ok := b.Record(id); !ok {
				t.Errorf("%s applies to %s", c.ID, id)
			}
		}
	}
}

// TestCauses: the taxonomy is the one that verdicts are written in.
func TestCauses(t *testing.T) {
	b := mustBase(t)
	for _, name := range []string{
		"incapable", "capable_but_off", "pinned_by_code", "pinned_by_config", "capped_by_framework_target", "no_common_cipher",
		"no_common_group_or_signature", "product_prerequisite_missing", "depends_on_legacy_endpoint", "middlebox", "reverse", "unidentified",
	} {
		if c, ok := b.Cause(name); !ok || c.Fix == "" || c.Name != name {
			t.Errorf("%s: %v", name, c)
		}
	}
	if len(b.Causes) != 12 {
		t.Errorf("%d causes", len(b.Causes))
	}
}

func TestPolicyByName(t *testing.T) {
	b := mustBase(t)
	for name, min := range map[string]tlswire.Version{
		"tls12": tlswire.TLS12, "office365": tlswire.TLS12, "tls13": tlswire.TLS13, "pqc": tlswire.TLS13, "pci-dss-4": tlswire.TLS12,
		"nist-800-52r2": tlswire.TLS12, "mozilla-intermediate": tlswire.TLS12, "bsi-tr-02102-2": tlswire.TLS12, "pol.rfc8996": tlswire.TLS12,
	} {
		if p, ok := b.PolicyByName(name); !ok || p.Min != min {
			t.Errorf("%s: %v", name, p)
		}
	}
	if _, ok := b.PolicyByName("tls11"); ok {
		t.Error("tls11 is no policy")
	}
	seen := map[string]bool{}
	for _, n := range b.PolicyNames() {
		if seen[n] {
			t.Errorf("%s names two policies", n)
		}
		seen[n] = true
	}
	if p, _ := b.PolicyByName("pqc"); !slices.Contains(p.RequireGroups, tlswire.GroupX25519MLKEM768) {
		t.Error("pqc asks for no group")
	}
}

// TestSuiteNames: every suite that a record names is one of IANA's.
func TestSuiteNames(t *testing.T) {
	b := mustBase(t)
	known := func(id string, names ...string) {
		for _, n := range names {
			var suite tlswire.Suite
			if err := suite.UnmarshalText([]byte(n)); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	for _, p := range b.Policies {
		known(p.ID, slices.Concat(p.TLS12, p.TLS13)...)
	}
	for _, s := range b.SuiteLists {
		known(s.ID, slices.Concat(s.Order, s.Retired)...)
	}
	for _, s := range b.SuiteDefaults {
		known(s.ID, slices.Concat(s.Order, s.AEADWithRSA)...)
	}
}
