package result

import (
	"encoding/json"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Measure has the callers do the work again and again for the duration, and
// prints the Work done. It stops at the first error and returns it.
func Measure(duration time.Duration, callers int, work func() error) error {
	var (
		start  = time.Now()
		done   atomic.Int64
		failed atomic.Pointer[error]
		wg     sync.WaitGroup
	)
	for range callers {
		wg.Go(func() {
			for time.Since(start) < duration && failed.Load() == nil {
				if err := work(); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return json.NewEncoder(os.Stdout).Encode(Work{Done: done.Load(), Seconds: time.Since(start).Seconds()})
}
