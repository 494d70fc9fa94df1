package audit

import (
	"bufio"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// run gives the records of one file, its coverage apart.
func run(t *testing.T, name, in string) ([]evidence.Record, *evidence.Coverage) {
	t.Helper()
	var opt Options
	if !strings.HasSuffix(name, ".csv") {
		opt.Knowledge = base(t)
	}
	var recs []evidence.Record
	err := Run(context.Background(), name, strings.NewReader(in), opt, func(r evidence.Record) error {
		recs = append(recs, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cov, ok := recs[len(recs)-1].(*evidence.Coverage)
	if !ok {
		t.Fatalf("the last record is %T", recs[len(recs)-1])
	}
	return recs[:len(recs)-1], cov
}

func TestInventory(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"contract", "host,product,version,owner,ip\nSFB01,Skype for Business Server 2015,6.0.9319.548,ann,192.0.2.1\n",
			"2: SFB01|Skype for Business Server 2015|6.0.9319.548|ann|192.0.2.1",
		},
		{"semicolons, BOM, CRLF", "\ufeffComputer Name;Software;Display Version\r\npc1;Java 7, Update 80;7.0.800\r\n", "2: pc1|Java 7, Update 80|7.0.800||"},
		{"tabs", "HostName\tDisplayName\tDisplayVersion\tContact\nh\tp\t1\tc\n", "2: h|p|1|c|"},
		{"quotes", `"Computer","Product","Version"` + "\n" + `"a","Big ""App"", the","1,2"` + "\n", `2: a|Big "App", the|1,2||`},
		{"SCCM", "Netbios_Name0,DisplayName0,Version0,IP_Addresses0\nA,P,1,\"fe80::1, 192.0.2.3\"\n", "2: A|P|1||fe80::1"},
		{"Active Directory", "\"Name\",\"OperatingSystem\",\"OperatingSystemVersion\"\n\"PC7\",\"Windows 7 Professional\",\"6.1 (7601)\"\n", "2: PC7|Windows 7 Professional|6.1 (7601)||"},
		{"name is the product", "Computer,Name,Version\nA,Office,14.0\n", "2: A|Office|14.0||"},
		{"PowerShell preamble", "#TYPE Selected.System\n\nPSComputerName,Product,Build\nA,P,1\n", "4: A|P|1||"},
		{"Excel preamble", "sep=;\nserver;product\nA;P\n", "3: A|P|||"},
		{"no version", "server;product\nA;P\n", "2: A|P|||"},
		{"line break in a cell", "host,product,version\nA,\"P\nQ\",1\nB,R,2\n", "2: A|P\nQ|1|| 4: B|R|2||"},
		{"trailing cells", "host,product,version\nA,P,1,,\n", "2: A|P|1||"},
		{"empty lines", "host,product\n\n   \nA,P\n\n", "4: A|P|||"},
		{"no line end", "host,product\nA,P", "2: A|P|||"},
		{"ANSI", "host,product\nA,Gr\xfc\xdfe \x99\n", "2: A|Grüße ™|||"},
		{"bad address", "host,product,ip\nA,P,n/a\n", "2: A|P||| blind: 1 rows whose ip is not an address"},
		{
			"ragged", "host,product,version\nA,P\nB,Q,1,2\nC,R,3\n",
			"4: C|R|3|| skip inv.csv:2 row with fewer fields than the header skip inv.csv:3 row with more fields than the header",
		},
		{
			"holes", "host,product\n,P\nA,\nB,Q\nHost,Product\n",
			"4: B|Q||| skip inv.csv:2 row without a host skip inv.csv:3 row without a product skip inv.csv:5 the header again",
		},
		{"quote not closed", "host,product\nA,\"P\nB,Q\n", "3: B|Q||| skip inv.csv:2 row whose quotes do not match"},
		{"quote in a field", "host,product\nA,19\" monitor\nB,Q\n", "2: A|19\" monitor||| 3: B|Q|||"},
		{"text after a quote", "host,product\n\"A\"x,P\nB,Q\n", "3: B|Q||| skip inv.csv:2 row whose quotes do not match"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []string{c.in, utf16Bytes(c.in, true, false)} {
				if c.name == "ANSI" && in != c.in {
					continue
				}
				recs, cov := run(t, "inv.csv", in)
				var got []string
				for _, r := range recs {
					p := r.(*evidence.Product)
					got = append(got, fmt.Sprintf("%d: %s|%s|%s|%s|%s", p.Where.Line, p.Host, p.Name, p.Version, p.Owner, p.IP))
				}
				for _, s := range cov.Skipped {
					got = append(got, "skip "+s.Ref+" "+s.Reason)
				}
				for _, b := range cov.Blind {
					got = append(got, "blind: "+b)
				}
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("got  %s\nwant %s", s, c.want)
				}
				if cov.Used != len(recs) || cov.Read != len(recs)+len(cov.Skipped) {
					t.Errorf("read %d, used %d", cov.Read, cov.Used)
				}
			}
		})
	}
}

func TestDetect(t *testing.T) {
	reg := "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\a]\r\n"
	for _, c := range []struct{ name, head, want string }{
		{"a.reg", reg, KindReg},
		{"a.txt", utf16Bytes(reg, true, false), KindReg},
		{"a", utf16Bytes(reg, false, false), KindReg},
		{"a", utf16Bytes(reg, false, true), KindReg},
		{"a", "\ufeff" + reg, KindReg},
		{"a", "\r\nREGEDIT4\r\n", KindReg},
		{"A.REG", "; a fragment\n[HKEY_LOCAL_MACHINE\\a]\n", KindReg},
		{"a.ini", "[HKEY_LOCAL_MACHINE\\a]\n", ""},
		{"a.ini", "[section]\nkey=value\n", ""},
		{"a.csv", "host,product,version\n", KindInventory},
		{"a.csv", utf16Bytes("Computer;Software;Version\r\n", true, false), KindInventory},
		{"a.csv", "party,owner\n", ""},
		{"a.csv", "party,reason,owner,until\n", ""},
		{"a.csv", "Plugin ID,CVE,Risk,Host,Protocol,Port,Name\n", ""},
		{"a.csv", "id,fqdn/ip,port,severity,finding,cve,cwe\n", ""},
		{"a.csv", "Computer,Name,Owner\n", ""},
		{"a.csv", "timestamp,host,application,tls_version\n", ""},
		{"a.csv", "name,version\n", ""},
		{"u_ex1.log", "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip\r\n", ""},
		{"a.json", `{"kind":"product","host":"a","product":"b"}`, ""},
		{"a.txt", "host and product, version\n", ""},
		{"a.reg", "", ""},
		{"a.bin", "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00", ""},
		{"SYSTEM", "regf\x00\x00", KindHive},
		{"x.bin", string(hiveWriter{}.write(&treeKey{})[:512]), KindHive},
	} {
		got, ok := Detect(c.name, []byte(c.head))
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s %q: %q %v, want %q", c.name, c.head[:min(len(c.head), 40)], got, ok, c.want)
		}
	}
}

func TestNotAnInventory(t *testing.T) {
	recs, cov := run(t, "x.csv", "a,b\n1,2\n")
	if len(recs) != 0 || cov.Failed == "" {
		t.Errorf("%v %+v", recs, cov)
	}
}

func FuzzInventory(f *testing.F) {
	f.Add([]byte("host,product,version\nA,\"P\nQ\"\"\",1\n\"B\n"))
	f.Add([]byte(utf16Bytes("sep=;\r\nComputer;Software;IP\r\nA;B;192.0.2.1\r\n", true, false)))
	f.Add([]byte(exchangeList))
	f.Add([]byte("ComponentName   Version\n-------------   -------\nLync Server 2013, Core Components  5.0\nA, B           1\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		cov := &evidence.Coverage{}
		products := 0
		v := &inventory{
			name: "x", lines: newLineReader(t.Context(), bufio.NewReader(strings.NewReader(string(in)))), cov: cov, host: "h",
			emit: func(r evidence.Record) error {
				if p := r.(*evidence.Product); p.Host == "" || p.Name == "" || p.Where.Line < 1 {
					t.Fatalf("product %+v", p)
				}
				products++
				return nil
			},
		}
		if err := v.run(); err != nil {
			t.Fatal(err)
		}
		if cov.Used < products || cov.Read < cov.Used || cov.Read > v.lines.no {
			t.Fatalf("read %d, used %d, products %d", cov.Read, cov.Used, products)
		}
		if products > 0 {
			if _, ok := Detect("x", in); !ok && len(in) < sniffLen {
				t.Fatal("products from a file that is not detected")
			}
		}
	})
}

func TestRecordsAreKept(t *testing.T) {
	a, _ := run(t, "a.csv", "host,product\nA,P\n")
	b, _ := run(t, "a.csv", utf16Bytes("host,product\r\nA,P\r\n", false, true))
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%v %v", a, b)
	}
}
