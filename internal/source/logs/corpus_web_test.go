package logs

func corpusWeb() []corpusRow {
	return []corpusRow{
		{"real/iis/iis10-edge-plaso.log", "iis", "nofield: 15", 0, 2, 0},
		{"real/iis/iis6-plaso.log", "iis", "nofield: 12", 0, 3, 0},
		{"real/iis/iis7-owa-plaso.log", "iis", "nofield: 3", 0, 2, 0},
		{"real/iis/w3c-big-lnav.log", "iis", "nofield: 210", 0, 12, 0},
		{"synthetic/iis/u_ex260302_x.log", "iis", "-: 101, TLS 1.0: 396, TLS 1.1: 34, TLS 1.2: 811, TLS 1.3: 1658", 16, 47, 2899},
		{"synthetic/nginx/access-combined-ssl.log", "combined", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
		{"synthetic/apache/access-custom-ssl.log", "combined", "-: 51, TLS 1.0: 209, TLS 1.1: 12, TLS 1.2: 405, TLS 1.3: 823", 16, 47, 1449},
		{"synthetic/apache/ssl_request_log", "apache-request", "TLS 1.0: 209, TLS 1.1: 12, TLS 1.2: 405, TLS 1.3: 823", 16, 47, 1449},
		{"synthetic/haproxy/haproxy-sslv.log", "haproxy", "-: 28, TLS 1.0: 123, TLS 1.1: 18, TLS 1.2: 259, TLS 1.3: 572, fail: 9", 15, 46, 981},
		{"real/aws/alb-crowdsec.log", "aws-alb", "-: 1, TLS 1.2: 13", 0, 14, 13},
		{"synthetic/aws/alb.log", "aws-alb", awsFigures, 16, 47, 674},
		{"synthetic/aws/classic-elb.log", "aws-elb", awsFigures, 16, 47, 674},
		{"synthetic/aws/nlb-tls.log", "aws-nlb", "TLS 1.0: 98, TLS 1.1: 6, TLS 1.2: 201, TLS 1.3: 369", 16, 47, 674},
		{"real/aws/cloudfront-crowdsec.log", "aws-cloudfront", "TLS 1.3: 2", 0, 1, 2},
		{"synthetic/aws/cloudfront-standard.log", "aws-cloudfront", awsFigures, 16, 47, 674},
		{"synthetic/aws/s3-access.log", "aws-s3", awsFigures, 16, 47, 674},
		// CORPUS.md has no figures for this one. Read by eye: two requests over
		// TLS without a version, three lines about connections that broke.
		{"real/web/haproxy-crowdsec.log", "haproxy", "fail: 3, nofield: 2", 0, 3, 3},
	}
}

// awsFigures are those of the services that had the same requests.
const awsFigures = "-: 26, TLS 1.0: 98, TLS 1.1: 6, TLS 1.2: 201, TLS 1.3: 369"
