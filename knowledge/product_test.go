package knowledge

import (
	"strings"
	"testing"
)

var productCases = []struct {
	name, version, id string
	enable, disable   Standing
}{
	{"Skype for Business Server 2015", "6.0.9319.548", "prod.sfb.2015-cu9", Meets, Meets},
	{"Skype for Business Server 2015", "6.0.9319.516", "prod.sfb.2015-cu9", Below, Below},
	{"Skype for Business Server 2015, Core Components", "6.0.9319.562", "prod.sfb.2015-cu9", Meets, Meets},
	{"Skype for Business Server 2015", "", "prod.sfb.2015-cu9", UnknownBuild, UnknownBuild},
	{"Skype for Business Server 2015", "CU8", "prod.sfb.2015-cu9", Below, Below},
	{"Skype for Business Server 2015", "CU9", "prod.sfb.2015-cu9", Meets, Meets},
	{"Skype for Business Server", "6.0.9319.281", "prod.sfb.2015-cu9", Below, Below},
	{"Skype for Business Server", "2015", "prod.sfb.2015-cu9", UnknownBuild, UnknownBuild},
	{"Skype for Business Server 2019", "7.0.2046.123", "prod.sfb.2019-cu1", Meets, Meets},
	{"Skype for Business Server 2019", "17.0.2046.123", "prod.sfb.2019-cu1", Meets, Meets},
	{"Skype for Business Server 2019", "7.0.2046.0", "prod.sfb.2019-cu1", Below, Below},
	{"Skype for Business Server 2019", "7.0.2046.521", "prod.sfb.2019-cu1", Meets, Meets},
	{"Skype for Business Server 2015", "7.0.2046.123", "prod.sfb.2019-cu1", Meets, Meets}, // the build knows better
	{"Microsoft Lync Server 2013", "5.0.8308.1001", "prod.lync.2013", Cannot, Cannot},
	{"Lync Server 2010", "", "prod.lync.2010", Cannot, Cannot},

	{"Exchange Server 2010", "14.3.382.0", "prod.exchange.2010", Meets, Below},
	{"Microsoft Exchange Server 2013", "Version 15.0 (Build 1365.1)", "prod.exchange.2013", Meets, Below},
	{"Microsoft Exchange Server 2013", "15.00.1367.003", "prod.exchange.2013", Meets, Meets},
	{"Exchange Server 2016", "15.1.1261.35", "prod.exchange.2016", Below, Below},
	{"Exchange Server 2016", "Version 15.1 (Build 1415.2)", "prod.exchange.2016", Meets, Below},
	{"Exchange Server 2016", "Version 15.1 (Build 1466.3)", "prod.exchange.2016", Meets, Meets},
	{"Exchange Server 2016", "15.01.2507.061", "prod.exchange.2016", Meets, Meets},
	{"Exchange Server 2016", "CU8", "prod.exchange.2016", Meets, Below},
	{"Exchange", "15.1.1034.26", "prod.exchange.2016", Below, Below},
	{"Exchange Server 2019", "15.2.221.12", "prod.exchange.2019", Meets, Meets},
	{"Exchange Server SE", "15.2.2562.17", "prod.exchange.2019", Meets, Meets},
	{"Exchange Server", "", "", UnknownBuild, UnknownBuild},

	{"Microsoft Teams Rooms", "4.0.64.0", "prod.device.mtr", Meets, Meets},
	{"Teams Rooms", "4.0.51.0", "prod.device.mtr", Below, Below},
	{"Surface Hub", "10.0.15063.1835", "prod.device.surface-hub", Meets, Meets},
	{"Surface Hub", "15063.1805", "prod.device.surface-hub", Below, Below},
	{"Surface Hub", "1703", "prod.device.surface-hub", UnknownBuild, UnknownBuild},
	{"AD FS", "", "prod.adfs.wap-trust", BySettings, BySettings},
	{"Active Directory Federation Services", "10.0.17763", "prod.adfs.wap-trust", BySettings, BySettings},
	{"Microsoft Office Online Server", "16.0.10338.20039", "prod.oos", BySettings, BySettings},
	{"Microsoft Endpoint Configuration Manager", "5.00.9096", "prod.configmgr", BySettings, BySettings},

	{"SQL Server 2014", "12.0.4100.1", "prod.sql.02", Below, Below},
	{"SQL Server 2014", "12.0.4436.0", "prod.sql.01", Below, Below},
	{"SQL Server 2014", "12.0.4439.1", "prod.sql.01", Meets, Meets},
	{"SQL Server 2014", "12.0.2271.0", "prod.sql.04", Meets, Meets},
	{"SQL Server 2014", "12.0.2495.0", "prod.sql.03", Below, Below},
	{"SQL Server 2014", "12.2.5000.0", "prod.sql.2014-sp2", Meets, Meets},
	{"SQL Server", "12.0.6024.0", "prod.sql.2014-sp2", Meets, Meets},
	{"Microsoft SQL Server 2012 (64-bit)", "11.0.2100.60", "prod.sql.2012-old", Below, Below},
	{"SQL Server 2012", "11.0.5343.0", "prod.sql.07", Below, Below},
	{"SQL Server 2012", "11.0.6020.0", "prod.sql.05", Below, Below},
	{"SQL Server 2012", "11.0.6518.0", "prod.sql.06", Meets, Meets},
	{"SQL Server 2012", "11.0.7001.0", "prod.sql.2012-sp4", Meets, Meets},
	{"SQL Server 2008 R2", "10.50.6537.0", "prod.sql.09", Below, Below}, // first TLS 1.2 build, crashes
	{"SQL Server 2008 R2", "10.50.6542.0", "prod.sql.09", Meets, Meets},
	{"SQL Server 2008", "10.0.6556.0", "prod.sql.12", Meets, Meets},
	{"SQL Server 2019", "15.0.2000.5", "prod.sql.2016plus", Meets, Meets},
	{"SQL Server 2019", "", "prod.sql.2016plus", Meets, Meets},
	{"SQL Server 2005", "9.0.5000", "prod.sql.2005", Cannot, Cannot},
	{"SQL Server 2014", "", "", UnknownBuild, UnknownBuild},
	{"Microsoft SQL Server 2012 Native Client", "11.0.2100.60", "prod.sql.native-client", Below, Below},
	{"Microsoft SQL Server 2012 Native Client", "11.4.7001.0", "prod.sql.native-client", Meets, Meets},

	{"Skype for Business 2016", "16.0.4678.1000", "prod.client.sfb2016-msi", Meets, Meets},
	{"Skype for Business 2016", "16.0.8431.2215", "prod.client.sfb2016-c2r-sac", Below, Below},
	{"Skype for Business 2016", "16.0.9029.2253", "prod.client.sfb2016-c2r-monthly", Below, Below},
	{"Lync 2013", "15.0.4420.1017", "prod.client.lync2013", Below, Below},

	{"Microsoft SQL Server Management Studio", "18.0", "", "", ""},
	{"Microsoft SQL Server 2012 Setup (English)", "11.1.3000.0", "", "", ""},
	{"7-Zip", "23.01", "", "", ""},
	{"", "", "", "", ""},
}

func TestProductFor(t *testing.T) {
	b := mustBase(t)
	for _, c := range productCases {
		p, j := b.ProductFor(c.name, c.version)
		id := ""
		if p != nil {
			id = p.ID
		}
		if id != c.id || j.Enable != c.enable || j.Disable != c.disable {
			t.Errorf("%s %s is %q enable %q disable %q,\n want %q %q %q", c.name, c.version, id, j.Enable, j.Disable, c.id, c.enable, c.disable)
		}
		if p != nil && (j.Fact == "" || j.Fix == "" || j.Confidence == "") {
			t.Errorf("%s %s: judgement without fact, fix or confidence: %+v", c.name, c.version, j)
		}
		if j.Disable == Below && j.Needs == "" {
			t.Errorf("%s %s: below, but below what?", c.name, c.version)
		}
	}
}

// TestGates: what must not be disabled yet.
func TestGates(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		name, version string
		gate          bool
	}{
		{"Skype for Business Server 2015", "6.0.9319.516", true},
		{"Skype for Business Server 2015", "6.0.9319.548", false},
		{"Skype for Business Server 2015", "", true},
		{"Lync Server 2013", "5.0.8308.0", true},
		{"Exchange Server 2016", "CU8", true},
		{"AD FS", "", false}, // a matter of settings, judged there
		{"7-Zip", "1", false},
	} {
		if _, j := b.ProductFor(c.name, c.version); j.Gate() != c.gate {
			t.Errorf("%s %s: gate %v", c.name, c.version, j.Gate())
		}
	}
	_, j := b.ProductFor("Skype for Business Server 2015", "6.0.9319.516")
	if want := "CU9 (6.0.9319.548)"; j.Needs != want {
		t.Errorf("needs %q, want %q", j.Needs, want)
	}
}

func TestBuildTable(t *testing.T) {
	b := mustBase(t)
	table := b.BuildTables[0]
	for build, want := range map[string]string{
		"15.1.1415.2": "2016 CU8", "15.1.1415.7": "2016 CU8", "15.0.1367.3": "2013 CU20", "14.3.389.1": "2010 SP3 RU20",
		"15.1.225.42": "", "16.0.1": "",
	} {
		v, _ := ParseBuild(build)
		if got, ok := table.Update(v); got != want || ok != (want != "") {
			t.Errorf("%s is %q, want %q", build, got, want)
		}
	}
	// the levels of the products are those of the table
	for _, p := range b.Products {
		for _, l := range []*Level{p.Enable, p.Disable} {
			if l == nil || len(l.Build) == 0 || p.Name != "Exchange Server" {
				continue
			}
			if got, _ := table.Update(l.Build); got != p.Version+" "+l.Update {
				t.Errorf("%s: %s is %q in the table", p.ID, l, got)
			}
		}
	}
}

func TestBuild(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"6.0.9319.548", "6.0.9319.516", 1},
		{"15.1.1415.2", "15.01.1415.002", 0},
		{"1.7.0_80", "1.7.0_131", -1},
		{"9", "10", -1},
		{"3.4", "3.4.0", 0},
		{"Version 15.1 (Build 1466.3)", "15.1.1466.3", 0},
		{"v16.0.1-beta3", "16.0.1", 0},
	} {
		a, _ := ParseBuild(c.a)
		b, _ := ParseBuild(c.b)
		if a.Compare(b) != c.want || b.Compare(a) != -c.want {
			t.Errorf("%s %s: %d", a, b, a.Compare(b))
		}
	}
	if _, ok := ParseBuild("none"); ok {
		t.Error("a build in words")
	}
	long, _ := ParseBuild(strings.Repeat("4294967296.", 100))
	if len(long) != maxParts || long[0] != 1<<32-1 {
		t.Errorf("long build: %v", long)
	}
}

func FuzzBuild(f *testing.F) {
	f.Add("6.0.9319.548", "15.01.1415.002")
	f.Add("Version 15.1 (Build 1466.3)", "99999999999999999999")
	f.Add("", "Build")
	f.Fuzz(func(t *testing.T, s, u string) {
		a, ok := ParseBuild(s)
		if ok != (len(a) > 0) {
			t.Fatalf("%q: %v %v", s, a, ok)
		}
		b, _ := ParseBuild(u)
		if a.Compare(b) != -b.Compare(a) {
			t.Fatalf("%v %v compare unevenly", a, b)
		}
		if again, _ := ParseBuild(a.String()); a.Compare(again) != 0 {
			t.Fatalf("%q is %v, read again %v", s, a, again)
		}
	})
}

func FuzzProductFor(f *testing.F) {
	b := mustBase(f)
	f.Add("Skype for Business Server 2015", "6.0.9319.516")
	f.Add("SQL Server", "CU")
	f.Add("Exchange Server", "2016")
	f.Fuzz(func(t *testing.T, name, version string) {
		p, j := b.ProductFor(name, version)
		if p != nil && (j.Fact != p.ID || j.Disable == "") {
			t.Fatalf("%q %q: %s %+v", name, version, p.ID, j)
		}
	})
}
