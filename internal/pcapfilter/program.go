package pcapfilter

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"golang.org/x/net/bpf"
)

// Parse reads a program as tcpdump -ddd prints it: the number of instructions,
// then one a line, as four decimal numbers (code, two jumps, operand).
func Parse(r io.Reader) ([]bpf.RawInstruction, error) {
	in := bufio.NewReader(io.LimitReader(r, 64*maxInstructions))
	var n int
	if _, err := fmt.Fscan(in, &n); err != nil || n < 1 || n > maxInstructions {
		return nil, errors.New("line 1: want the number of instructions: a file that tcpdump -ddd wrote")
	}
	var out []bpf.RawInstruction
	for i := range n {
		var c bpf.RawInstruction
		if _, err := fmt.Fscan(in, &c.Op, &c.Jt, &c.Jf, &c.K); err != nil {
			return nil, fmt.Errorf("line %d: want four numbers (code, two jumps, operand): %w", i+2, err)
		}
		out = append(out, c)
	}
	var more string
	if _, err := fmt.Fscan(in, &more); err == nil {
		return nil, fmt.Errorf("line %d: more than the %d instructions that line 1 says", n+2, n)
	}
	return out, nil
}
