//go:build unix

package sqlite

import (
	"context"
	"syscall"
	"testing"
	"time"
)

// cpu returns what this process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A page of 25 of 100,000 tokens, counted.
func BenchmarkTokenList(b *testing.B) {
	s := inventory(b, 100_000)
	for _, l := range commonLists {
		b.Run(l.name, func(b *testing.B) {
			q := l.query
			q.Limit = 25
			before := cpu(b)
			for b.Loop() {
				if _, _, err := s.Tokens(context.Background(), q); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu(b)-before).Microseconds())/1000/float64(b.N), "ms-cpu/page")
		})
	}
}
