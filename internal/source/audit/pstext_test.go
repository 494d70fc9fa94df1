package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

const exchangeList = `
RunspaceId                  : 4a1b0c11-7f5e-4a55-8a5e-0d3c6a3d0b52
Name                        : EX01
DataPath                    : C:\Program Files\Microsoft\Exchange Server\V15\Mailbox
Domain                      : corp.example
Edition                     : StandardEvaluation
ExchangeLegacyDN            : /o=Example/ou=Exchange Administrative Group
                              (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn=EX01
Fqdn                        : EX01.corp.example
AdminDisplayVersion         : Version 15.1 (Build 1466.3)
Site                        : corp.example/Configuration/Sites/Default
WhenChanged                 : 02.03.2026 10:00:00

Name                        : EX02
Fqdn                        : EX02.corp.example
AdminDisplayVersion         : Version 15.2 (Build 1118.7)

`

func TestPowerShell(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"Get-ExchangeServer | fl", exchangeList, "2: EX01.corp.example|Exchange Server|15.1.1466.3 14: EX02.corp.example|Exchange Server|15.2.1118.7"},
		{
			"objects without an empty line between", "Name : A\nAdminDisplayVersion : Version 15.0 (Build 1497.2)\nName : B\nAdminDisplayVersion : Version 15.0 (Build 1395.4)\n",
			"1: A|Exchange Server|15.0.1497.2 3: B|Exchange Server|15.0.1395.4",
		},
		{
			"Get-ExchangeServer | Export-Csv", "#TYPE Microsoft.Exchange.Data\n\"Name\",\"Edition\",\"AdminDisplayVersion\",\"Status\"\n\"EX01\",\"Standard\",\"Version 15.1 (Build 1466.3)\",\"ok\"\n",
			"3: EX01|Exchange Server|15.1.1466.3",
		},
		{
			"Get-ExchangeServer", "\nName   Site      AdminDisplayVersion\n----   ----      -------------------\nEX01   a/b...    Version 15.1 (Build 1466.3)\nEX02   a/b...    Version 15.1 (Bui...\n",
			"4: EX01|Exchange Server|15.1.1466.3 skip inv.txt:5 cell that the table cut off: print it with Format-List or Export-Csv",
		},
		{
			"Get-CsServerPatchVersion", "\nComponentName                                        Version      \n-------------                                        -------      \n" +
				"Skype for Business Server 2015, Core Components      6.0.9319.548 \nSkype for Business Server 2015, Mediation Server     6.0.9319.0   \n\n\n",
			"4: inv|Skype for Business Server 2015|6.0.9319.548",
		},
		{
			"Get-CsServerPatchVersion | fl", "ComponentName : Microsoft Lync Server 2013, Core Components\nVersion       : 5.0.8308.956\n\nComponentName : Microsoft Lync Server 2013, Web Components\nVersion       : 5.0.8308.999\n",
			"1: inv|Microsoft Lync Server 2013|5.0.8308.956",
		},
		{"Get-CsServerPatchVersion | Export-Csv", "\"ComponentName\",\"Version\"\n\"Lync Server 2010, Web\",\"4.0.7577.1\"\n\"Lync Server 2010, Edge\",\"4.0.7577.2\"\n", "3: inv|Lync Server 2010|4.0.7577.2"},
		{"Win32_Product | fl", "PSComputerName : A\nName : Office\nVersion : 14.0\n", "1: A|Office|14.0"},
		{"an object without", "Name : A\nAdminDisplayVersion : Version 15.0 (Build 1)\n\nName : B\n\n", "1: A|Exchange Server|15.0.1 skip inv.txt:4 object without a host and a product"},
		{"SCCM view", "ResourceID,Netbios_Name0,TimeStamp,ProdID0,DisplayName0,Version0\n1,A,2026-01-01,{x},P,1\n", "2: A|P|1"},
		{"Intune apps", "ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName,OSVersion,EmailAddress\nx,P,1,y,A,10.0,ann@example\n", "2: A|P|1"},
		{"Intune devices", "Device ID,Device name,Enrollment date,OS version,OS,Primary user UPN\nx,A,2026-01-01,10.0.19045.3803,Windows,ann@example\n", "2: A|Windows|10.0.19045.3803"},
		{"Win32_OperatingSystem", "CSName;Caption;Version\nA;Microsoft Windows 7 Professional;6.1.7601\n", "2: A|Microsoft Windows 7 Professional|6.1.7601"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []string{c.in, strings.ReplaceAll(c.in, "\n", "\r\n"), utf16Bytes(c.in, true, false)} {
				if kind, ok := Detect("inv.txt", []byte(in)); !ok || kind != KindInventory {
					t.Fatalf("detected as %q", kind)
				}
				recs, cov := run(t, "inv.txt", in)
				var got []string
				for _, r := range recs {
					p := r.(*evidence.Product)
					got = append(got, fmt.Sprintf("%d: %s|%s|%s", p.Where.Line, p.Host, p.Name, p.Version))
				}
				for _, s := range cov.Skipped {
					got = append(got, "skip "+s.Ref+" "+s.Reason)
				}
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("got  %s\nwant %s", s, c.want)
				}
			}
		})
	}
}

func TestNotFromPowerShell(t *testing.T) {
	for _, in := range []string{
		"Name : A\nColour : red\n", "Host : A\n", "a : b\n", "Name   Version\n----   -------\nA      1\n",
		"key: value\nversion: 1\n", "ComponentName,Version,Path\nA,1,x\n", "-- a comment\nselect 1;\n", "Title\n-----\n",
	} {
		if kind, ok := Detect("x.txt", []byte(in)); ok {
			t.Errorf("%q is %s", in, kind)
		}
	}
}
