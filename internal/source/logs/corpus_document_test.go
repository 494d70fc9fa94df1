package logs

func corpusDocuments() []corpusRow {
	return []corpusRow{
		{"synthetic/nginx/access-json.log", "nginx-json", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
	}
}
