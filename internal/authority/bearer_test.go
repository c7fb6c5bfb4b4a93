package authority_test

import (
	"context"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestTokenMadeWithATokenIsBoundByIt(t *testing.T) {
	tests := []struct {
		name   string
		bearer pat.Scopes
		asked  pat.Scopes
		kind   string
	}{
		{"write gives write", "write", "write", "done"},
		{"write gives read", "write", "read", "done"},
		{"write gives a scope of the administrators", "write", "deploy", "done"},
		{"write gives them all", "write", "read deploy write", "done"},
		{"write gives no reserved scope", "write", "introspect", "forbidden"},
		{"a reserved scope held by name is given", "write introspect", "introspect", "done"},
		{"read gives nothing", "read", "read", "forbidden"},
		{"an added scope gives nothing", "deploy", "deploy", "forbidden"},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			by := w.bearer(w.root, tt.bearer)
			_, tok, err := w.create(by, scoped(tt.asked))
			want(t, err, tt.kind, "")
			if err != nil {
				return
			}
			if tok = w.token(tok.ID); tok.Parent != by.Token || tok.Scopes != tt.asked {
				t.Errorf("parent %d and scopes %q; want %d and %q", tok.Parent, tok.Scopes, by.Token, tt.asked)
			}
		})
	}
}

func TestTokenMadeWithATokenDoesNotOutliveIt(t *testing.T) {
	tests := []struct {
		name          string
		bearer, asked func(*pat.TokenRequest)
		lasts         time.Duration // 0: for ever
	}{
		{"shorter stays as asked", lasting(time.Hour), lasting(time.Minute), time.Minute},
		{"longer is cut", lasting(time.Hour), lasting(2 * time.Hour), time.Hour},
		{"never is cut", lasting(time.Hour), never, time.Hour},
		{"the default is cut", lasting(time.Hour), func(*pat.TokenRequest) {}, time.Hour},
		{"one that never ends cuts nothing", never, lasting(2 * time.Hour), 2 * time.Hour},
		{"one that never ends gives never", never, never, 0},
	}
	w := newWorld(t)
	bob := w.user("bob")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, tok := w.mint(w.bearer(bob, "write", tt.bearer), tt.asked)
			var end time.Time
			if tt.lasts > 0 {
				end = w.clock.Now().Add(tt.lasts)
			}
			if kept := w.token(tok.ID); !tok.ExpiresAt.Equal(end) || !kept.ExpiresAt.Equal(end) {
				t.Errorf("ends %v, is kept as %v; want %v", tok.ExpiresAt, kept.ExpiresAt, end)
			}
		})
	}
}

// The child keeps its parent for the record and lives on its own.
func TestChildLivesOnWithoutItsParent(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	by := w.bearer(bob, "write")
	child, _ := w.mint(by)
	must(t, w.RevokeToken(t.Context(), bob, by.Token, ""))
	if !w.live(child) {
		t.Error("the child ended with its parent")
	}
}

func TestWideningNeedsMoreThanAToken(t *testing.T) {
	tests := []struct {
		name     string
		by       pat.Scopes // of the token that asks; "": the password
		old, now pat.Scopes
		kind     string
	}{
		{"a token narrows", "write", "write", "read", "done"},
		{"a token respells", "write", "read write", "write read", "done"},
		{"a token names what write covers", "write", "write", "write deploy", "done"},
		{"a token does not widen read to write", "write", "read", "write", "forbidden"},
		{"a token does not widen read to deploy", "write", "read", "read deploy", "forbidden"},
		{"a token with more does not widen one with less", "write introspect", "write", "write introspect", "forbidden"},
		{"a read token does not even narrow", "read", "write", "read", "forbidden"},
		{"a password widens", "", "read", "write deploy", "done"},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, tok := w.mint(w.root, scoped(tt.old))
			by := w.root
			if tt.by != "" {
				by = w.bearer(w.root, tt.by)
			}
			_, err := w.EditToken(t.Context(), by, tok.ID, pat.TokenEdit{Scopes: &tt.now})
			want(t, err, tt.kind, "")
			scopes := tt.old
			if err == nil {
				scopes = tt.now
			}
			if kept := w.token(tok.ID).Scopes; kept != scopes {
				t.Errorf("the scopes are %q, want %q", kept, scopes)
			}
		})
	}
}

func TestTokenDoesNotWidenItself(t *testing.T) {
	w := newWorld(t)
	by := w.bearer(w.root, "write")
	_, err := w.EditToken(t.Context(), by, by.Token, pat.TokenEdit{Scopes: new(pat.Scopes("write introspect"))})
	want(t, err, "forbidden", "")
	_, err = w.EditToken(t.Context(), by, by.Token, pat.TokenEdit{ExpiresAt: new(by.ExpiresAt.Add(time.Hour))})
	must(t, err)
	if kept := w.token(by.Token); !kept.ExpiresAt.Equal(by.ExpiresAt) {
		t.Errorf("ends %v instead of %v", kept.ExpiresAt, by.ExpiresAt)
	}
}

func TestOnlyAdministratorsGrantReservedScopes(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, _, err := w.create(bob, scoped("write introspect"))
	want(t, err, "forbidden", "")
	_, tok := w.mint(bob)
	_, err = w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("introspect"))})
	want(t, err, "forbidden", "")
	_, given := w.mint(w.root, ownedBy(bob.User), scoped("write introspect"))
	_, err = w.EditToken(t.Context(), bob, given.ID, pat.TokenEdit{Scopes: new(pat.Scopes("introspect"))})
	want(t, err, "done", "") // what was granted already is not granted anew
}

func TestScopesMustBeKnown(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, tok := w.mint(bob)
	for _, s := range []pat.Scopes{"", "admin", "write admin", "Write"} {
		_, _, err := w.create(bob, scoped(s))
		want(t, err, "invalid", "scope")
		_, err = w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Scopes: &s})
		want(t, err, "invalid", "scope")
	}
}

// The principal was verified before its token ended, as in a request that was
// on its way.
func TestATokenThatHasJustEndedMakesNoOther(t *testing.T) {
	ends := map[string]func(w *world, id pat.TokenID) error{
		"revoked": func(w *world, id pat.TokenID) error { return w.RevokeToken(context.Background(), w.root, id, "") },
		"paused": func(w *world, id pat.TokenID) error {
			_, err := w.PauseToken(context.Background(), w.root, id, "")
			return err
		},
		"retired": func(w *world, id pat.TokenID) error {
			if _, _, err := w.RotateToken(context.Background(), w.root, id, pat.Rotation{Origin: pat.OriginAPI, Overlap: 60}); err != nil {
				return err
			}
			_, err := w.EndOverlap(context.Background(), w.root, id)
			return err
		},
		"expired": func(w *world, _ pat.TokenID) error { w.clock.Forward(2 * time.Hour); return nil },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			by := w.bearer(bob, "write", lasting(time.Hour))
			must(t, end(w, by.Token))
			_, _, err := w.create(by)
			want(t, err, "unauthenticated", "")
		})
	}
}
