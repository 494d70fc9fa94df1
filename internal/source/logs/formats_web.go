package logs

// webFormats are the access logs of web servers, balancers and clouds that
// are text.
func webFormats() []*Format {
	return []*Format{
		iisFormat(),
		combinedFormat(),
		apacheRequestFormat(),
		apacheErrorFormat(),
		nginxErrorFormat(),
		haproxyFormat(),
		albFormat(),
		classicELBFormat(),
		nlbFormat(),
		cloudFrontFormat(),
		s3Format(),
		w3cFormat(),
	}
}
