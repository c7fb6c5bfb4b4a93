package oauth

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"jeton/internal/pat"
)

// anyone lets everybody follow.
type anyone struct{ Authority }

func (anyone) Verify(context.Context, string, string, pat.Via) (pat.Principal, error) {
	return pat.Principal{}, nil
}
func (anyone) MayFollow(pat.Principal) error { return nil }

func TestChangesRefuseACrowd(t *testing.T) {
	f := &Face{Authority: anyone{}, Now: func() time.Time { return time.Time{} }}
	f.waiting.Store(maxWaiting)
	r := httptest.NewRequest("GET", changesPath+"?after=1&wait=20", nil)
	r.Header.Set("Authorization", "Bearer x")
	w := httptest.NewRecorder()
	err := f.changes(w, r)
	failFor("")(w, r, err)
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || f.waiting.Load() != maxWaiting {
		t.Errorf("one more is answered %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}
