"""Writes captures that try to fill the memory of whoever reads them: hostile.py KIND COUNT >FILE.

Addresses are those of private and documentation networks (RFC 1918, RFC 5737).
"""

import random
import struct
import sys

out = sys.stdout.buffer
CLIENTS, SERVER = 0x0A000000, struct.pack(">I", 0xC6336401)
SYN, ACK = 2, 16
# A record and a message that promise a ClientHello of 16 KiB.
PROMISE = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03"
packets = 0


def packet(ip):
    global packets
    packets += 1
    frame = bytes(12) + b"\x08\x00" + ip
    out.write(struct.pack("<IIII", 1770000000 + packets // 100000, packets % 100000 * 10, len(frame), len(frame)) + frame)


def ipv4(client, protocol, payload, number, place=0):
    source = struct.pack(">I", CLIENTS + client // 50000)
    packet(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xFFFF, place, 64, protocol, 0, source, SERVER) + payload)


def tcp(client, sequence, flags, data=b""):
    head = struct.pack(">HHIIBBHHH", 1024 + client % 50000, 443, sequence, 1, 0x50, flags, 65535, 0, 0)
    ipv4(client, 6, head + data, packets)


def hello(suites, extensions=b""):
    body = b"\x03\x03" + random.randbytes(32) + b"\x00" + struct.pack(">H", len(suites)) + suites + b"\x01\x00"
    if extensions:
        body += struct.pack(">H", len(extensions)) + extensions
    message = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def name(text):
    return struct.pack(">HHHBH", 0, len(text) + 5, len(text) + 3, 0, len(text)) + text


def begun(n):
    """Connections with a small part of a large hello each."""
    for i in range(n):
        tcp(i, 0, SYN)
        tcp(i, 1, ACK, PROMISE + random.randbytes(600))


def long(n):
    """Connections with nearly all of a large hello each, side by side."""
    for part in range(12):
        for i in range(n):
            tcp(i, 1 + part * 1300, ACK, (PROMISE if part == 0 else b"") + random.randbytes(1300 if part else 1289))


def early(n, size=1400, parts=40):
    """Segments that come before the one before them."""
    for part in range(parts):
        for i in range(n):
            tcp(i, 1 + (size + 1) * (part + 1), ACK, random.randbytes(size))


def tiny(n):
    """The same, of one byte each."""
    early(n, 1, 60)


def fragments(n):
    """IP packets that never become whole."""
    for i in range(n):
        for part in range(8):
            ipv4(0, 6, random.randbytes(1400), i, 0x2000 | part * 176)


def names(n):
    """Hellos that nobody answers, each for another name."""
    for i in range(n):
        tcp(i, 1, ACK, hello(b"\xc0\x2f\x00\x2f", name(b"n%07d.example" % i)))


def programs(n):
    """Hellos of another offer each."""
    for i in range(n):
        tcp(i, 1, ACK, hello(random.randbytes(400)))


KINDS = {f.__name__: f for f in (begun, long, early, tiny, fragments, names, programs)}
out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
KINDS[sys.argv[1]](int(sys.argv[2]))
