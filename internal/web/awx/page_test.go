package awx

import (
	"context"
	"errors"
	"net/http"
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

// A table that cannot go on is broken off: half of it must not pass for the
// whole. One that cannot begin is refused like any other list.
func TestTableThatFails(t *testing.T) {
	fault := pat.Fail(pat.Unavailable, "gone")
	for failing := range 3 {
		w := httptest.NewRecorder()
		c := &call{w: w, r: httptest.NewRequest("GET", "/api/v2/tokens/", nil), now: time.Now}
		reads := 0
		var err error
		panicked := func() (p any) {
			defer func() { p = recover() }()
			err = c.sendTable("t", []string{"id"}, func(context.Context) ([][]string, error) {
				if reads++; reads > failing {
					return nil, fault
				}
				return [][]string{{"1"}}, nil
			})
			return nil
		}()
		switch {
		case failing == 0 && (panicked != nil || !pat.Is(err, pat.Unavailable) || w.Body.Len() > 0):
			t.Errorf("at the beginning: %v, %v, %q", panicked, err, w.Body)
		case failing > 0 && panicked != http.ErrAbortHandler:
			t.Errorf("after %d rows: %v, %v", failing, panicked, err)
		}
	}
}

func TestDefused(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "a": "a", "a=1": "a=1", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@A1": "'@A1", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"\n=1": "'\n=1", "＝1": "'＝1", "'=1": "'=1", "ü": "ü",
	} {
		if got := defused([]string{cell})[0]; got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}
