package logs

// documentFormats are logs and reports in JSON, and those of network sensors.
func documentFormats() []*Format {
	return []*Format{
		nginxJSONFormat(),
	}
}
