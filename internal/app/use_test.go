package app_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// A verification is counted in memory; the token shows it once that was
// flushed.
func TestLastUse(t *testing.T) {
	t.Parallel()
	s := open(t, settings(t))
	tok := s.ada.personal(t, "ada", `{"scope":"read"}`)
	show := func() *string {
		t.Helper()
		return object[token](t, s.ada.must(t, http.StatusOK, "GET", fmt.Sprintf("/api/v2/tokens/%d/", tok.ID), "")).LastUsed
	}
	flush := func() {
		t.Helper()
		if err := s.Authority.Uses.Flush(context.Background(), s.Authority.Store); err != nil {
			t.Fatal(err)
		}
	}
	flush()
	if at := show(); at != nil {
		t.Errorf("a token never used was used at %s", *at)
	}
	if a := s.bearer(tok.Token).do(t, "GET", "/verify?scope=write", ""); a.status != http.StatusForbidden {
		t.Fatalf("more than its scope: %s", a)
	}
	if flush(); show() != nil {
		t.Error("a refusal counts as use")
	}
	before := time.Now().Add(-time.Second)
	if got := s.verify(t, tok.Token); got != http.StatusOK {
		t.Fatalf("the token is answered %d", got)
	}
	if at := show(); at != nil {
		t.Errorf("before the flush it was used at %s: a verification is to write nothing", *at)
	}
	flush()
	shown := show()
	if shown == nil {
		t.Fatal("after the flush it was never used")
	}
	if at, err := time.Parse(time.RFC3339, *shown); err != nil || at.Before(before) || at.After(time.Now().Add(time.Second)) {
		t.Errorf("it was used at %s", *shown)
	}
}
