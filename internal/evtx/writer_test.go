package evtx

// No public log holds the events that this project reads, so tests write
// their own.

import (
	"encoding/binary"
	"strconv"
	"unicode/utf16"
)

// written is an event to write.
type written struct {
	ID, Record  int
	Provider    string
	Time        uint64 // 100 ns since 1601
	Computer    string
	UserData    [][2]string // elements of UserData/EventXML
	EventData   [][2]string // named Data elements, if there is no UserData
	NoTemplates bool        // all in one piece, as collected events are
}

const namespace = "http://schemas.microsoft.com/win/2004/08/events/event"

// writeLog is a log file of the events, in one chunk.
func writeLog(events []written) []byte {
	file := make([]byte, 4096)
	copy(file, "ElfFile\x00")
	binary.LittleEndian.PutUint32(file[32:], 128)
	binary.LittleEndian.PutUint16(file[36:], 1)
	binary.LittleEndian.PutUint16(file[38:], 3)
	binary.LittleEndian.PutUint16(file[40:], 4096)
	binary.LittleEndian.PutUint16(file[42:], 1)
	return append(file, writeChunk(events)...)
}

func writeChunk(events []written) []byte {
	c := &writer{b: make([]byte, chunkHeader, chunkSize), names: map[string]int{}}
	copy(c.b, "ElfChnk\x00")
	for i := range events {
		c.record(&events[i])
	}
	binary.LittleEndian.PutUint32(c.b[40:], 128)
	binary.LittleEndian.PutUint32(c.b[48:], uint32(len(c.b)))
	return c.b[:chunkSize]
}

type writer struct {
	b        []byte
	names    map[string]int // where each stands
	template int            // where the template of events stands
}

func (w *writer) u8(n ...byte)  { w.b = append(w.b, n...) }
func (w *writer) u16(n int)     { w.b = binary.LittleEndian.AppendUint16(w.b, uint16(n)) }
func (w *writer) u32(n int)     { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n)) }
func (w *writer) u64(n uint64)  { w.b = binary.LittleEndian.AppendUint64(w.b, n) }
func (w *writer) text(s string) { w.b = append(w.b, utf16LE(s)...) }

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func (w *writer) record(e *written) {
	start := len(w.b)
	w.u8('*', '*', 0, 0)
	w.u32(0)
	w.u64(uint64(e.Record))
	w.u64(e.Time)
	w.u8(0x0f, 1, 1, 0)
	if e.NoTemplates {
		w.whole(e)
	} else {
		w.instance(e)
	}
	w.u8(0)
	for len(w.b)%8 != 4 {
		w.u8(0)
	}
	w.u32(len(w.b) + 4 - start)
	binary.LittleEndian.PutUint32(w.b[start+4:], uint32(len(w.b)-start))
}

// name writes the place of a name, and the name where it is used first.
func (w *writer) name(s string) {
	at, ok := w.names[s]
	if !ok {
		at = len(w.b) + 4
		w.names[s] = at
	}
	w.u32(at)
	if ok {
		return
	}
	w.u32(0)
	w.u16(0)
	w.u16(len(s))
	w.text(s)
	w.u16(0)
}

// open begins an element; dependency is for those of templates.
func (w *writer) open(name string, dependency bool, attrs ...string) {
	token := byte(0x01)
	if len(attrs) > 0 {
		token = 0x41
	}
	w.u8(token)
	if dependency {
		w.u16(0xffff)
	}
	w.u32(0)
	w.name(name)
	if len(attrs) > 0 {
		w.u32(0)
	}
	for i := 0; i+1 < len(attrs); i += 2 {
		w.u8(0x46)
		w.name(attrs[i])
		w.value(attrs[i+1])
	}
}

func (w *writer) value(s string) {
	w.u8(0x05, 1)
	w.u16(len(utf16LE(s)) / 2)
	w.text(s)
}

func (w *writer) leaf(name, text string, dependency bool, attrs ...string) {
	w.open(name, dependency, attrs...)
	w.u8(0x02)
	w.value(text)
	w.u8(0x04)
}

// The values of the template of events.
const (
	subProvider = iota
	subID
	subTime
	subRecord
	subComputer
	subUser
	subData
	substitutions
)

// instance writes the event as Windows does: a template of the system part
// and its values, the last of which is binary XML itself.
func (w *writer) instance(e *written) {
	w.u8(0x0c, 1)
	w.u32(7)
	if w.template == 0 {
		w.template = len(w.b) + 4
		w.u32(w.template)
		w.u32(0)
		w.b = append(w.b, make([]byte, 16+4)...)
		from := len(w.b)
		w.definition()
		binary.LittleEndian.PutUint32(w.b[from-4:], uint32(len(w.b)-from))
	} else {
		w.u32(w.template)
	}
	w.values(e)
}

func (w *writer) definition() {
	sub := func(i int, kind byte) {
		w.u8(0x0e)
		w.u16(i)
		w.u8(kind)
	}
	leaf := func(name string, i int, kind byte) {
		w.open(name, true)
		w.u8(0x02)
		sub(i, kind)
		w.u8(0x04)
	}
	attr := func(element, name string, i int, kind byte) {
		at := len(w.b)
		w.open(element, true)
		w.b[at] = 0x41
		w.u32(0)
		w.u8(0x06)
		w.name(name)
		sub(i, kind)
		w.u8(0x03)
	}
	w.u8(0x0f, 1, 1, 0)
	w.open("Event", true, "xmlns", namespace)
	w.u8(0x02)
	w.open("System", true)
	w.u8(0x02)
	attr("Provider", "Name", subProvider, 1)
	leaf("EventID", subID, 6)
	attr("TimeCreated", "SystemTime", subTime, 17)
	leaf("EventRecordID", subRecord, 10)
	w.leaf("Channel", "System", true)
	leaf("Computer", subComputer, 1)
	attr("Security", "UserID", subUser, 19)
	w.u8(0x04)
	sub(subData, 0x21)
	w.u8(0x04, 0)
}

func (w *writer) values(e *written) {
	inner := &writer{b: w.b, names: w.names}
	var all [substitutions][]byte
	kinds := [substitutions]byte{1, 6, 17, 10, 1, 0, 0x21}
	all[subProvider] = utf16LE(e.Provider)
	all[subID] = binary.LittleEndian.AppendUint16(nil, uint16(e.ID))
	all[subTime] = binary.LittleEndian.AppendUint64(nil, e.Time)
	all[subRecord] = binary.LittleEndian.AppendUint64(nil, uint64(e.Record))
	all[subComputer] = utf16LE(e.Computer)
	w.u32(substitutions)
	sizes := len(w.b)
	w.b = append(w.b, make([]byte, 4*substitutions)...)
	for i := range all {
		from := len(w.b)
		if i == subData {
			inner.b = w.b
			inner.u8(0x0f, 1, 1, 0)
			inner.data(e)
			inner.u8(0)
			w.b = inner.b
		} else {
			w.b = append(w.b, all[i]...)
		}
		binary.LittleEndian.PutUint16(w.b[sizes+4*i:], uint16(len(w.b)-from))
		w.b[sizes+4*i+2] = kinds[i]
	}
}

// data writes what is not the same for all events.
func (w *writer) data(e *written) {
	if len(e.UserData) > 0 {
		w.open("UserData", false)
		w.u8(0x02)
		w.open("EventXML", false, "xmlns", "LSA_NS")
		w.u8(0x02)
		for _, d := range e.UserData {
			w.leaf(d[0], d[1], false)
		}
		w.u8(0x04, 0x04)
		return
	}
	w.open("EventData", false)
	w.u8(0x02)
	for _, d := range e.EventData {
		w.leaf("Data", d[1], false, "Name", d[0])
	}
	w.u8(0x04)
}

// whole writes the event without a template.
func (w *writer) whole(e *written) {
	w.open("Event", false, "xmlns", namespace)
	w.u8(0x02)
	w.open("System", false)
	w.u8(0x02)
	w.open("Provider", false, "Name", e.Provider)
	w.u8(0x03)
	w.leaf("EventID", strconv.Itoa(e.ID), false)
	w.leaf("Computer", e.Computer, false)
	w.u8(0x04)
	w.data(e)
	w.u8(0x04)
}
