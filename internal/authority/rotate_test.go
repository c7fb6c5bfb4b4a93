package authority_test

import (
	"context"
	"testing"
	"time"

	"jeton/internal/pat"
)

// rotate rotates with an overlap of a day.
func (w *world) rotate(by pat.Principal, id pat.TokenID, edit ...func(*pat.Rotation)) (string, pat.Token, error) {
	r := pat.Rotation{Overlap: pat.DefaultOverlap, Origin: pat.OriginAPI}
	for _, e := range edit {
		e(&r)
	}
	secret, tok, err := w.RotateToken(context.Background(), by, id, r)
	return secret.Reveal(), tok, err
}

func overlapping(d time.Duration) func(*pat.Rotation) {
	return func(r *pat.Rotation) { r.Overlap = int64(d / time.Second) }
}

func until(e pat.Expiry) func(*pat.Rotation) { return func(r *pat.Rotation) { r.Expiry = e } }

func TestTheUsualOverlapIsWithinThePolicy(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bound int64 // 0: the default policy's
		want  time.Duration
	}{
		{"a day", 0, 24 * time.Hour},
		{"the bound, when that is less", 3600, time.Hour},
		{"none, where none is allowed", -1, 0},
	} {
		w := newWorld(t)
		if tt.bound != 0 {
			w.rule(everyone("max_overlap", max(0, tt.bound)))
		}
		_, tok := w.mint(w.root)
		_, _, err := w.rotate(w.root, tok.ID, func(r *pat.Rotation) { r.Usual, r.Overlap = true, pat.DefaultOverlap })
		must(t, err)
		if got := w.token(tok.ID).RetiredAt.Sub(w.clock.Now()); got != tt.want {
			t.Errorf("%s: the old value goes on for %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestRotate(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, named("deploy"), scoped("write read"), lasting(30*24*time.Hour), within("10.0.0.0/8 192.0.2.0/24"), func(r *pat.TokenRequest) { r.Description = "of the pipeline" })
	w.clock.Forward(10 * 24 * time.Hour)
	before := w.last()
	fresh, next, err := w.rotate(bob, tok.ID)
	must(t, err)
	switch {
	case fresh == text:
		t.Error("the secret is the old one")
	case next.Name != tok.Name || next.Description != tok.Description || next.Scopes != tok.Scopes || next.Networks.String() != tok.Networks.String():
		t.Errorf("the successor is %+v of %+v", next, tok)
	case next.Family != tok.ID || next.Parent != tok.ID || next.Generation != 1:
		t.Errorf("the successor's place is %d, %d, %d", next.Family, next.Parent, next.Generation)
	case next.ExpiresAt.Sub(next.CreatedAt) != tok.ExpiresAt.Sub(tok.CreatedAt):
		t.Errorf("the successor lives from %v to %v", next.CreatedAt, next.ExpiresAt)
	}
	if acts := w.acts(before); len(acts) != 2 || acts[0] != pat.TokenCreated || acts[1] != pat.TokenRotated {
		t.Errorf("the trail tells %v", acts)
	}
	if !w.live(text) || !w.live(fresh) {
		t.Error("during the overlap one of the two is refused")
	}
	w.clock.Forward(24*time.Hour - time.Second)
	if !w.live(text) {
		t.Error("the old value is refused before the overlap is over")
	}
	w.clock.Forward(time.Second)
	if w.live(text) || !w.live(fresh) {
		t.Error("after the overlap not just the new one is accepted")
	}
	chain, err := w.Family(t.Context(), bob, next.ID)
	must(t, err)
	if len(chain) != 2 || chain[0].ID != tok.ID || chain[1].ID != next.ID {
		t.Errorf("the family is %v", chain)
	}
	_, err = w.Family(t.Context(), w.user("eve"), next.ID)
	want(t, err, "forbidden", "")
}

func TestAnOverlapIsEndedAtOnce(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	_, err := w.EndOverlap(t.Context(), w.root, tok.ID)
	want(t, err, "conflict", "")
	fresh, _, err := w.rotate(w.root, tok.ID)
	must(t, err)
	for range 2 {
		_, err = w.EndOverlap(t.Context(), w.root, tok.ID)
		must(t, err)
		if w.live(text) || !w.live(fresh) {
			t.Fatal("not just the new value is accepted")
		}
	}
	text, tok = w.mint(w.root)
	_, _, err = w.rotate(w.root, tok.ID, overlapping(0))
	must(t, err)
	if w.live(text) {
		t.Error("without an overlap the old value is accepted")
	}
}

func TestWhatIsNotRotated(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("max_overlap", int64(3600)), everyone("max_lifetime", int64(10*24*3600)))
	hour := overlapping(time.Hour)
	for _, tt := range []struct {
		name        string
		prepare     func(pat.TokenID)
		edit        []func(*pat.Rotation)
		kind, field string
	}{
		{"passes", nil, []func(*pat.Rotation){hour}, "done", ""},
		{"a negative overlap", nil, []func(*pat.Rotation){overlapping(-time.Second)}, "invalid", "overlap"},
		{"more than thirty days", nil, []func(*pat.Rotation){overlapping(720*time.Hour + time.Second)}, "invalid", "overlap"},
		{"more than the policy's overlap", nil, []func(*pat.Rotation){overlapping(time.Hour + time.Second)}, "invalid", "overlap"},
		{"a longer life than the policy's", nil, []func(*pat.Rotation){hour, until(pat.Expiry{After: 10*24*3600 + 1})}, "invalid", "expires"},
		{"never where the policy has a bound", nil, []func(*pat.Rotation){hour, until(pat.Expiry{Never: true})}, "invalid", "expires"},
		{"a revoked token", func(id pat.TokenID) { must(t, w.RevokeToken(t.Context(), bob, id, "")) }, []func(*pat.Rotation){hour}, "conflict", ""},
		{"an expired token", func(pat.TokenID) { w.clock.Forward(11 * 24 * time.Hour) }, []func(*pat.Rotation){hour}, "conflict", ""},
		{"a paused token", func(id pat.TokenID) {
			_, err := w.PauseToken(t.Context(), bob, id, "")
			must(t, err)
		}, []func(*pat.Rotation){hour}, "conflict", ""},
		{"a token that was rotated", func(id pat.TokenID) {
			_, _, err := w.rotate(bob, id, hour)
			must(t, err)
		}, []func(*pat.Rotation){hour}, "conflict", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, tok := w.mint(bob, lasting(10*24*time.Hour))
			if tt.prepare != nil {
				tt.prepare(tok.ID)
			}
			_, _, err := w.rotate(bob, tok.ID, tt.edit...)
			want(t, err, tt.kind, tt.field)
		})
	}
}

func TestWhoMayRotate(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, tok := w.mint(bob, never, scoped("write deploy"))
	for _, tt := range []struct {
		name string
		by   pat.Principal
		want string
	}{
		{"nobody", pat.Principal{}, "unauthenticated"},
		{"another user", eve, "forbidden"},
		{"an auditor", w.user("ann", auditor), "forbidden"},
		{"a token that may only read", w.bearer(bob, "read"), "forbidden"},
		{"a token of the owner without the scopes", w.bearer(eve, "write"), "forbidden"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.rotate(tt.by, tok.ID)
			want(t, err, tt.want, "")
		})
	}
	_, reserved := w.mint(w.root, ownedBy(bob.User), scoped("introspect"))
	_, _, err := w.rotate(w.bearer(bob, "write"), reserved.ID)
	want(t, err, "forbidden", "")
	_, same, err := w.rotate(bob, reserved.ID)
	must(t, err)
	if same.Scopes != "introspect" {
		t.Errorf("the scopes are %q", same.Scopes)
	}
	bearer := w.bearer(bob, "write", lasting(time.Hour))
	_, next, err := w.rotate(bearer, tok.ID)
	must(t, err)
	if !next.ExpiresAt.Equal(bearer.ExpiresAt) {
		t.Errorf("a token made one that outlives it: %v, not %v", next.ExpiresAt, bearer.ExpiresAt)
	}
}

func TestATokenRotatesItselfWherePolicyLetsIt(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, lasting(30*24*time.Hour), within("192.0.2.0/24"))
	itself := w.verified(text)
	_, _, err := w.rotate(itself, tok.ID)
	want(t, err, "forbidden", "")
	w.rule(everyone("rotate_self", true))
	_, _, err = w.rotate(itself, tok.ID, overlapping(0))
	want(t, err, "invalid", "overlap")
	w.clock.Forward(10 * 24 * time.Hour)
	_, next, err := w.rotate(itself, tok.ID, until(pat.Expiry{Never: true}))
	must(t, err)
	if life := next.ExpiresAt.Sub(next.CreatedAt); life != 30*24*time.Hour {
		t.Errorf("the successor lives for %v", life)
	}
	if next.Networks.String() != "192.0.2.0/24" || next.Scopes != "write" {
		t.Errorf("the successor is %+v", next)
	}
	w.rule(everyone("max_lifetime", int64(24*3600)), everyone("allow_never", false))
	text, tok = w.mint(bob, lasting(time.Hour))
	_, next, err = w.rotate(w.verified(text), tok.ID)
	must(t, err)
	if life := next.ExpiresAt.Sub(next.CreatedAt); life != time.Hour {
		t.Errorf("the successor lives for %v", life)
	}
}

func TestASuccessorStaysWithinAPolicyThatBecameStricter(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, forever := w.mint(bob, never)
	_, deploy := w.mint(bob, scoped("deploy"))
	w.rule(everyone("max_lifetime", int64(3600)), everyone("scopes_allowed", []string{"read", "write"}))
	_, next, err := w.rotate(bob, forever.ID)
	must(t, err)
	if life := next.ExpiresAt.Sub(next.CreatedAt); life != time.Hour {
		t.Errorf("the successor lives for %v", life)
	}
	w.rule(everyone("scopes_allowed", []string{"read"}))
	_, _, err = w.rotate(bob, deploy.ID)
	want(t, err, "invalid", "scope")
	w.rule(everyone("scopes_allowed", nil), everyone("networks_required", true))
	_, _, err = w.rotate(bob, deploy.ID)
	want(t, err, "invalid", "networks")
}

func TestRotationTakesNoMoreRoomThanTwice(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("max_named_tokens", int64(2)))
	_, a := w.mint(bob, named("a"))
	_, b := w.mint(bob, named("b"))
	_, a, err := w.rotate(bob, a.ID) // at the bound: rotation goes on
	must(t, err)
	_, _, err = w.rotate(bob, b.ID)
	must(t, err)
	_, _, err = w.rotate(bob, a.ID)
	want(t, err, "invalid", "owner")
	w.clock.Forward(24 * time.Hour)
	_, _, err = w.rotate(bob, a.ID)
	must(t, err)
}

func TestFiftyRotationsAtOnceMakeOneSuccessor(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	errs := together(50, func(int) error {
		_, _, err := w.rotate(w.root, tok.ID)
		return err
	})
	if n := tally(errs); n["done"] != 1 || n["conflict"] != 49 {
		t.Errorf("%v", n)
	}
	chain, err := w.Family(t.Context(), w.root, tok.ID)
	must(t, err)
	heads := 0
	for _, k := range chain {
		if k.RetiredAt.IsZero() {
			heads++
		}
	}
	if len(chain) != 2 || heads != 1 {
		t.Errorf("%d tokens with %d heads", len(chain), heads)
	}
}
