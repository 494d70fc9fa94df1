package evtx

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// The types of values, [MS-EVEN6] section 2.2.12.
const (
	typeNull = iota
	typeString
	typeAnsi
	typeInt8
	typeUint8
	typeInt16
	typeUint16
	typeInt32
	typeUint32
	typeInt64
	typeUint64
	typeFloat
	typeDouble
	typeBool
	typeBinary
	typeGUID
	typeSize
	typeFileTime
	typeSystemTime
	typeSID
	typeHex32
	typeHex64

	typeBinXML = 0x21
	typeArray  = 0x80 // a bit
)

// text is a value as event XML writes it. A value of a size that its type
// cannot have is nothing.
func text(kind byte, b []byte) string {
	if kind&typeArray != 0 {
		return arrayText(kind&^typeArray, b)
	}
	switch kind {
	case typeString:
		return utf16Text(b)
	case typeAnsi:
		return strings.ToValidUTF8(strings.TrimRight(string(b), "\x00"), "\uFFFD")
	case typeBinary:
		return strings.ToUpper(hex.EncodeToString(b))
	case typeSize:
		kind = typeHex32
		if len(b) == 8 {
			kind = typeHex64
		}
	case typeSID:
		return sidText(b)
	}
	if n := fixedSize(kind); n == 0 || len(b) != n {
		return ""
	}
	return fixedText(kind, b)
}

// fixedSize is the size of values of a type, in bytes, and 0 where it varies.
func fixedSize(kind byte) int {
	switch kind {
	case typeInt8, typeUint8:
		return 1
	case typeInt16, typeUint16:
		return 2
	case typeInt32, typeUint32, typeFloat, typeBool, typeHex32:
		return 4
	case typeInt64, typeUint64, typeDouble, typeFileTime, typeHex64:
		return 8
	case typeGUID, typeSystemTime:
		return 16
	}
	return 0
}

func fixedText(kind byte, b []byte) string {
	u := bits(b)
	switch kind {
	case typeInt8:
		return strconv.FormatInt(int64(int8(u)), 10)
	case typeInt16:
		return strconv.FormatInt(int64(int16(u)), 10)
	case typeInt32:
		return strconv.FormatInt(int64(int32(u)), 10)
	case typeInt64:
		return strconv.FormatInt(int64(u), 10)
	case typeFloat:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(u))), 'g', -1, 32)
	case typeDouble:
		return strconv.FormatFloat(math.Float64frombits(u), 'g', -1, 64)
	case typeBool:
		return strconv.FormatBool(u != 0)
	case typeGUID:
		return fmt.Sprintf("{%08x-%04x-%04x-%x-%x}", binary.LittleEndian.Uint32(b),
			binary.LittleEndian.Uint16(b[4:]), binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:])
	case typeFileTime:
		return timeText(fileTime(u))
	case typeSystemTime:
		return systemTimeText(b)
	case typeHex32, typeHex64:
		return "0x" + strconv.FormatUint(u, 16)
	}
	return strconv.FormatUint(u, 10)
}

// bits is the number in at most eight bytes.
func bits(b []byte) uint64 {
	var u uint64
	for i, c := range b[:min(len(b), 8)] {
		u |= uint64(c) << (8 * i)
	}
	return u
}

func timeText(t time.Time) string { return t.Format("2006-01-02T15:04:05.0000000Z") }

func systemTimeText(b []byte) string {
	var f [8]int
	for i := range f {
		f[i] = int(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return timeText(time.Date(f[0], time.Month(f[1]), f[3], f[4], f[5], f[6], f[7]*1e6, time.UTC))
}

// sidText is S-1-authority-subauthorities.
func sidText(b []byte) string {
	if len(b) < 8 || len(b) != 8+4*int(b[1]) {
		return ""
	}
	authority := uint64(0)
	for _, c := range b[2:8] {
		authority = authority<<8 | uint64(c)
	}
	s := fmt.Sprintf("S-%d-%d", b[0], authority)
	for b = b[8:]; len(b) > 0; b = b[4:] {
		s += "-" + strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b)), 10)
	}
	return s
}

// utf16Text is text up to its NULs at the end.
func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// arrayText joins the values of an array: strings end with NUL, others have
// one size.
func arrayText(kind byte, b []byte) string {
	if kind == typeString {
		return strings.ReplaceAll(utf16Text(b), "\x00", ", ")
	}
	n := fixedSize(kind)
	if n == 0 {
		return ""
	}
	var out []string
	for ; len(b) >= n; b = b[n:] {
		out = append(out, fixedText(kind, b[:n]))
	}
	return strings.Join(out, ", ")
}
