package logs

import "testing"

func FuzzCombined(f *testing.F)      { fuzzFormat(f, "combined") }
func FuzzApacheRequest(f *testing.F) { fuzzFormat(f, "apache-request") }
func FuzzApacheError(f *testing.F)   { fuzzFormat(f, "apache-error") }
func FuzzNginxError(f *testing.F)    { fuzzFormat(f, "nginx-error") }
func FuzzHAProxy(f *testing.F)       { fuzzFormat(f, "haproxy") }
func FuzzALB(f *testing.F)           { fuzzFormat(f, "aws-alb") }
func FuzzClassicELB(f *testing.F)    { fuzzFormat(f, "aws-elb") }
func FuzzNLB(f *testing.F)           { fuzzFormat(f, "aws-nlb") }
func FuzzCloudFront(f *testing.F)    { fuzzFormat(f, "aws-cloudfront") }
func FuzzS3(f *testing.F)            { fuzzFormat(f, "aws-s3") }
func FuzzW3C(f *testing.F)           { fuzzFormat(f, "w3c") }
