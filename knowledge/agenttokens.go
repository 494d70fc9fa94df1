package knowledge

import "fmt"

// tokens finds many literals in one user agent in one pass. Candidates come
// from a table by the first two bytes, so that most places of an agent cost
// one look-up and no comparison.
type tokens struct {
	text   []string
	inWord []bool // may begin within a word
	first  [tokenHeads + 1]uint16
	ids    []uint16 // by head: those of head h stand from first[h] to first[h+1]
	known  map[tokenKey]uint16
}

type tokenKey struct {
	text   string
	inWord bool
}

const (
	tokenHeads = 1 << 12
	// maxTokens bounds the places that a look-up keeps on its stack.
	maxTokens = 1536
)

func tokenHead(a, b byte) uint { return (uint(a)*31 + uint(b)*7) % tokenHeads }

// add takes a literal up and gives its number. One that may not begin within
// a word is not seen behind a letter or digit: "Java/" is not in "MyJava/1".
func (t *tokens) add(text string, inWord bool) (uint16, error) {
	key := tokenKey{text, inWord}
	if id, ok := t.known[key]; ok {
		return id, nil
	}
	switch {
	case len(text) < 2:
		return 0, fmt.Errorf("token %q is too short to tell anything", text)
	case len(t.text) == maxTokens:
		return 0, fmt.Errorf("token %q is one more than %d", text, maxTokens)
	}
	if t.known == nil {
		t.known = map[tokenKey]uint16{}
	}
	id := uint16(len(t.text))
	t.known[key] = id
	t.text, t.inWord = append(t.text, text), append(t.inWord, inWord)
	return id, nil
}

// seal sorts the literals by their heads; none may be added later.
func (t *tokens) seal() {
	for _, s := range t.text {
		t.first[tokenHead(s[0], s[1])+1]++
	}
	for h := range tokenHeads {
		t.first[h+1] += t.first[h]
	}
	t.ids = make([]uint16, len(t.text))
	next := t.first
	for id, s := range t.text {
		h := tokenHead(s[0], s[1])
		t.ids[next[h]] = uint16(id)
		next[h]++
	}
	t.known = nil
}

// found is where the literals stand in one agent.
type found struct {
	place [maxTokens]uint16 // of the first occurrence, plus one; 0: not there
	list  [maxFound]uint16  // those that are there, in their order
	n     int               // how many of them
}

// maxFound is how many literals of one agent have their rules asked; real
// agents hold far fewer.
const maxFound = 128

// at is the first place of a literal, or -1.
func (f *found) at(id uint16) int { return int(f.place[id]) - 1 }

// find looks through ua, which is no longer than maxAgent.
func (t *tokens) find(ua string, f *found) {
	for i := 0; i+1 < len(ua); i++ {
		h := tokenHead(ua[i], ua[i+1])
		for _, id := range t.ids[t.first[h]:t.first[h+1]] {
			s := t.text[id]
			end := i + len(s)
			if end > len(ua) || ua[end-1] != s[len(s)-1] || ua[i:end] != s || f.place[id] != 0 {
				continue
			}
			if !t.inWord[id] && i > 0 && isWordByte(ua[i-1]) {
				continue
			}
			f.place[id] = uint16(i + 1)
			if f.n < maxFound {
				f.list[f.n] = id
				f.n++
			}
		}
	}
}

func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) }

// ruleTable finds the first rule, in order, that fits: only rules of which a
// literal was found are asked.
type ruleTable struct {
	byToken [][]uint16 // numbers of the rules, ascending
}

func (r *ruleTable) put(token, rule uint16) {
	for int(token) >= len(r.byToken) {
		r.byToken = append(r.byToken, nil)
	}
	r.byToken[token] = append(r.byToken[token], rule)
}

// first asks fits of the rules that come into question and gives the number
// of the first, or -1.
func (r *ruleTable) first(f *found, fits func(rule uint16) bool) int {
	best := -1
	for _, id := range f.list[:f.n] {
		if int(id) >= len(r.byToken) {
			continue
		}
		for _, rule := range r.byToken[id] {
			if best >= 0 && int(rule) >= best {
				break
			}
			if fits(rule) {
				best = int(rule)
				break
			}
		}
	}
	return best
}
