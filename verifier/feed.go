package verifier

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	changesPath = "/oauth2/changes"
	maxNews     = 4 << 20 // bytes

	// pollRest is the least time between two questions, however much happens.
	pollRest = 50 * time.Millisecond
	// After a failure the next question waits, up to maxRest.
	minRest, maxRest = 100 * time.Millisecond, time.Second
)

// news is an answer of the feed.
type news struct {
	Cursor  *int64 `json:"cursor"`
	Changes []struct {
		Token string `json:"jti"`
		User  string `json:"sub"`
	} `json:"changes"`
	Behind bool  `json:"behind"`
	Waited int64 `json:"waited_ms"` // how long the request had waited when this was so
	Age    int64 `json:"age_ms"`    // how old that was, since Jeton hears of other servers too
}

// follow asks for changes until the Verifier is closed.
func (v *Verifier) follow() {
	cursor, rest, lost := int64(-1), minRest, false
	for v.life.Err() == nil {
		began := v.sinceStart()
		next, err := v.poll(cursor, began)
		switch {
		case v.life.Err() != nil:
			return
		case err != nil:
			if !lost {
				v.o.Log.Warn("jeton: changes are not heard: each token is asked about again after max-age", "max-age", v.o.MaxAge, "error", err)
			}
			lost = true
			v.sleep(rest/2 + rand.N(rest/2+1))
			rest = min(2*rest, maxRest)
			continue
		case lost:
			v.o.Log.Info("jeton: changes are heard again")
		}
		cursor, rest, lost = next, minRest, false
		v.sleep(pollRest - time.Duration(v.sinceStart()-began))
	}
}

func (v *Verifier) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-v.life.Done():
	}
}

// poll asks what has changed after the cursor, -1 for where to begin, and
// returns the next one. The request waits for a third of MaxAge, so that word
// comes in time though nothing happens.
func (v *Verifier) poll(cursor, began int64) (int64, error) {
	wait := min(v.o.MaxAge/3, 20*time.Second)
	ctx, cancel := context.WithTimeout(v.life, wait+v.o.Timeout)
	defer cancel()
	address := v.o.URL + changesPath
	if cursor >= 0 {
		address += "?after=" + strconv.FormatInt(cursor, 10) + "&wait=" + strconv.FormatFloat(wait.Seconds(), 'f', 3, 64)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return cursor, err
	}
	body, _, err := v.send(r, maxNews)
	if err != nil {
		return cursor, err
	}
	var n news
	if err := json.Unmarshal(body, &n); err != nil || n.Cursor == nil || *n.Cursor < 0 || n.Waited < 0 || n.Age < 0 {
		return cursor, fmt.Errorf("changes: %w", errStrange)
	}
	v.learn(&n, cursor < 0 || n.Behind)
	// The request arrived after it was sent, and what it says was so when it had
	// waited, less the age: nothing of that goes by this answer's own delay.
	heard := began + (n.Waited-n.Age)*int64(time.Millisecond)
	v.heard.Store(max(v.heard.Load(), min(heard, v.sinceStart())))
	return *n.Cursor, nil
}
