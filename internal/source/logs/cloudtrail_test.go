package logs

import "testing"

func TestCloudTrailClients(t *testing.T) {
	event := func(source, agent string) string {
		return `{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-03-02T10:00:00Z","sourceIPAddress":"` + source + `","userAgent":"` + agent + `","userIdentity":{"arn":"arn:aws:iam::111122223333:user/ann"},"tlsDetails":{"tlsVersion":"TLSv1"}}`
	}
	tests := []struct{ record, ip, name, agent string }{
		{event("198.51.100.7", "[curl/8.0]"), "198.51.100.7", "", "curl/8.0"},
		{event("ec2.amazonaws.com", "[unclosed"), "", "ec2.amazonaws.com", "[unclosed"},
		{event("2001:db8::7", "-"), "2001:db8::7", "", ""},
		{event("AWS Internal", "AWS Internal"), "", "", "AWS Internal"},
		{`{"EventId":"1","CloudTrailEvent":"` + `{\"eventVersion\":\"1.08\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"x\",\"eventTime\":\"2026-03-02T10:00:00Z\",\"sourceIPAddress\":\"198.51.100.7\",\"userAgent\":\"a \\\"b\\\"\",\"userIdentity\":{\"arn\":\"arn:aws:iam::111122223333:user/ann\"},\"tlsDetails\":{\"tlsVersion\":\"TLSv1\"}}"}`, "198.51.100.7", "", `a "b"`},
	}
	for _, tt := range tests {
		hs := handshakesOf(mustRun(t, "c.json", []byte(`{"Events":[`+tt.record+`]}`), Options{}))
		if len(hs) != 1 {
			t.Errorf("%s: %d handshakes", tt.record, len(hs))
			continue
		}
		c := hs[0].Client
		if c.IP != tt.ip || c.Name != tt.name || c.UserAgent != tt.agent || c.Identity != "arn:aws:iam::111122223333:user/ann" || hs[0].Server.Name != "s3.amazonaws.com" {
			t.Errorf("%s: %s, name %q", tt.record, brief(hs[0]), c.Name)
		}
	}
}
