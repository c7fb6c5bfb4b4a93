package authority_test

import (
	"context"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/session"
)

// register keeps the sessions of the world's users.
func (w *world) register() *session.Register {
	return &session.Register{Store: w.store, Now: w.clock.Now, Log: w.Log}
}

// begin starts a session for the user and returns its secret.
func (w *world) begin(name string) pat.Secret {
	w.t.Helper()
	who, err := w.signIn(name, passwordOf(name))
	must(w.t, err)
	secret, _, err := w.register().Start(context.Background(), who, pat.SessionRequest{})
	must(w.t, err)
	return secret
}

// acting is who acts with the session's secret.
func (w *world) acting(secret pat.Secret) (pat.Principal, error) {
	who, _, err := w.register().Find(context.Background(), secret, via())
	return who, err
}

// inSession is by in a session that has just begun.
func (w *world) inSession(by pat.Principal) pat.Principal {
	w.t.Helper()
	who, err := w.acting(w.begin(by.Name))
	must(w.t, err)
	return who
}

func TestWhatEndsSessions(t *testing.T) {
	const fresh = "quilted-badger-7716"
	tests := []struct {
		name              string
		do                func(w *world, ada pat.Principal) error // by ada's own session, or by root
		own, other, third string                                  // ada's session that acts, ada's other one, bob's
	}{
		{"nothing", func(*world, pat.Principal) error { return nil }, "done", "done", "done"},
		{"one's own password ends the other ones", func(w *world, ada pat.Principal) error {
			return w.edit(ada, ada.User, pat.UserEdit{Password: new(fresh)})
		}, "done", "unauthenticated", "done"},
		{"one's own password by Basic ends all", func(w *world, ada pat.Principal) error {
			ada.Credential, ada.Session = pat.ByPassword, 0
			return w.edit(ada, ada.User, pat.UserEdit{Password: new(fresh)})
		}, "unauthenticated", "unauthenticated", "done"},
		{"an administrator's new password ends all", func(w *world, ada pat.Principal) error {
			return w.edit(w.root, ada.User, pat.UserEdit{Password: new(fresh)})
		}, "unauthenticated", "unauthenticated", "done"},
		{"being disabled ends all, for good", func(w *world, ada pat.Principal) error {
			w.disable(ada.User)
			return w.edit(w.root, ada.User, pat.UserEdit{Disabled: new(false)})
		}, "unauthenticated", "unauthenticated", "done"},
		{"being deleted ends all", func(w *world, ada pat.Principal) error {
			return w.DeleteUser(context.Background(), w.root, ada.User)
		}, "unauthenticated", "unauthenticated", "done"},
		{"another name ends none", func(w *world, ada pat.Principal) error {
			return w.edit(w.root, ada.User, pat.UserEdit{Name: new("grace")})
		}, "done", "done", "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("ada")
			w.user("bob")
			own, other, third := w.begin("ada"), w.begin("ada"), w.begin("bob")
			ada, err := w.acting(own)
			must(t, err)
			must(t, tt.do(w, ada))
			for _, s := range []struct {
				whose  string
				secret pat.Secret
				want   string
			}{{"own", own, tt.own}, {"other", other, tt.other}, {"third", third, tt.third}} {
				if _, err := w.acting(s.secret); kindOf(err) != s.want {
					t.Errorf("%s: %s, want %s", s.whose, kindOf(err), s.want)
				}
			}
		})
	}
}

// TestAnEndedSessionUndoesNothing holds back what was admitted before its
// session ended.
func TestAnEndedSessionUndoesNothing(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada")
	_, tok := w.mint(ada)
	secret := w.begin("ada")
	by, err := w.acting(secret)
	must(t, err)
	must(t, w.register().End(t.Context(), secret, via()))
	_, _, err = w.create(by)
	want(t, err, "unauthenticated", "")
	want(t, w.edit(by, by.User, pat.UserEdit{Email: new("a@ex.org")}), "unauthenticated", "")
	want(t, w.RevokeToken(t.Context(), by, tok.ID, ""), "unauthenticated", "")
}

// TestStaleSession holds what a stolen cookie must not do.
func TestStaleSession(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, tok := w.mint(w.root, scoped("read"))
	by := w.inSession(w.root)
	_, app, err := w.CreateApplication(t.Context(), w.root, pat.ApplicationRequest{
		Name: "app", Type: pat.Confidential, Grant: pat.GrantCode, RedirectURIs: "https://app.example/cb",
	})
	must(t, err)
	acts := []struct {
		name, field string
		do          func() error
	}{
		{"widen a token", "scope", func() error {
			_, err := w.EditToken(t.Context(), by, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("write"))})
			return err
		}},
		{"make a token", "token", func() error { _, _, err := w.create(by); return err }},
		{"rotate one", "token", func() error {
			_, old := w.mint(w.root)
			_, _, err := w.RotateToken(t.Context(), by, old.ID, pat.Rotation{Origin: pat.OriginAPI})
			return err
		}},
		{"let an application have one", "authorization", func() error {
			_, err := w.Authorize(t.Context(), by, pat.Authorization{Application: app.ID, RedirectURI: app.RedirectURIs, Scopes: "read"})
			return err
		}},
		{"set a password", "password", func() error { return w.edit(by, bob.User, pat.UserEdit{Password: new("quilted-badger-7716")}) }},
		{"appoint an administrator", "is_superuser", func() error { return w.edit(by, bob.User, pat.UserEdit{Admin: new(true)}) }},
		{"add an administrator", "is_superuser", func() error {
			_, err := w.CreateUser(t.Context(), by, pat.UserRequest{Name: "eve", Password: passwordOf("eve"), Admin: true})
			return err
		}},
	}
	w.clock.Forward(15 * time.Minute)
	for _, act := range acts {
		err := act.do()
		want(t, err, "forbidden", act.field)
		if err == nil || pat.AsError(err).Reason != pat.ReasonStale {
			t.Errorf("%s: %v", act.name, err)
		}
	}
	must(t, w.edit(by, bob.User, pat.UserEdit{Email: new("b@ex.org")}))
	w.clock.Forward(-time.Microsecond)
	for _, act := range acts {
		if err := act.do(); err != nil {
			t.Errorf("%s while it is fresh: %v", act.name, err)
		}
	}
}
