package logs

func corpusWeb() []corpusRow {
	return []corpusRow{
		{"real/iis/iis10-edge-plaso.log", "iis", "nofield: 15", 0, 2, 0},
		{"real/iis/iis6-plaso.log", "iis", "nofield: 12", 0, 3, 0},
		{"real/iis/iis7-owa-plaso.log", "iis", "nofield: 3", 0, 2, 0},
		{"real/iis/w3c-big-lnav.log", "iis", "nofield: 210", 0, 12, 0},
		{"synthetic/iis/u_ex260302_x.log", "iis", "-: 101, TLS 1.0: 396, TLS 1.1: 34, TLS 1.2: 811, TLS 1.3: 1658", 16, 47, 2899},
		{"synthetic/nginx/access-combined-ssl.log", "nginx", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
		// Apache's combined log is written like that of nginx.
		{"synthetic/apache/access-custom-ssl.log", "nginx", "-: 51, TLS 1.0: 209, TLS 1.1: 12, TLS 1.2: 405, TLS 1.3: 823", 16, 47, 1449},
	}
}
