package password

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// rest remembers how many hashes there had been when Release last looked.
type rest struct {
	hashes atomic.Uint64 // computed so far

	mu             sync.Mutex
	seen, released uint64
}

// Release returns the memory of past hashes to the operating system when none
// has been computed since its last call, and reports whether it did. It is
// meant for the clock, every few seconds.
//
// Left alone, a few hashes keep an idle server some 40 MiB larger for minutes:
// nothing else allocates enough to wake the collector. Releasing after each
// hash instead would make the next one fault all its pages in again, which
// nearly doubles its time.
func (h *Hasher) Release() bool {
	h.rest.mu.Lock()
	defer h.rest.mu.Unlock()
	n := h.rest.hashes.Load()
	quiet := n == h.rest.seen && len(h.slots.busy) == 0
	h.rest.seen = n
	if !quiet || n == h.rest.released {
		return false
	}
	h.rest.released = n
	debug.FreeOSMemory()
	return true
}
