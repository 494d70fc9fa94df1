package logs

import "testing"

func TestM365TLSHeaders(t *testing.T) {
	tests := []struct{ name, report, want string }{
		{"user", "UserPrincipalName,TLSVersion\nann@example.com,TLS1_0\n", "ann@example.com > : TLS 1.0 x1"},
		{"address", "Client IP;TLS Protocol;Requests\n198.51.100.7;TLS 1.1;12\n", "198.51.100.7 > : TLS 1.1 x12"},
		{"device", "\"Device Name\",\"Protocol\"\n\"PC 7\",\"TLSv1\"\n", "PC 7 > : TLS 1.0 x1"},
		{"Export-Csv", "#TYPE Selected\nUser,TlsVersion,Service\nann,769,Exchange Online\n", "ann > exchange online: TLS 1.0 x1"},
		{"URL", "User,Tls Version,Url\nann,TLS 1.0,https://outlook.office365.com/EWS?a=1\n", "ann > outlook.office365.com: TLS 1.0 x1"},
		{"headers again", "User,TlsVersion\nann,TLS 1.0\nUser,TlsVersion\nbob,TLS 1.0\n", "ann > : TLS 1.0 x1; bob > : TLS 1.0 x1"},
		{"no version", "User,TlsVersion\nann,TLS 1.0\nbob,\n", "ann > : TLS 1.0 x1; " + reasonUnmeasured + " x1"},
		{"no such version", "User,TlsVersion\nann,TLS 1.0\nbob,TLS 7\n", "ann > : TLS 1.0 x1; the version is none that is known x1"},
	}
	for _, tt := range tests {
		if got, _ := Detect("r.csv", []byte(tt.report)); got != "m365-tls" {
			t.Errorf("%s: detected %q", tt.name, got)
		}
		if got := mailShares(t, "m365-tls", tt.report); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
