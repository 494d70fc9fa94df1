package negotiate

import (
	"slices"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// BenchmarkEstate is 300 clients against 1,000 servers, profiles compiled, with
// the line that says why.
func BenchmarkEstate(b *testing.B) {
	clients, servers := estate(300, 1000)
	for b.Loop() {
		n := 0
		for _, s := range servers {
			for _, c := range clients {
				r := Agree(c, s)
				n += len(r.Detail())
			}
		}
		if n == 0 {
			b.Fatal("nothing fails")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/300_000, "ns/pair")
}

// estate is clients and servers of all ages with suites in many orders.
func estate(nc, ns int) (clients []*Client, servers []*Server) {
	vs := []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13}
	full := sServer(vs...)
	var all []tlswire.Suite
	for _, v := range full.Versions {
		all = append(all, v.Suites...)
	}
	for i := range nc {
		p := ClientProfile{Versions: vs[i%2 : i%4+1], Suites: turn(all, i), Groups: turn(full.Groups, i), KeyShares: full.Groups[:1]}
		p.Schemes = []tlswire.SignatureScheme{tlswire.ECDSAWithP256, tlswire.RSAPSSRSAESHA256, tlswire.RSAWithSHA256}
		if len(p.Versions) == 0 {
			p.Versions = vs[:1]
		}
		clients = append(clients, p.Compile())
	}
	for i := range ns {
		p := sServer(vs[i%3 : i%4/2+2]...)
		for j := range p.Versions {
			p.Versions[j].ServerOrder = Tri(i % 3)
			p.Versions[j].Suites = turn(p.Versions[j].Suites, i)
		}
		servers = append(servers, p.Compile())
	}
	return clients, servers
}

func turn[T any](list []T, n int) []T {
	if len(list) == 0 {
		return list
	}
	n %= len(list)
	return slices.Concat(list[n:], list[:n])
}
