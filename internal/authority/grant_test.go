package authority_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
)

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // of RFC 7636, appendix B

var challenge = func() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}()

func TestChallengeOfTheStandard(t *testing.T) {
	if challenge != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Fatal(challenge)
	}
}

// granted lets the application have a token of by's.
func (w *world) granted(by pat.Principal, app pat.Application) string {
	w.t.Helper()
	secret, err := w.Authorize(context.Background(), w.inSession(by), pat.Authorization{
		Application: app.ID, Scopes: "read write", RedirectURI: callback, Challenge: challenge,
	})
	must(w.t, err)
	return secret.Reveal()
}

func (w *world) exchange(app pat.Application, code string) (pat.Pair, error) {
	return w.ExchangeCode(context.Background(), app, code, callback, verifier, via())
}

func TestWhatMayBeAuthorized(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci")
	spa, _ := w.app("spa", public)
	pw, _ := w.app("pw", byPassword)
	ok := pat.Authorization{Application: app.ID, Scopes: "read", RedirectURI: callback, Challenge: challenge}
	for _, tt := range []struct {
		name, kind, field string
		by                pat.Principal
		edit              func(*pat.Authorization)
	}{
		{"a session", "done", "", w.inSession(bob), func(a *pat.Authorization) {}},
		{"a password", "forbidden", "", bob, func(a *pat.Authorization) {}},
		{"a token", "forbidden", "", w.bearer(bob, "write"), func(a *pat.Authorization) {}},
		{"nobody", "unauthenticated", "", pat.Principal{}, func(a *pat.Authorization) {}},
		{"the only address, left out", "done", "", w.inSession(bob), func(a *pat.Authorization) { a.RedirectURI = "" }},
		{"another address", "invalid", "redirect_uri", w.inSession(bob), func(a *pat.Authorization) { a.RedirectURI += "/x" }},
		{"no challenge, confidential", "done", "", w.inSession(bob), func(a *pat.Authorization) { a.Challenge = "" }},
		{"no challenge, public", "invalid", "code_challenge", w.inSession(bob), func(a *pat.Authorization) { a.Application, a.Challenge = spa.ID, "" }},
		{"a challenge, public", "done", "", w.inSession(bob), func(a *pat.Authorization) { a.Application = spa.ID }},
		{"a challenge that is none", "invalid", "code_challenge", w.inSession(bob), func(a *pat.Authorization) { a.Challenge = "x" }},
		{"no scope", "invalid", "scope", w.inSession(bob), func(a *pat.Authorization) { a.Scopes = "" }},
		{"a scope that there is not", "invalid", "scope", w.inSession(bob), func(a *pat.Authorization) { a.Scopes = "fly" }},
		{"a scope for administrators", "forbidden", "", w.inSession(bob), func(a *pat.Authorization) { a.Scopes = "introspect" }},
		{"an application of passwords", "forbidden", "", w.inSession(bob), func(a *pat.Authorization) { a.Application = pw.ID }},
		{"no application", "not found", "", w.inSession(bob), func(a *pat.Authorization) { a.Application = 99 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := ok
			tt.edit(&asked)
			_, err := w.Authorize(t.Context(), tt.by, asked)
			want(t, err, tt.kind, tt.field)
		})
	}
}

// Nobody is asked to allow what no code could be traded for.
func TestWhatPolicyForbidsIsNotAskedFor(t *testing.T) {
	for _, tt := range []struct {
		rule        string
		value       any
		kind, field string
	}{
		{"who_may_create", "administrators", "forbidden", ""},
		{"networks_required", true, "invalid", "networks"},
		{"scopes_allowed", []string{"read"}, "invalid", "scope"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			app, _ := w.app("ci")
			asked := pat.Authorization{Application: app.ID, Scopes: "write", RedirectURI: callback, Challenge: challenge}
			must(t, w.MayAuthorize(t.Context(), w.inSession(bob), asked))
			w.rule(everyone(tt.rule, tt.value))
			want(t, w.MayAuthorize(t.Context(), w.inSession(bob), asked), tt.kind, tt.field)
			_, err := w.Authorize(t.Context(), w.inSession(bob), asked)
			want(t, err, tt.kind, tt.field)
		})
	}
}

func TestACodeIsTradedOnce(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci")
	code := w.granted(bob, app)
	pair, err := w.exchange(app, code)
	must(t, err)
	who := w.verified(pair.Access.Reveal())
	if who.User != bob.User || pair.Token.Application != app.ID || pair.Token.Scopes != "read write" || pair.Token.Name != "" {
		t.Errorf("got %+v of %+v", pair.Token, who)
	}
	if life := pair.Token.ExpiresAt.Sub(w.clock.Now()); life != 365*24*time.Hour {
		t.Errorf("it lives for %v", life)
	}
	_, err = w.exchange(app, code)
	want(t, err, "invalid", "grant")
	if w.live(pair.Access.Reveal()) {
		t.Error("what was issued for a code that came back lives on")
	}
	_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
}

func TestACodeThatCannotBeTraded(t *testing.T) {
	for _, tt := range []struct {
		name string
		with func(w *world, app pat.Application, bob pat.Principal, code string) (pat.Pair, error)
	}{
		{"junk", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.exchange(app, code[1:])
		}},
		{"a token in its place", func(w *world, app pat.Application, bob pat.Principal, _ string) (pat.Pair, error) {
			text, _ := w.mint(bob)
			return w.exchange(app, text)
		}},
		{"nobody's code", func(w *world, app pat.Application, _ pat.Principal, _ string) (pat.Pair, error) {
			return w.exchange(app, pat.NewSecret(pat.CodePrefix).Reveal())
		}},
		{"by another application", func(w *world, _ pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			other, _ := w.app("other")
			return w.exchange(other, code)
		}},
		{"another address", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.ExchangeCode(w.t.Context(), app, code, callback+"/", verifier, via())
		}},
		{"no address", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.ExchangeCode(w.t.Context(), app, code, "", verifier, via())
		}},
		{"no verifier", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.ExchangeCode(w.t.Context(), app, code, callback, "", via())
		}},
		{"another verifier", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.ExchangeCode(w.t.Context(), app, code, callback, strings.ToUpper(verifier), via())
		}},
		{"the challenge in place of the verifier", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			return w.ExchangeCode(w.t.Context(), app, code, callback, challenge, via())
		}},
		{"ten minutes later", func(w *world, app pat.Application, _ pat.Principal, code string) (pat.Pair, error) {
			w.clock.Forward(10 * time.Minute)
			return w.exchange(app, code)
		}},
		{"a user who was disabled", func(w *world, app pat.Application, bob pat.Principal, code string) (pat.Pair, error) {
			w.disable(bob.User)
			return w.exchange(app, code)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			app, _ := w.app("ci")
			_, err := tt.with(w, app, bob, w.granted(bob, app))
			want(t, err, "invalid", "grant")
		})
	}
}

// A verifier for a code that was asked for without a challenge means that
// somebody took the challenge away.
func TestAVerifierWithoutAChallenge(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci")
	secret, err := w.Authorize(t.Context(), w.inSession(bob), pat.Authorization{Application: app.ID, Scopes: "read"})
	must(t, err)
	_, err = w.ExchangeCode(t.Context(), app, secret.Reveal(), "", verifier, via())
	want(t, err, "invalid", "grant")
	_, err = w.ExchangeCode(t.Context(), app, secret.Reveal(), "", "", via())
	must(t, err)
}

func TestAnotherApplicationCannotSpoilACode(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci")
	other, _ := w.app("other")
	code := w.granted(bob, app)
	pair, err := w.exchange(app, code)
	must(t, err)
	_, err = w.exchange(other, code)
	want(t, err, "invalid", "grant")
	_, err = w.Refresh(t.Context(), other, pair.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
	if !w.live(pair.Access.Reveal()) {
		t.Error("another application has revoked a token")
	}
	_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	must(t, err)
}

func TestOneCodeAtOnceIsOneToken(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci")
	code := w.granted(bob, app)
	var issued atomic.Int64
	for _, err := range together(8, func(int) error {
		_, err := w.exchange(app, code)
		if err == nil {
			issued.Add(1)
		}
		return err
	}) {
		if err != nil {
			want(t, err, "invalid", "grant")
		}
	}
	if issued.Load() != 1 {
		t.Errorf("%d tokens for one code", issued.Load())
	}
	_, total, err := w.store.Tokens(t.Context(), pat.Query{Where: []pat.Cond{{Field: "application", Op: pat.Equal, Value: int64(app.ID)}}})
	must(t, err)
	if total != 1 {
		t.Errorf("%d records for one code", total)
	}
}

func TestRefreshRotates(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	first, err := w.GrantPassword(t.Context(), app, bob, "read write")
	must(t, err)
	w.clock.Forward(time.Hour)
	second, err := w.Refresh(t.Context(), app, first.Refresh.Reveal(), "", via())
	must(t, err)
	if w.live(first.Access.Reveal()) || !w.live(second.Access.Reveal()) || second.Token.Scopes != "read write" || second.Token.Parent != first.Token.ID {
		t.Errorf("got %+v", second.Token)
	}
	third, err := w.Refresh(t.Context(), app, second.Refresh.Reveal(), "read", via())
	must(t, err)
	_, err = w.Refresh(t.Context(), app, third.Refresh.Reveal(), "write", via())
	want(t, err, "invalid", "scope")
	if !w.live(third.Access.Reveal()) {
		t.Error("a refused refresh has ended the token")
	}
	// The first, used again: everything that came of it ends.
	_, err = w.Refresh(t.Context(), app, first.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
	if w.live(third.Access.Reveal()) {
		t.Error("the family lives on after a refresh token was used twice")
	}
	_, err = w.Refresh(t.Context(), app, third.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
	events := w.events(0)
	if got := line(events[len(events)-1]); !strings.HasPrefix(got, "token.revoked token ") || !strings.HasSuffix(got, " because refresh token used twice") {
		t.Errorf("the trail ends in %q", got)
	}
	if e := events[len(events)-1]; e.Actor != bob.User || e.ActorName != "bob" || e.Credential != pat.ByGrant {
		t.Errorf("it was %+v", e)
	}
}

// The record of a token that was revoked soon is pruned after a day. A copy of its
// refresh token is found out all the same.
func TestReuseIsSeenAfterADay(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	first, err := w.GrantPassword(t.Context(), app, bob, "read")
	must(t, err)
	second, err := w.Refresh(t.Context(), app, first.Refresh.Reveal(), "", via())
	must(t, err)
	w.clock.Forward(48 * time.Hour)
	n, err := w.store.PruneTokens(t.Context(), w.clock.Now(), 10)
	must(t, err)
	if n != 1 {
		t.Fatalf("pruned %d", n)
	}
	_, err = w.Refresh(t.Context(), app, first.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
	if w.live(second.Access.Reveal()) {
		t.Error("the family lives on")
	}
}

// A token of an hour with a refresh token of a month is what most applications
// have. The record of the first is pruned no sooner than the second is over.
func TestARefreshTokenOutlivesItsToken(t *testing.T) {
	w := newWorld(t)
	w.rule(everyone("default_lifetime_api", int64(3600)), everyone("retention", int64(86400)))
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	pair, err := w.GrantPassword(t.Context(), app, bob, "read")
	must(t, err)
	w.clock.Forward(29 * 24 * time.Hour)
	must(t, w.PruneTokens(t.Context()))
	next, err := w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	must(t, err)
	if !w.live(next.Access.Reveal()) {
		t.Error("the token that it was refreshed to does not live")
	}
}

func TestARefreshTokenThatIsOfNoUse(t *testing.T) {
	for _, tt := range []struct {
		name  string
		do    func(w *world, bob pat.Principal, pair pat.Pair)
		field string
	}{
		{"its token was revoked", func(w *world, bob pat.Principal, pair pat.Pair) {
			must(w.t, w.RevokeToken(w.t.Context(), bob, pair.Token.ID, ""))
		}, "grant"},
		{"its user was disabled", func(w *world, bob pat.Principal, _ pat.Pair) { w.disable(bob.User) }, "grant"},
		{"its user was deleted", func(w *world, bob pat.Principal, _ pat.Pair) {
			must(w.t, w.DeleteUser(w.t.Context(), w.root, bob.User))
		}, "grant"},
		{"it has expired", func(w *world, _ pat.Principal, _ pat.Pair) {
			w.clock.Forward(pat.RefreshLifetime * time.Second)
		}, "refresh_token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			app, _ := w.app("ci", byPassword)
			pair, err := w.GrantPassword(t.Context(), app, bob, "write")
			must(t, err)
			tt.do(w, bob, pair)
			_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
			want(t, err, "invalid", tt.field)
		})
	}
	t.Run("networks stay", func(t *testing.T) {
		w := newWorld(t)
		bob := w.user("bob")
		app, _ := w.app("ci", byPassword)
		nets := pat.Networks{netip.MustParsePrefix("192.0.2.0/24")}
		pair, err := w.CreateApplicationToken(t.Context(), bob, pat.TokenRequest{
			Owner: bob.User, Application: app.ID, Scopes: "write", Networks: nets, Origin: pat.OriginAPI,
		})
		must(t, err)
		next, err := w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
		must(t, err)
		if next.Token.Networks.String() != nets.String() {
			t.Errorf("got %s", next.Token.Networks)
		}
	})
	t.Run("scopes narrowed by hand stay narrow", func(t *testing.T) {
		w := newWorld(t)
		bob := w.user("bob")
		app, _ := w.app("ci", byPassword)
		pair, err := w.GrantPassword(t.Context(), app, bob, "write")
		must(t, err)
		_, err = w.EditToken(t.Context(), bob, pair.Token.ID, pat.TokenEdit{Scopes: new(pat.Scopes("read"))})
		must(t, err)
		next, err := w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
		must(t, err)
		if next.Token.Scopes != "read" {
			t.Errorf("got %s", next.Token.Scopes)
		}
	})
}

// Who asks for a token of an hour does not get one of a year by refreshing it.
func TestARefreshDoesNotLengthenLives(t *testing.T) {
	for _, tt := range []struct {
		name  string
		asked pat.Expiry
		want  time.Duration
	}{
		{"an hour", pat.Expiry{After: 3600}, time.Hour},
		{"as policy has it", pat.Expiry{}, 365 * 24 * time.Hour},
		{"longer than policy has it", pat.Expiry{After: 400 * 86400}, 365 * 24 * time.Hour},
		{"never", pat.Expiry{Never: true}, 365 * 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			app, _ := w.app("ci", byPassword)
			pair, err := w.CreateApplicationToken(t.Context(), bob, pat.TokenRequest{
				Owner: bob.User, Application: app.ID, Scopes: "write", Expiry: tt.asked, Origin: pat.OriginAPI,
			})
			must(t, err)
			w.clock.Forward(10 * time.Minute)
			next, err := w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
			must(t, err)
			if got := next.Token.ExpiresAt.Sub(next.Token.CreatedAt); got != tt.want {
				t.Errorf("it lives for %v, want %v", got, tt.want)
			}
		})
	}
}

// What comes of a token does not outlive it, by way of a refresh either.
func TestAPairMadeWithATokenEndsWithIt(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	brief := w.bearer(bob, "read write", lasting(time.Hour))
	pair, err := w.CreateApplicationToken(t.Context(), brief, pat.TokenRequest{Owner: bob.User, Application: app.ID, Scopes: "write", Origin: pat.OriginAPI})
	must(t, err)
	w.clock.Forward(30 * time.Minute)
	pair, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	must(t, err)
	if !pair.Token.ExpiresAt.Equal(brief.ExpiresAt) {
		t.Errorf("it lives until %v, its origin until %v", pair.Token.ExpiresAt, brief.ExpiresAt)
	}
	w.clock.Forward(30 * time.Minute)
	_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "refresh_token")
}

func TestGrantsOfTheWrongKind(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	byCode, _ := w.app("code")
	byPw, _ := w.app("pw", byPassword)
	_, err := w.GrantPassword(t.Context(), byCode, bob, "read")
	want(t, err, "forbidden", "")
	_, err = w.exchange(byPw, w.granted(bob, byCode))
	want(t, err, "forbidden", "")
}

func TestAnApplicationRevokesItsOwn(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	other, _ := w.app("other", byPassword)
	personal, _ := w.mint(bob)
	grant := func() pat.Pair {
		pair, err := w.GrantPassword(t.Context(), app, bob, "read")
		must(t, err)
		return pair
	}
	revoke := func(by pat.Application, text string) { must(t, w.RevokeGranted(t.Context(), by, text, via())) }

	pair := grant()
	revoke(other, pair.Access.Reveal())
	revoke(other, pair.Refresh.Reveal())
	revoke(app, personal)
	revoke(app, "junk")
	revoke(app, pat.NewSecret(pat.RefreshPrefix).Reveal())
	revoke(app, pat.NewSecret(pat.DefaultPrefix).Reveal())
	if !w.live(pair.Access.Reveal()) || !w.live(personal) {
		t.Error("a token that is not the application's was revoked")
	}
	before := w.last()
	revoke(app, pair.Refresh.Reveal())
	revoke(app, pair.Refresh.Reveal())
	if w.live(pair.Access.Reveal()) {
		t.Error("the token lives after its refresh token was revoked")
	}
	if events := w.events(before); len(events) != 1 || events[0].Act != pat.TokenRevoked || events[0].Reason != "revoked by the application" {
		t.Errorf("the trail has %v", events)
	}
	pair = grant()
	revoke(app, pair.Access.Reveal())
	if w.live(pair.Access.Reveal()) {
		t.Error("the token lives after it was revoked")
	}
	_, err := w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
}
