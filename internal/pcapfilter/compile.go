package pcapfilter

import (
	"fmt"

	"golang.org/x/net/bpf"
)

// maxInstructions is the longest program that the kernel takes (BPF_MAXINSNS).
const maxInstructions = 4096

// whole is how much of a packet a program that matches asks for.
const whole = 1 << 18

// Compile makes a program of an expression. An empty one matches all.
func Compile(expr string, l Layout) ([]bpf.Instruction, error) {
	p := &parser{words: cut(expr)}
	switch {
	case len(p.words) == 0:
		return []bpf.Instruction{bpf.RetConstant{Val: whole}}, nil
	case len(p.words) > maxWords:
		return nil, &SyntaxError{p.words[maxWords], fmt.Sprintf("more than %d words", maxWords)}
	}
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.peek() != "" {
		return nil, &SyntaxError{p.peek(), known}
	}
	g := &generator{layout: l}
	yes, no := g.label(), g.label()
	g.node(n, 0, yes, no)
	g.mark(yes)
	g.code = append(g.code, step{ins: bpf.RetConstant{Val: whole}})
	g.mark(no)
	g.code = append(g.code, step{ins: bpf.RetConstant{}})
	return g.resolve()
}

// A generator writes code for nodes. Every jump goes forward, to a label.
type generator struct {
	layout Layout
	code   []step
	labels []int // the steps that they stand before
}

// A step is an instruction, or a jump to one of two labels.
type step struct {
	ins    bpf.Instruction
	jump   bool
	yes    int
	no     int
	target bool // the jump is too far for one instruction
}

func (g *generator) label() int {
	g.labels = append(g.labels, 0)
	return len(g.labels) - 1
}

func (g *generator) mark(label int) { g.labels[label] = len(g.code) }

// node writes code that goes on at one of two labels. Network headers are
// shifted by the bytes of a tag.
func (g *generator) node(n node, shift uint32, yes, no int) {
	switch n := n.(type) {
	case both:
		next := g.label()
		g.node(n.a, shift, next, no)
		g.mark(next)
		g.node(n.b, shift, yes, no)
	case either:
		next := g.label()
		g.node(n.a, shift, yes, next)
		g.mark(next)
		g.node(n.b, shift, yes, no)
	case not:
		g.node(n.a, shift, no, yes)
	case vlan:
		g.vlan(n, yes, no)
	case tagged:
		g.tagged(n.a, yes, no)
	case test:
		g.test(n, shift, yes, no)
	}
}

// tagSize is what a tag takes inside a frame.
const tagSize = 4

// there tells a tag that the kernel took off.
var there = test{where: atTagThere, op: bpf.JumpNotEqual, value: 0}

// tagged looks inside a tag: it is in the frame, or was taken off.
func (g *generator) tagged(n node, yes, no int) {
	if g.layout.Tags {
		off, in := g.label(), g.label()
		g.node(there, 0, off, in)
		g.mark(off)
		g.node(n, 0, yes, no)
		g.mark(in)
	}
	g.node(n, tagSize, yes, no)
}

// vlan tests for a tag and its number, its last 12 bits.
func (g *generator) vlan(v vlan, yes, no int) {
	number := test{where: atNetwork, size: 2, mask: 0xfff, op: bpf.JumpEqual, value: v.id}
	in := or(etherType(0x8100), etherType(0x88a8), etherType(0x9100))
	off := node(there)
	if v.numbered {
		in = and(in, number)
		number.where = atTag
		off = and(off, number)
	}
	if g.layout.Tags {
		in = or(off, in)
	}
	g.node(in, 0, yes, no)
}

// test loads, masks and compares.
func (g *generator) test(t test, shift uint32, yes, no int) {
	at := g.layout.Network + shift + t.at
	var load []bpf.Instruction
	switch t.where {
	case atType:
		load = g.etherType(shift)
	case atNetwork:
		load = []bpf.Instruction{bpf.LoadAbsolute{Off: at, Size: t.size}}
	case atTransport:
		load = []bpf.Instruction{bpf.LoadMemShift{Off: g.layout.Network + shift}, bpf.LoadIndirect{Off: at, Size: t.size}}
	case atTag:
		load = []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtVLANTag}}
	case atTagThere:
		load = []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtVLANTagPresent}}
	}
	if t.mask != 0 {
		load = append(load, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: t.mask})
		t.value &= t.mask
	}
	for _, ins := range load {
		g.code = append(g.code, step{ins: ins})
	}
	g.code = append(g.code, step{ins: bpf.JumpIf{Cond: t.op, Val: t.value}, jump: true, yes: yes, no: no})
}

// etherType loads the EtherType: behind a tag it stands before the IP header.
func (g *generator) etherType(shift uint32) []bpf.Instruction {
	switch {
	case shift > 0:
		return []bpf.Instruction{bpf.LoadAbsolute{Off: g.layout.Network + shift - 2, Size: 2}}
	case g.layout.EtherType < 0:
		return []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtProto}}
	}
	return []bpf.Instruction{bpf.LoadAbsolute{Off: uint32(g.layout.EtherType), Size: 2}}
}

// resolve puts distances in the place of labels. A comparison reaches 255
// instructions; one that must reach farther goes to jumps that can.
func (g *generator) resolve() ([]bpf.Instruction, error) {
	for {
		at, far := g.places(), false
		if n := at[len(g.code)]; n > maxInstructions {
			return nil, fmt.Errorf("the filter is too long: %d instructions, and the kernel takes %d", n, maxInstructions)
		}
		for i := range g.code {
			s := &g.code[i]
			if s.jump && !s.target && max(at[g.labels[s.yes]], at[g.labels[s.no]])-at[i]-1 > 255 {
				s.target, far = true, true
			}
		}
		if !far {
			return g.write(at), nil
		}
	}
}

// places are where the steps begin in the program.
func (g *generator) places() []int {
	at := make([]int, len(g.code)+1)
	for i, s := range g.code {
		at[i+1] = at[i] + 1
		if s.target {
			at[i+1] += 2
		}
	}
	return at
}

func (g *generator) write(at []int) []bpf.Instruction {
	var out []bpf.Instruction
	for i, s := range g.code {
		if !s.jump {
			out = append(out, s.ins)
			continue
		}
		jump := s.ins.(bpf.JumpIf)
		yes, no := at[g.labels[s.yes]]-at[i]-1, at[g.labels[s.no]]-at[i]-1
		if s.target {
			jump.SkipTrue, jump.SkipFalse = 0, 1
			out = append(out, jump, bpf.Jump{Skip: uint32(yes - 1)}, bpf.Jump{Skip: uint32(no - 2)})
			continue
		}
		jump.SkipTrue, jump.SkipFalse = uint8(yes), uint8(no)
		out = append(out, jump)
	}
	return out
}
