package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// readBoth reads a stream one by one and in batches, and folds what comes.
func readBoth(t *testing.T, stream []byte) (one, many *Folder, oneCover, manyCover *Coverage, oneErr, manyErr error) {
	t.Helper()
	one, many = new(Folder), new(Folder)
	r := NewReader(bytes.NewReader(stream), "x")
	for {
		rec, err := r.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				oneErr = err
			}
			break
		}
		if err := one.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	oneCover = r.Coverage()
	manyCover, manyErr = ReadBatches(context.Background(), bytes.NewReader(stream), "x", many.AddBatch)
	return one, many, oneCover, manyCover, oneErr, manyErr
}

// TestBatchesAreTheReader: whether a stream is read line by line or by all
// cores shows in nothing.
func TestBatchesAreTheReader(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var big bytes.Buffer
	for i := range 20_000 {
		line, err := Marshal(randomRecord(rnd))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&big, "%s\n", line)
		if i%5000 == 7 {
			fmt.Fprintf(&big, "no JSON\n\n{\"kind\":\"new\"}\n{\"kind\":\"product\",\"host\":\"H\",\"name\":\"P\",\"colour\":1}\r\n")
		}
	}
	for name, stream := range map[string]string{
		"many":        big.String(),
		"no end":      strings.TrimSuffix(big.String(), "\n") + "\n" + `{"kind":"product","host":"H","name":"last"}`,
		"empty":       "",
		"blank":       "\n\n \n",
		"long":        `{"kind":"product","host":"H"}` + "\n" + strings.Repeat("x", MaxLine+10) + "\n" + "bad\n" + `{"kind":"product","host":"I"}` + "\n",
		"long at end": `{"kind":"product","host":"H"}` + "\n" + strings.Repeat("x", MaxLine+blockSize),
		"newer":       `{"kind":"product","host":"H"}` + "\n" + `{"kind":"stream","schema":99}` + "\n",
		"other order": `{"kind":"handshake","count":2,"days":{"b":1,"a":1},"client":{},"server":{},"refs":["f:01","f:2","g"]}` + "\n",
	} {
		one, many, oneCover, manyCover, oneErr, manyErr := readBoth(t, []byte(stream))
		if fmt.Sprint(oneErr) != fmt.Sprint(manyErr) {
			t.Errorf("%s: %v, in batches %v", name, oneErr, manyErr)
		}
		if oneErr != nil {
			continue
		}
		if !bytes.Equal(lines(t, one), lines(t, many)) {
			t.Errorf("%s: %d records, in batches %d", name, one.Len(), many.Len())
		}
		if !reflect.DeepEqual(oneCover, manyCover) {
			t.Errorf("%s: coverage %+v, in batches %+v", name, oneCover, manyCover)
		}
	}
}

func TestBatchesEndWithTheirTaker(t *testing.T) {
	stream := strings.Repeat(`{"kind":"product","host":"H"}`+"\n", 200_000)
	want := errors.New("enough")
	if _, err := ReadBatches(context.Background(), strings.NewReader(stream), "x", func(*Batch) error { return want }); !errors.Is(err, want) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadBatches(ctx, strings.NewReader(stream), "x", func(*Batch) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
