// Goserver is a TLS server of Go's crypto/tls for bench/scan.sh: all versions
// and suites it has, with two certificates.
//
//	goserver ADDRESS CERT KEY CERT KEY
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"slices"
)

func main() {
	fmt.Fprintln(os.Stderr, "goserver:", serve(os.Args[1:]))
	os.Exit(1)
}

// serve goes on until something fails.
func serve(args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("want an address and two pairs of files")
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS10}
	for i := 1; i < len(args); i += 2 {
		pair, err := tls.LoadX509KeyPair(args[i], args[i+1])
		if err != nil {
			return err
		}
		conf.Certificates = append(conf.Certificates, pair)
	}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		conf.CipherSuites = append(conf.CipherSuites, s.ID)
	}
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			tls.Server(c, conf).Handshake()
		}()
	}
}
