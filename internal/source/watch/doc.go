// Package watch reads packet captures and says which TLS each client and
// server negotiated, or failed to.
//
// The way of a packet, one file a step: chunk.go reads the file in large
// pieces; pcap.go and pcapng.go cut it into packets; link.go, wlan.go, ip.go,
// fragment.go and tunnel.go find the TCP segment or UDP datagram in a packet;
// batch.go hands them on; abreast.go does these steps side by side if there are
// cores for it, in the same order and with the same records.
// flow.go and flowtable.go find the connection of each. Of TCP, reassembly.go puts each
// direction in order, search.go finds where TLS begins, also after STARTTLS,
// SOCKS, CONNECT or PROXY, and records.go takes the messages out of the records.
// Of UDP, udp.go tells QUIC from DTLS, and quic.go and dtls.go take the messages
// out of their packets. handshake.go, offer.go and outcome.go make evidence of
// them; proxied.go reads whose connection a balancer says it hands on.
//
// # Memory
//
// Memory does not grow with the capture. Records are parsed where they lie
// in the read buffer: nothing is kept of a direction but the part of a hello
// that is not whole yet (64 KiB at most) and segments that came too early (64
// segments or 64 KiB at most). As soon as a handshake has ended, its
// connection shrinks to an entry of about 130 bytes. Both the number of
// connections (Options.MaxFlows) and the bytes kept for all of them together
// (Options.MaxHeld, which counts open sessions, records, early segments, CRYPTO frames
// and keys of QUIC, and fragments of DTLS) are bounded; when a bound is reached
// the connection that was silent longest is given up, what is known of it is
// emitted, and the coverage record counts it. IP fragments have a bound of
// their own, 4 MiB. At the default bounds that is some 33 MiB at the very worst,
// and with several cores some 5 MiB more, which wait between the steps; ordinary
// captures need a few.
//
// # What is not read yet
//
// TLS inside RDP over UDP, A-MSDUs of 802.11, and versions of QUIC that are
// older than draft 22. The coverage record of a file counts what was passed
// over for it.
package watch
