package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrNewerSchema is returned for a stream written by a newer tlsready.
var ErrNewerSchema = errors.New("evidence is of a newer schema than this tlsready reads: update tlsready")

// MaxLine bounds one NDJSON line, so that hostile input cannot fill memory.
const MaxLine = 16 << 20

// newRecord gives an empty record of a kind, or nil for one we do not know.
func newRecord(k Kind) Record {
	switch k {
	case KindStream:
		return new(Stream)
	case KindHandshake:
		return new(Handshake)
	case KindServer:
		return new(Server)
	case KindTraffic:
		return new(Traffic)
	case KindClient:
		return new(Client)
	case KindSetting:
		return new(Setting)
	case KindProduct:
		return new(Product)
	case KindCoverage:
		return new(Coverage)
	case KindReplay:
		return new(Replay)
	}
	return nil
}

// Marshal is the JSON object of one record, "kind" first, without a newline.
func Marshal(r Record) ([]byte, error) { return appendRecord(nil, r) }

// appendRecord appends what Marshal gives.
func appendRecord(b []byte, r Record) ([]byte, error) {
	b = append(append(append(b, `{"kind":"`...), r.Kind()...), '"')
	start := len(b) // where the body's brace becomes a comma
	b, ok := appendJSON(b, r)
	if !ok {
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("%s record: %w", r.Kind(), err)
		}
		b = append(b[:start], body...)
	}
	if len(b) == start+2 {
		return append(b[:start], '}'), nil
	}
	b[start] = ','
	return b, nil
}

// A Writer writes records as NDJSON.
type Writer struct {
	w    *bufio.Writer
	line []byte // scratch
}

// NewWriter starts a stream on w with its header; tool is "tlsready VERSION".
func NewWriter(w io.Writer, tool string, started time.Time) (*Writer, error) {
	ew := &Writer{w: bufio.NewWriterSize(w, 64<<10)}
	return ew, ew.Write(&Stream{Schema: Schema, Tool: tool, Started: started.UTC().Truncate(time.Second)})
}

// Write appends one record. It is an Emit.
func (w *Writer) Write(r Record) error {
	b, err := appendRecord(w.line[:0], r)
	if err != nil {
		return err
	}
	w.line = append(b, '\n')
	_, err = w.w.Write(w.line)
	return err
}

// Flush hands buffered records on; a live source calls it after each record.
func (w *Writer) Flush() error { return w.w.Flush() }

// A Reader reads records from NDJSON. Bad lines, unknown kinds and unknown
// fields are passed over and counted, so that no evidence is lost silently.
type Reader struct {
	lineReader
	lineDecoder
	Lines    int // lines that held something
	coverage Coverage
}

// NewReader reads from r; name stands in messages and coverage.
func NewReader(r io.Reader, name string) *Reader {
	return &Reader{
		lineReader:  lineReader{r: bufio.NewReaderSize(r, 64<<10), name: name},
		lineDecoder: lineDecoder{texts: texts{}},
		coverage:    Coverage{Source: "evidence", Input: name},
	}
}

// Next returns the next record that can be used. It returns io.EOF at the
// end, and ErrNewerSchema when the stream's header says so.
func (r *Reader) Next() (Record, error) {
	for {
		line, err := r.readLine()
		if err != nil && !errors.Is(err, errLongLine) {
			return nil, err
		}
		if len(line) == 0 && err == nil {
			continue
		}
		r.Lines++
		rec, reason := Record(nil), errLongLine.Error()
		if err == nil {
			rec, reason = r.decode(line)
		}
		if rec == nil {
			r.coverage.Skip(fmt.Sprintf("%s:%d", r.name, r.line), reason)
			continue
		}
		if s, ok := rec.(*Stream); ok {
			if err := s.readable(r.name, r.line); err != nil {
				return nil, err
			}
			continue
		}
		return rec, nil
	}
}

// readable is an error for a stream that a newer tlsready wrote.
func (s *Stream) readable(name string, line int) error {
	if s.Schema > Schema {
		return fmt.Errorf("%s:%d: schema %d: %w", name, line, s.Schema, ErrNewerSchema)
	}
	return nil
}

// Coverage says what of the stream could not be used; nil if all was.
func (r *Reader) Coverage() *Coverage { return finish(r.coverage, r.Lines, r.UnknownFields) }

// finish completes the coverage of a stream; nil if all of it was used.
func finish(c Coverage, lines, unknownFields int) *Coverage {
	if len(c.Skipped) == 0 && unknownFields == 0 {
		return nil
	}
	c.Read = lines
	c.Used = lines
	for _, s := range c.Skipped {
		c.Used -= max(1, s.Count)
	}
	if unknownFields > 0 {
		c.Blind = append(c.Blind, fmt.Sprintf("%d records hold fields this version does not know", unknownFields))
	}
	return &c
}

// Decode gives the record of one NDJSON line.
func Decode(line []byte) (Record, error) {
	d := lineDecoder{texts: texts{}}
	rec, reason := d.decode(line)
	if rec == nil {
		return nil, errors.New(reason)
	}
	return rec, nil
}

// lineDecoder makes records of lines.
type lineDecoder struct {
	UnknownKinds  int
	UnknownFields int
	texts         texts
}

func (r *lineDecoder) decode(line []byte) (rec Record, reason string) {
	if rest, ok := bytes.CutPrefix(line, []byte(handshakeStart)); ok {
		if h := r.texts.parseHandshake(rest); h != nil {
			return h, ""
		}
	}
	return r.decodeAny(line)
}

// handshakeStart is how the line of a handshake begins, as a Writer writes it.
const handshakeStart = `{"kind":"handshake"`

// decodeAny is decode for what is not read by hand.
func (r *lineDecoder) decodeAny(line []byte) (rec Record, reason string) {
	if rec := decodeOwn(line); rec != nil {
		return rec, ""
	}
	var head struct {
		Kind Kind `json:"kind"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, "not a JSON object"
	}
	rec = newRecord(head.Kind)
	if rec == nil {
		r.UnknownKinds++
		return nil, fmt.Sprintf("kind %q is not known", head.Kind)
	}
	if err := json.Unmarshal(line, rec); err != nil {
		return nil, fmt.Sprintf("%s record: %v", head.Kind, err)
	}
	if hasUnknownField(head.Kind, line) {
		r.UnknownFields++
	}
	return rec, ""
}

// decodeOwn decodes a line as a Writer writes it, in one pass; nil for any
// other, and for one with fields that are not known.
func decodeOwn(line []byte) Record {
	rest, ok := bytes.CutPrefix(line, []byte(`{"kind":"`))
	end := bytes.IndexByte(rest, '"')
	if !ok || end < 0 || end+1 >= len(rest) || rest[end+1] != ',' {
		return nil
	}
	rec := newRecord(Kind(rest[:end]))
	if rec == nil {
		return nil
	}
	body := rest[end+1:]
	body[0] = '{'
	defer func() { body[0] = ',' }()
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if dec.Decode(rec) != nil || int(dec.InputOffset()) != len(body) {
		return nil
	}
	return rec
}

// hasUnknownField reports whether a record that did decode holds more than we
// read. "kind" itself is no field of the types, so it is taken out first.
func hasUnknownField(k Kind, line []byte) bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &fields) != nil {
		return false
	}
	delete(fields, "kind")
	rest, err := json.Marshal(fields)
	if err != nil {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(rest))
	dec.DisallowUnknownFields()
	return dec.Decode(newRecord(k)) != nil
}
