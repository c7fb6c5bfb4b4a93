package authority_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestALifeIsOnlyShortened(t *testing.T) {
	tests := []struct {
		name  string
		life  func(*pat.TokenRequest)
		to    time.Duration // from now
		kind  string
		lasts time.Duration // afterwards; 0: for ever
	}{
		{"earlier", lasting(time.Hour), time.Minute, "done", time.Minute},
		{"the next microsecond", lasting(time.Hour), time.Microsecond, "done", time.Microsecond},
		{"the same", lasting(time.Hour), time.Hour, "done", time.Hour},
		{"later", lasting(time.Hour), 2 * time.Hour, "done", time.Hour},
		{"now", lasting(time.Hour), 0, "invalid", time.Hour},
		{"past", lasting(time.Hour), -time.Second, "invalid", time.Hour},
		{"before the next microsecond", lasting(time.Hour), time.Microsecond - 1, "invalid", time.Hour},
		{"one that never ends gets an end", never, time.Hour, "done", time.Hour},
	}
	w := newWorld(t)
	bob := w.user("bob")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, tok := w.mint(bob, tt.life)
			_, err := w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{ExpiresAt: new(w.clock.Now().Add(tt.to))})
			field := map[string]string{"invalid": "expires"}[tt.kind]
			want(t, err, tt.kind, field)
			if kept := w.token(tok.ID); !kept.ExpiresAt.Equal(w.clock.Now().Add(tt.lasts)) {
				t.Errorf("lasts %v, want %v", kept.ExpiresAt.Sub(w.clock.Now()), tt.lasts)
			}
		})
	}
}

func TestAnEndBeyondWhatIsShownKeepsNever(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root, never)
	_, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{ExpiresAt: new(tok.ShownExpiry())})
	must(t, err)
	if kept := w.token(tok.ID); !kept.ExpiresAt.IsZero() {
		t.Errorf("what never ended ends at %v", kept.ExpiresAt)
	}
}

func TestAShortenedLifeEndsWhenItSays(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	_, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{ExpiresAt: new(w.clock.Now().Add(time.Minute))})
	must(t, err)
	w.clock.Forward(time.Minute - 1)
	if !w.live(text) {
		t.Error("ended too early")
	}
	w.clock.Forward(1)
	if w.live(text) {
		t.Error("lives on")
	}
}

// The clock stands still in this test.
func TestModifiedGrowsWithEveryEdit(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root, named("ci"))
	before := w.last()
	for range 3 {
		now, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{Name: new("ci")})
		must(t, err)
		if kept := w.token(tok.ID); !now.ModifiedAt.After(tok.ModifiedAt) || !kept.ModifiedAt.Equal(now.ModifiedAt) {
			t.Errorf("modified was %v, is answered as %v and kept as %v", tok.ModifiedAt, now.ModifiedAt, kept.ModifiedAt)
		}
		tok = now
	}
	if more := w.events(before); len(more) > 0 {
		t.Errorf("an edit that changed nothing wrote %v", more)
	}
}

func TestTextsAreTrimmedAndBounded(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root, named(" ci "), func(r *pat.TokenRequest) { r.Description = "\tnightly\n" })
	if tok.Name != "ci" || tok.Description != "nightly" {
		t.Errorf("%q, %q", tok.Name, tok.Description)
	}
	for field, edit := range map[string]pat.TokenEdit{
		"name":        {Name: new(strings.Repeat("x", 101))},
		"description": {Description: new(strings.Repeat("x", 4097))},
	} {
		_, err := w.EditToken(t.Context(), w.root, tok.ID, edit)
		want(t, err, "invalid", field)
	}
	now, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{Name: new(" cd ")})
	if must(t, err); now.Name != "cd" || now.Description != "nightly" {
		t.Errorf("%q, %q", now.Name, now.Description)
	}
}

func TestARevokedTokenIsNotEdited(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, ""))
	_, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{Name: new("again")})
	want(t, err, "conflict", "")
}

func TestFourRevokesAreOne(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	before := w.last()
	errs := together(4, func(int) error {
		w.clock.Forward(time.Second)
		return w.RevokeToken(context.Background(), w.root, tok.ID, "leaked")
	})
	if got := tally(errs); got["done"] != 4 {
		t.Errorf("%v", got)
	}
	ended := w.token(tok.ID)
	w.clock.Forward(time.Second)
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, "again"))
	if now := w.token(tok.ID); !now.RevokedAt.Equal(ended.RevokedAt) || now.RevokedWhy != "leaked" || now.RevokedBy != w.root.User {
		t.Errorf("the first revoke %v became %v, %q, by %d", ended.RevokedAt, now.RevokedAt, now.RevokedWhy, now.RevokedBy)
	}
	if trail := w.events(before); len(trail) != 1 || trail[0].Act != pat.TokenRevoked || trail[0].Reason != "leaked" {
		t.Errorf("the trail says %v", trail)
	}
	if w.live(text) {
		t.Error("the token is accepted")
	}
}

func TestAnEditBesideARevokeBringsNothingBack(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		text, tok := w.mint(w.root)
		errs := together(8, func(i int) error {
			if i == 4 {
				return w.RevokeToken(context.Background(), w.root, tok.ID, "")
			}
			_, err := w.EditToken(context.Background(), w.root, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("read"))})
			return err
		})
		must(t, errs[4])
		if got := tally(errs); got["done"]+got["conflict"] != 8 {
			t.Fatalf("%v", got)
		}
		if w.live(text) || w.token(tok.ID).RevokedAt.IsZero() {
			t.Fatal("the token came back")
		}
	}
	if _, n, err := w.store.CountLive(t.Context(), w.root.User, w.clock.Now()); err != nil || n != 0 {
		t.Errorf("%d are counted as live, %v", n, err)
	}
}

func TestARevokeIsCountedOnce(t *testing.T) {
	w := small(t)
	_, tok := w.mint(w.root)
	together(4, func(int) error { return w.RevokeToken(context.Background(), w.root, tok.ID, "") })
	got := tally(together(8, func(int) error {
		_, _, err := w.create(w.root)
		return err
	}))
	if !maps.Equal(got, map[string]int{"done": 2, "invalid": 6}) {
		t.Errorf("after one token was revoked by four: %v", got)
	}
}
