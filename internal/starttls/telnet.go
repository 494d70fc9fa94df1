package starttls

// Commands of TELNET (RFC 854) and the option START_TLS
// (draft-altman-telnet-starttls-02).
const (
	telnetSE   = 240
	telnetSB   = 250
	telnetWill = 251
	telnetWont = 252
	telnetDo   = 253
	telnetDont = 254
	telnetIAC  = 255

	telnetStartTLS = 46
	telnetFollows  = 1
)

// maxOptions bounds how many options a server may negotiate before TLS.
const maxOptions = 64

// telnet offers the option START_TLS at once, which every server has to answer,
// and turns all others down. TLS begins when both sides have said FOLLOWS.
func (d *dialog) telnet() error {
	d.asked = "WILL START_TLS"
	if err := d.write([]byte{telnetIAC, telnetWill, telnetStartTLS}); err != nil {
		return err
	}
	var text []byte // what is not a command: a banner, or no TELNET at all
	for options := 0; options < maxOptions; {
		b, err := d.r.ReadByte()
		switch {
		case err == errEndless:
			return d.refused(text, errEndless.Error())
		case err != nil && len(text) > 0 && options == 0:
			return d.refused(text, "")
		case err != nil:
			return d.broken(err)
		case b != telnetIAC:
			if len(text) <= maxSaid {
				text = append(text, b)
			}
			if beginsWithTLS(text) {
				return d.refused(text, "")
			}
			continue
		}
		options++
		done, err := d.telnetCommand(text)
		if done || err != nil {
			return err
		}
	}
	return d.refused(text, "negotiates options without end")
}

// telnetCommand deals with what follows IAC.
func (d *dialog) telnetCommand(text []byte) (done bool, err error) {
	cmd, err := d.r.ReadByte()
	if err != nil {
		return false, d.broken(err)
	}
	switch cmd {
	case telnetSB:
		return d.telnetSub()
	case telnetWill, telnetWont, telnetDo, telnetDont:
	default:
		return false, nil // a command without an option
	}
	option, err := d.r.ReadByte()
	switch {
	case err != nil:
		return false, d.broken(err)
	case option == telnetStartTLS && cmd == telnetDo && d.asked == "START_TLS":
		return false, nil // said already
	case option == telnetStartTLS && cmd == telnetDo:
		d.asked = "START_TLS"
		return false, d.write([]byte{telnetIAC, telnetSB, telnetStartTLS, telnetFollows, telnetIAC, telnetSE})
	case option == telnetStartTLS && cmd == telnetDont:
		return false, &Refusal{To: d.asked, Said: cut(text), Why: "does not offer START_TLS"}
	case cmd == telnetDo:
		return false, d.write([]byte{telnetIAC, telnetWont, option})
	case cmd == telnetWill:
		return false, d.write([]byte{telnetIAC, telnetDont, option})
	}
	return false, nil
}

// telnetSub reads a subnegotiation up to IAC SE.
func (d *dialog) telnetSub() (done bool, err error) {
	var body []byte
	for escaped := false; ; {
		b, err := d.r.ReadByte()
		switch {
		case err != nil:
			return false, d.broken(err)
		case escaped && b == telnetSE:
			return len(body) == 2 && body[0] == telnetStartTLS && body[1] == telnetFollows, nil
		case !escaped && b == telnetIAC:
			escaped = true
			continue
		}
		escaped = false
		if len(body) < 3 {
			body = append(body, b)
		}
	}
}
