package index

import (
	"sync"
	"sync/atomic"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// terms are the texts that records name by number. Scopes and applications are
// few; but over the years of a process many may come and go, and each of 65,536
// different ones keeps its number. When there is none left the index begins anew
// with other terms: each shard forgets what it holds as it takes over the
// new ones, and until then goes on answering in the old.
type terms struct {
	scopes  interner[pat.Scopes]
	clients interner[string] // the client ids of applications, and "" for none
}

// maxTexts is how many texts have a number.
const maxTexts = 1 << 16

// renewAgain is how long, in ns, terms are kept at least: where more texts are
// in use than have numbers, some tokens are read through rather than all
// forgotten again and again.
const renewAgain = int64(warmAgain)

func (t *terms) full() bool { return t.scopes.full() || t.clients.full() }

// current are the terms for new records.
func (x *Index) current() *terms {
	if t := x.terms.Load(); t != nil {
		return t
	}
	x.terms.CompareAndSwap(nil, new(terms))
	return x.terms.Load()
}

// recordOf returns e as a record, and in which terms; false when it cannot be
// one, and the token is read through every time.
func (x *Index) recordOf(e *store.Entry) (record, *terms, bool) {
	t := x.current()
	r, ok := t.record(e)
	if !ok && t.full() && x.renew(t) {
		t = x.current()
		r, ok = t.record(e)
	}
	return r, t, ok
}

// renew begins anew after t and reports whether there are other terms now.
func (x *Index) renew(t *terms) bool {
	now, last := max(x.sinceStart(), 1), x.renewed.Load()
	if last != 0 && now-last < renewAgain {
		return x.terms.Load() != t
	}
	if x.renewed.CompareAndSwap(last, now) {
		x.terms.CompareAndSwap(t, new(terms))
	}
	return x.terms.Load() != t
}

// speaks reports whether records in the terms t may be put into the shard,
// which forgets those in others before them. It is false for terms that have been
// replaced. s.mu is held.
func (s *shard) speaks(x *Index, t *terms) bool {
	switch {
	case s.terms == t:
		return true
	case x.terms.Load() != t:
		return false
	case s.used > 0:
		x.losses.Add(1)
		clear(s.slots)
		s.networks, s.used = nil, 0
	}
	s.terms = t
	return true
}

// interner gives each distinct text a small number, so that records hold no
// pointers. Texts are never forgotten one by one, see terms.
type interner[T ~string] struct {
	mu    sync.RWMutex
	ids   map[T]uint16
	texts atomic.Pointer[[]T]
}

// id returns the text's number; false when there are too many texts already.
func (n *interner[T]) id(text T) (uint16, bool) {
	n.mu.RLock()
	id, ok := n.ids[text]
	n.mu.RUnlock()
	if ok {
		return id, true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[text]; ok {
		return id, true
	}
	var texts []T
	if p := n.texts.Load(); p != nil {
		texts = *p
	}
	if len(texts) >= maxTexts {
		return 0, false
	}
	if n.ids == nil {
		n.ids = make(map[T]uint16)
	}
	id = uint16(len(texts))
	n.ids[text] = id
	texts = append(texts, text) // readers of the old slice do not see beyond its end
	n.texts.Store(&texts)
	return id, true
}

func (n *interner[T]) full() bool {
	p := n.texts.Load()
	return p != nil && len(*p) >= maxTexts
}

// text returns what id was given for.
func (n *interner[T]) text(id uint16) T { return (*n.texts.Load())[id] }
