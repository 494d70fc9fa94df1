package audit

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// maxFolded bounds the servers that are held back until all their parts were
// seen.
const maxFolded = 1 << 16

// productFold makes one product of a server that is listed in parts. An
// update of Skype for Business or Lync Server raises only the parts that it
// changes, and always the core components: their build is that of the server,
// or else the highest one is.
type productFold struct {
	at   map[[2]string]int // by host and name
	list []folded
}

type folded struct {
	product *evidence.Product
	core    bool
}

func newProductFold() *productFold { return &productFold{at: map[[2]string]int{}} }

// take keeps a part of a server; it reports false for any other product.
func (f *productFold) take(p *evidence.Product) bool {
	name, part, ok := strings.Cut(p.Name, ", ")
	lower := strings.ToLower(name)
	if !ok || !strings.Contains(lower, "skype for business server") && !strings.Contains(lower, "lync server") {
		return false
	}
	next := folded{p, strings.EqualFold(part, "core components")}
	key := [2]string{strings.ToLower(p.Host), lower}
	i, ok := f.at[key]
	switch {
	case ok:
		p.Name = name
		if have := f.list[i]; !have.core && (next.core || newer(p.Version, have.product.Version)) {
			f.list[i] = next
		}
		return true
	case len(f.list) >= maxFolded:
		return false
	}
	p.Name = name
	f.at[key] = len(f.list)
	f.list = append(f.list, next)
	return true
}

func newer(a, b string) bool {
	x, _ := knowledge.ParseBuild(a)
	y, _ := knowledge.ParseBuild(b)
	return x.Compare(y) > 0
}

// all gives the servers in the order in which they came.
func (f *productFold) all() []*evidence.Product {
	var out []*evidence.Product
	for _, x := range f.list {
		out = append(out, x.product)
	}
	return out
}
