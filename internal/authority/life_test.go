package authority_test

import (
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestPauseAndResume(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	before := w.last()
	for range 2 { // the second time is no error, and no event
		paused, err := w.PauseToken(t.Context(), bob, tok.ID, "on leave")
		must(t, err)
		if w.live(text) || paused.PausedAt.IsZero() {
			t.Fatal("a paused token is accepted")
		}
	}
	for range 2 {
		resumed, err := w.ResumeToken(t.Context(), bob, tok.ID)
		must(t, err)
		if !w.live(text) || !resumed.PausedAt.IsZero() {
			t.Fatal("a resumed token is not accepted")
		}
	}
	acts := w.acts(before)
	if len(acts) != 2 || acts[0] != pat.TokenPaused || acts[1] != pat.TokenResumed {
		t.Errorf("the trail tells %v", acts)
	}
	if e := w.events(before)[0]; e.Reason != "on leave" || e.Actor != bob.User {
		t.Errorf("the trail tells %+v", e)
	}
}

// acts are those of the events after the given one, in order.
func (w *world) acts(after pat.EventID) (acts []pat.Act) {
	for _, e := range w.events(after) {
		acts = append(acts, e.Act)
	}
	return acts
}

func TestWhoMayMoveAToken(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, tok := w.mint(bob)
	_, gone := w.mint(bob)
	must(t, w.RevokeToken(t.Context(), bob, gone.ID, ""))
	for _, tt := range []struct {
		name string
		by   pat.Principal
		id   pat.TokenID
		want string
	}{
		{"nobody", pat.Principal{}, tok.ID, "unauthenticated"},
		{"another user", eve, tok.ID, "forbidden"},
		{"an auditor", w.user("ann", auditor), tok.ID, "forbidden"},
		{"a token that may only read", w.bearer(bob, "read"), tok.ID, "forbidden"},
		{"a token that is not there", bob, 4711, "not found"},
		{"a revoked token", bob, gone.ID, "conflict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := w.last()
			_, err := w.PauseToken(t.Context(), tt.by, tt.id, "")
			want(t, err, tt.want, "")
			_, err = w.ResumeToken(t.Context(), tt.by, tt.id)
			want(t, err, tt.want, "")
			_, err = w.EndOverlap(t.Context(), tt.by, tt.id)
			want(t, err, tt.want, "")
			if w.last() != before {
				t.Error("a refusal is in the trail")
			}
		})
	}
	_, err := w.PauseToken(t.Context(), w.root, tok.ID, "")
	must(t, err)
}

func TestOneWhoWasDisabledMovesNoToken(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	_, err := w.PauseToken(t.Context(), w.root, tok.ID, "")
	must(t, err)
	disable := func() { w.disable(bob.User) }
	w.store.beforeUpdate.Store(&disable)
	_, err = w.ResumeToken(t.Context(), bob, tok.ID)
	want(t, err, "unauthenticated", "")
	must(t, w.edit(w.root, bob.User, pat.UserEdit{Disabled: new(false)}))
	if w.live(text) {
		t.Error("the token was resumed")
	}
}

func TestWithoutATrailNothingMoves(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	w.store.noTrail.Store(true)
	_, err := w.PauseToken(t.Context(), w.root, tok.ID, "")
	want(t, err, "internal", "")
	_, _, err = w.rotate(w.root, tok.ID)
	want(t, err, "internal", "")
	w.store.noTrail.Store(false)
	if k := w.token(tok.ID); !w.live(text) || !k.PausedAt.IsZero() || !k.RetiredAt.IsZero() {
		t.Error("the token moved")
	}
}

func TestAnIdleTokenIsPaused(t *testing.T) {
	w := newWorld(t)
	bob, ann := w.user("bob"), w.user("ann")
	const day = 24 * time.Hour
	idle, _ := w.mint(bob, never)
	used, _ := w.mint(bob, never)
	resumed, tok := w.mint(bob, never)
	spared, _ := w.mint(ann, never)
	w.clock.Forward(365 * day) // long before there was a rule
	w.rule(forUser(bob.User, "idle_limit", int64(30*day/time.Second)))
	sweep := func(d time.Duration) {
		t.Helper()
		w.clock.Forward(d)
		must(t, w.PauseIdle(t.Context()))
	}
	sweep(30*day - time.Second)
	if !w.live(used) {
		t.Fatal("a rule that is not 30 days old paused a token")
	}
	before := w.last()
	sweep(time.Second) // which knows of uses that are in memory still
	for text, want := range map[string]bool{idle: false, used: true, resumed: false, spared: true} {
		if w.live(text) != want {
			t.Errorf("live: %t, want %t", !want, want)
		}
	}
	for _, e := range w.events(before) {
		if e.Act == pat.TokenUsed {
			continue // found on the way
		}
		if e.Act != pat.TokenPaused || e.Credential != pat.ByPolicy || e.Reason != "policy pauses tokens unused for 30 days (idle limit)" {
			t.Errorf("the trail tells %+v", e)
		}
	}
	_, err := w.ResumeToken(t.Context(), bob, tok.ID)
	must(t, err)
	sweep(29 * day)
	if !w.live(resumed) {
		t.Error("a token that was resumed is paused at once")
	}
}

func TestEndedTokensAreKeptForAsLongAsThePolicySays(t *testing.T) {
	w := newWorld(t)
	const day = 24 * time.Hour
	bob := w.user("bob")
	_, revoked := w.mint(bob, named("revoked"))
	_, expired := w.mint(bob, named("expired"), lasting(day))
	_, brief := w.mint(bob, lasting(time.Hour))
	text, retired := w.mint(bob, lasting(time.Hour))
	_, goesOn := w.mint(bob, named("goes on"), never)
	must(t, w.RevokeToken(t.Context(), bob, revoked.ID, "done with"))
	_, _, err := w.rotate(bob, retired.ID)
	must(t, err)
	kept := func() (kept []pat.TokenID) {
		t.Helper()
		must(t, w.PruneTokens(t.Context()))
		for _, k := range []pat.TokenID{revoked.ID, expired.ID, brief.ID, retired.ID, goesOn.ID} {
			if _, err := w.store.Token(t.Context(), k); err == nil {
				kept = append(kept, k)
			}
		}
		return kept
	}
	w.clock.Forward(25*time.Hour + time.Second)
	if got := kept(); len(got) != 4 {
		t.Errorf("after a day %v are kept, all but %d are to be", got, brief.ID)
	}
	if _, err := w.Verify(t.Context(), text, "", via()); pat.AsError(err).Reason != pat.ReasonRetired {
		t.Errorf("the retired value gets %v", err)
	}
	w.clock.Forward(66 * day)
	w.rule(everyone("retention", int64(91*day/time.Second)))
	if got := kept(); len(got) != 4 {
		t.Errorf("before the policy's time %v are kept", got)
	}
	w.rule(everyone("retention", int64(60*day/time.Second)))
	if got := kept(); len(got) != 1 || got[0] != goesOn.ID {
		t.Errorf("after the policy's time %v are kept, only %d is to be", got, goesOn.ID)
	}
	if named, unnamed, err := w.store.CountLive(t.Context(), bob.User, w.clock.Now()); err != nil || named != 1 || unnamed != 0 {
		t.Errorf("%d named and %d unnamed are counted, %v", named, unnamed, err)
	}
}

func TestABearerThatHasEndedMovesNothing(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	for name, end := range map[string]func(pat.TokenID) error{
		"revoked": func(id pat.TokenID) error { return w.RevokeToken(t.Context(), bob, id, "") },
		"paused": func(id pat.TokenID) error {
			_, err := w.PauseToken(t.Context(), bob, id, "")
			return err
		},
		"retired": func(id pat.TokenID) error {
			_, _, err := w.rotate(bob, id, overlapping(0))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bearer := w.bearer(bob, "write")
			_, tok := w.mint(bob)
			during := func() { must(t, end(bearer.Token)) }
			w.store.beforeUpdate.Store(&during)
			_, _, err := w.rotate(bearer, tok.ID)
			want(t, err, "unauthenticated", "")
			_, err = w.ResumeToken(t.Context(), bearer, bearer.Token)
			want(t, err, "unauthenticated", "")
		})
	}
}

// The refresh token of an hour's token is good for a month, whatever is tidied
// up meanwhile.
func TestRetentionLeavesWhatCanBeRenewed(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("retention", int64(24*3600)))
	app, _ := w.app("ci", byPassword)
	pair, err := w.CreateApplicationToken(t.Context(), bob, pat.TokenRequest{
		Owner: bob.User, Application: app.ID, Scopes: "write", Origin: pat.OriginAPI, Expiry: pat.Expiry{After: 3600},
	})
	must(t, err)
	w.clock.Forward(29 * 24 * time.Hour)
	must(t, w.PruneTokens(t.Context()))
	_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	must(t, err)
}

// A token that is used just before it would be idle is not, though its use is
// not in the store yet when it is looked at again.
func TestAUseJustInTimeKeepsATokenFromBeingIdle(t *testing.T) {
	w := newWorld(t)
	w.rule(everyone("idle_limit", int64(30*24*3600)))
	w.clock.Forward(time.Hour)
	text, tok := w.mint(w.root, never)
	w.clock.Forward(30*24*time.Hour - time.Second/2)
	use := func() {
		w.verified(text)
		w.clock.Forward(2 * time.Second)
	}
	w.store.beforeUpdate.Store(&use)
	must(t, w.PauseIdle(t.Context()))
	if w.store.beforeUpdate.Load() != nil {
		t.Fatal("the token was not looked at")
	}
	if !w.token(tok.ID).PausedAt.IsZero() {
		t.Error("a token that was used in time is paused")
	}
}
