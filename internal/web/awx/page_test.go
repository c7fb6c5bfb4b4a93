package awx

import (
	"errors"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"jeton/internal/pat"
)

// TestPageDeadline has a store that answers only when nobody waits any more.
func TestPageDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &call{w: httptest.NewRecorder(), r: httptest.NewRequest("GET", "/api/v2/tokens/", nil), now: time.Now}
		began := time.Now()
		err := c.page(selection{page: "1", size: 1}, nil, func(pat.Query) ([]any, int, error) {
			<-c.r.Context().Done()
			return nil, 0, pat.Wrap(pat.Unavailable, "given up", c.r.Context().Err())
		})
		var said *refusal
		if !errors.As(err, &said) || said.status != 400 {
			t.Errorf("answered with %v", err)
		}
		if took := time.Since(began); took != listTime {
			t.Errorf("after %v", took)
		}
	})
}
