package authoritytest

import (
	"strings"
	"sync"
)

// Journal keeps what is logged, for tests that read while others write.
type Journal struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds to the journal.
func (j *Journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// String is all that was logged.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
