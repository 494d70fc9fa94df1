package watch

import "github.com/tlsready/tlsready/tlswire"

// sslv2ServerHello takes a SERVER-HELLO of SSLv2: the connection goes on in
// SSLv2, in both directions.
func (s *session) sslv2ServerHello(d int) {
	s.begin()
	s.gotServer, s.client = true, 1-d
	s.ev.Negotiated = tlswire.SSL20
	s.touch()
	s.half[0].mode, s.half[1].mode = modeSSLv2, modeSSLv2
}

// sslv2Data takes what follows: first the client's CLIENT-MASTER-KEY, which
// names the cipher, then the server's encrypted answer.
func (s *session) sslv2Data(d int, b []byte) {
	const masterKey = 2
	switch {
	case d == s.client && !s.sslv2Key && len(b) >= 6 && b[0]&0x80 != 0 && b[2] == masterKey:
		kind := tlswire.CipherKind(uint32(b[3])<<16 | uint32(b[4])<<8 | uint32(b[5]))
		s.ev.Suite, s.sslv2Key = kind.String(), true
		s.touch()
	case d != s.client && s.sslv2Key:
		_, err := tlswire.ParseSSLv2Error(b)
		s.sslv2Ready = err != nil
		s.touch()
		s.decide()
	}
}
