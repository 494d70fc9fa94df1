package cli

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/net/bpf"

	"github.com/tlsready/tlsready/internal/pcapfilter"
	"github.com/tlsready/tlsready/internal/sniff"
)

// errOtherLink is about programs for packets that begin in another way.
var errOtherLink = errors.New("a filter of this kind does not fit this kind of interface")

// filter makes what chooses packets; nil for all.
func (f liveFlags) filter() (func(link uint16) ([]bpf.RawInstruction, error), error) {
	switch {
	case f.Program != "":
		return readProgram(f.Program)
	case f.Filter == "":
		return nil, nil
	}
	if _, err := pcapfilter.Compile(f.Filter, pcapfilter.KernelEthernet); err != nil {
		return nil, usage("%w\n  For more than these words, have tcpdump compile it:\n  tcpdump -i %s -ddd '...' > filter.bpf\n  tlsready watch -i %s --bpf filter.bpf", err, f.Interfaces[0], f.Interfaces[0])
	}
	return func(link uint16) ([]bpf.RawInstruction, error) {
		layout := pcapfilter.KernelEthernet
		switch link {
		case sniff.LinkEthernet:
		case sniff.LinkCooked:
			layout = pcapfilter.KernelCooked
		default:
			return nil, fmt.Errorf("--filter: %w: try --bpf", errOtherLink)
		}
		code, err := pcapfilter.Compile(f.Filter, layout)
		if err != nil {
			return nil, err
		}
		return bpf.Assemble(code)
	}, nil
}

// readProgram reads what tcpdump -ddd wrote. Of a cooked interface it counts
// from a header that the kernel does not show to a program.
func readProgram(name string) (func(link uint16) ([]bpf.RawInstruction, error), error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	code, err := pcapfilter.Parse(in)
	if err != nil {
		return nil, usage("--bpf %s: %w", name, err)
	}
	return func(link uint16) ([]bpf.RawInstruction, error) {
		if link == sniff.LinkCooked {
			return nil, fmt.Errorf("--bpf: %w: it is for Ethernet; --filter works here", errOtherLink)
		}
		return code, nil
	}, nil
}
