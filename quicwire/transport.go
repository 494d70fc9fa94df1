package quicwire

// TransportParameters is the TLS extension without which no server goes on
// with a hello (RFC 9001, 8.2): its type, and its data. scid is the client's
// connection id, which the server holds against that of the packet (RFC 9000,
// 7.3); the limits beside it are such as any client sets.
func TransportParameters(v Version, scid []byte) (extension uint16, data []byte) {
	const (
		maxIdle        = 0x01 // milliseconds
		maxData        = 0x04 // bytes, as the stream limits
		maxBidiLocal   = 0x05
		maxBidiRemote  = 0x06
		maxUni         = 0x07
		maxBidiStreams = 0x08
		maxUniStreams  = 0x09
		initialSource  = 0x0f
	)
	for _, p := range [...]struct{ id, value uint64 }{
		{maxIdle, 10_000},
		{maxData, 1 << 18},
		{maxBidiLocal, 1 << 16},
		{maxBidiRemote, 1 << 16},
		{maxUni, 1 << 16},
		{maxBidiStreams, 16},
		{maxUniStreams, 16},
	} {
		data = AppendVarint(data, p.id)
		data = appendVec(data, AppendVarint(nil, p.value))
	}
	data = appendVec(AppendVarint(data, initialSource), scid)
	r, ok := v.rules()
	if !ok {
		return extTransport, data
	}
	return r.transportExtension, data
}
