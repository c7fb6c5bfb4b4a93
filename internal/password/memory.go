package password

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"jeton/internal/pat"
)

// MemoryFor is how long a right password is remembered. Programs that sign in
// for every step of a run pay for one hash a minute instead of one a step.
const MemoryFor = 60 * time.Second

// memoryMost bounds the users whose password is remembered; beyond it the
// oldest is forgotten, at the price of a hash.
const memoryMost = 10_000

// Memory remembers for MemoryFor that a password was right: as an HMAC under a
// key that was drawn at start and never leaves the process, one for each user.
// The hash that is kept of the password is part of what is remembered, so a
// changed password is forgotten by itself. The zero value is not usable. It is
// safe for concurrent use.
type Memory struct {
	now func() time.Time
	key [sha256.Size]byte

	mu    sync.Mutex
	users map[pat.UserID]*list.Element
	order *list.List // of remembered, oldest first
}

type remembered struct {
	user  pat.UserID
	sum   [sha256.Size]byte
	until time.Time
}

// NewMemory returns an empty memory.
func NewMemory(now func() time.Time) *Memory {
	m := &Memory{now: now, users: map[pat.UserID]*list.Element{}, order: list.New()}
	_, _ = rand.Read(m.key[:]) // never fails: crypto/rand ends the process instead
	return m
}

// Hit reports whether the password was right for the user, of whom phc is kept
// now, less than MemoryFor ago.
func (m *Memory) Hit(user pat.UserID, phc, pw string) bool {
	sum := m.sum(user, phc, pw)
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.users[user]
	if !ok {
		return false
	}
	r := e.Value.(*remembered)
	if !m.now().Before(r.until) {
		m.forget(e)
		return false
	}
	return hmac.Equal(r.sum[:], sum[:])
}

// Keep remembers that the password was just found right against phc. It
// replaces what was remembered of the user.
func (m *Memory) Keep(user pat.UserID, phc, pw string) {
	r := &remembered{user: user, sum: m.sum(user, phc, pw), until: m.now().Add(MemoryFor)}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.users[user]; ok {
		m.forget(e)
	}
	m.users[user] = m.order.PushBack(r)
	for front := m.order.Front(); m.order.Len() > memoryMost || !m.now().Before(front.Value.(*remembered).until); front = m.order.Front() {
		m.forget(front)
	}
}

// Drop forgets the user: after a change of password, and whenever the user may
// no longer sign in.
func (m *Memory) Drop(user pat.UserID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.users[user]; ok {
		m.forget(e)
	}
}

func (m *Memory) forget(e *list.Element) {
	delete(m.users, e.Value.(*remembered).user)
	m.order.Remove(e)
}

// sum binds user, phc and password. The length of phc stands before it, so
// that no two triples write the same bytes.
func (m *Memory) sum(user pat.UserID, phc, pw string) (sum [sha256.Size]byte) {
	var head [16]byte
	binary.BigEndian.PutUint64(head[:8], uint64(user))
	binary.BigEndian.PutUint64(head[8:], uint64(len(phc)))
	mac := hmac.New(sha256.New, m.key[:])
	mac.Write(head[:])
	mac.Write([]byte(phc))
	mac.Write([]byte(normal(pw)))
	mac.Sum(sum[:0])
	return sum
}
