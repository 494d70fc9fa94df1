package negotiate

// accept is the client's half: what it will not complete. Whoever moves the
// floor, the side to act is then the server.
func (c *Client) accept(r *Result) {
	s, rank := r.server, r.Version.Rank()
	refuse := c.Refuses
	reverse := func(w why) { r.fails(w, Reverse, ByServer) }
	key := keyKind(keyAny)
	if r.Suite != 0 {
		key = signedSuite(r.Suite)
	}
	switch {
	case rank < refuse.Lowest.Rank():
		reverse(whyLowest)
	case c.Implied && rank < c.max && !refuse.Lowest.Known():
		r.unknown(whyLowestNotKnown)
	case refuse.LegacySignatures && rank <= rankTLS11 && key != keyNone:
		if r.Suite == 0 {
			r.assumed |= assumesSigned
		}
		reverse(whyLegacySignature)
	case refuse.DHBits > 0 && s.DHBits > 0 && s.DHBits < refuse.DHBits && rank < rankTLS13 && byDH(r):
		reverse(whyDH)
	case refuse.DHMost > 0 && s.DHBits > refuse.DHMost && rank < rankTLS13 && byDH(r):
		r.fails(whyDHLong, Incapable, ByClient)
	case refuse.RSABits > 0 && s.shortRSA(refuse.RSABits) && s.shows(r, keyRSA):
		reverse(whyRSA)
	case refuse.SHA1Certificates && s.allSHA1(r):
		reverse(whySHA1)
	case refuse.NeedsEMS && s.EMS == No && rank < rankTLS13:
		reverse(whyEMS)
	}
}

func byDH(r *Result) bool { x := compileSuite(r.Suite); return x.exchange == byField }

// shows reports whether the server shows a key of this kind for the suite; of
// TLS 1.3 only when it has no other.
func (s *Server) shows(r *Result, kind keyKind) bool {
	if r.Version.Rank() == rankTLS13 || r.Suite == 0 {
		for _, k := range s.Keys {
			if kindOf(k.Type) != kind {
				return false
			}
		}
		return len(s.Keys) > 0
	}
	return authOf(r.Suite) == kind
}

// shortRSA reports whether all RSA keys are shorter than the client wants.
func (s *Server) shortRSA(bits int) bool {
	short := false
	for _, k := range s.Keys {
		if k.Type != "RSA" {
			continue
		}
		if k.Bits == 0 || k.Bits >= bits {
			return false
		}
		short = true
	}
	return short
}

// allSHA1 reports whether every certificate that the server may show is signed
// over SHA-1.
func (s *Server) allSHA1(r *Result) bool {
	found := false
	for _, k := range s.Keys {
		if !s.shows(r, kindOf(k.Type)) && r.Version.Rank() < rankTLS13 && r.Suite != 0 {
			continue
		}
		if !k.SHA1 {
			return false
		}
		found = true
	}
	return found
}
