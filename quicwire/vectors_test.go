package quicwire

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The connection id and the frames of RFC 9001, appendix A; RFC 9369 has the
// same ones in its own appendix A.
const (
	sampleID = "8394c8f03e515708"

	sampleClient = "060040f1010000ed0303ebf8fa56f129 39b9584a3896472ec40bb863cfd3e868" +
		"04fe3a47f06a2b69484c000004130113 02010000c000000010000e00000b6578" +
		"616d706c652e636f6dff01000100000a 00080006001d00170018001000070005" +
		"04616c706e0005000501000000000033 00260024001d00209370b2c9caa47fba" +
		"baf4559fedba753de171fa71f50f1ce1 5d43e994ec74d748002b000302030400" +
		"0d0010000e0403050306030203080408 050806002d00020101001c0002400100" +
		"3900320408ffffffffffffffff050480 00ffff07048000ffff08011001048000" +
		"75300901100f088394c8f03e51570806 048000ffff"

	sampleServer = "02000000000600405a020000560303ee fce7f7b37ba1d1632e96677825ddf739" +
		"88cfc79825df566dc5430b9a045a1200 130100002e00330024001d00209d3c94" +
		"0d89690b84d08a60993c144eca684d10 81287c834d5311bcf32bb9da1a002b00 020304"
)

// appendixA is what the two RFCs print.
var appendixA = []struct {
	version               Version
	iv                    string // of the client; the packets prove the other keys
	clientHead, clientTag string // of the protected packet of 1200 bytes
	server, retry         string
}{
	{
		version:    V1,
		iv:         "fa044b2f42a3fd3b46fb255c",
		clientHead: "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
		clientTag:  "e221af44860018ab0856972e194cd934",
		server: "cf000000010008f067a5502a4262b500 4075c0d95a482cd0991cd25b0aac406a" +
			"5816b6394100f37a1c69797554780bb3 8cc5a99f5ede4cf73c3ec2493a1839b3" +
			"dbcba3f6ea46c5b7684df3548e7ddeb9 c3bf9c73cc3f3bded74b562bfb19fb84" +
			"022f8ef4cdd93795d77d06edbb7aaf2f 58891850abbdca3d20398c276456cbc4 2158407dd074ee",
		retry: "ff000000010008f067a5502a4262b574 6f6b656e04a265ba2eff4d829058fb3f 0f2496ba",
	},
	{
		version:    V2,
		iv:         "91f73e2351d8fa91660e909f",
		clientHead: "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
		clientTag:  "a18b2faa745b6fe189cf772a9f84cbfc",
		server: "dc6b3343cf0008f067a5502a4262b500 4075d92faaf16f05d8a4398c47089698" +
			"baeea26b91eb761d9b89237bbf872630 17915358230035f7fd3945d88965cf17" +
			"f9af6e16886c61bfc703106fbaf3cb4c fa52382dd16a393e42757507698075b2" +
			"c984c707f0a0812d8cd5a6881eaf21ce da98f4bd23f6fe1a3e2c43edd9ce7ca8 4bed8521e2e140",
		retry: "cf6b3343cf0008f067a5502a4262b574 6f6b656ec8646ce8bfe33952d9555436 65dcc7b6",
	},
}

// TestAppendixAClient: the tag at the end covers every byte before it, so
// head and tag are the whole packet.
func TestAppendixAClient(t *testing.T) {
	for _, c := range appendixA {
		keys, err := InitialKeys(c.version, unhex(t, sampleID), Client)
		if err != nil {
			t.Fatal(err)
		}
		packet := keys.Seal(nil, &InitialPacket{
			DCID: unhex(t, sampleID), Number: 2, Frames: unhex(t, sampleClient), Size: 1200,
		})
		head, tag := unhex(t, c.clientHead), unhex(t, c.clientTag)
		if len(packet) != 1200 || !bytes.HasPrefix(packet, head) || !bytes.HasSuffix(packet, tag) {
			t.Errorf("%s: %d bytes %x ... %x", c.version, len(packet), packet[:len(head)], packet[len(packet)-16:])
		}
		if want := unhex(t, c.iv); !bytes.Equal(keys.iv[:], want) {
			t.Errorf("%s: iv %x, want %x", c.version, keys.iv, want)
		}
	}
}

func TestAppendixAServer(t *testing.T) {
	for _, c := range appendixA {
		keys, err := InitialKeys(c.version, unhex(t, sampleID), Server)
		if err != nil {
			t.Fatal(err)
		}
		datagram := unhex(t, c.server)
		before := bytes.Clone(datagram)
		h, rest, err := ParseHeader(datagram)
		if err != nil || len(rest) > 0 || h.Type != Initial || h.Version != c.version || hex.EncodeToString(h.SCID) != "f067a5502a4262b5" {
			t.Fatalf("%s: header %+v, rest %d, %v", c.version, h, len(rest), err)
		}
		payload, number, err := keys.Open(nil, &h)
		if err != nil || number != 1 || !bytes.Equal(payload, unhex(t, sampleServer)) {
			t.Errorf("%s: packet %d %x: %v", c.version, number, payload, err)
		}
		if !bytes.Equal(before, datagram) {
			t.Errorf("%s: reading changed the datagram", c.version)
		}
	}
}

func TestAppendixARetry(t *testing.T) {
	for _, c := range appendixA {
		packet, id := unhex(t, c.retry), unhex(t, sampleID)
		h, _, err := ParseHeader(packet)
		if err != nil || h.Type != Retry || string(h.Token) != "token" || !h.Authentic(id) {
			t.Fatalf("%s: %+v, authentic %v, %v", c.version, h, h.Authentic(id), err)
		}
		if h.Authentic(id[1:]) {
			t.Errorf("%s: a Retry for another connection passes", c.version)
		}
		again, err := AppendRetry(nil, c.version, id, h.DCID, h.SCID, h.Token)
		// The unused bits of the first byte are the sender's choice.
		if err != nil || !bytes.Equal(again, packet) {
			t.Errorf("%s: written again %x, %v", c.version, again, err)
		}
	}
}
