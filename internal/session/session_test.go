package session_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
)

// desk is a register on a store of its own, with a clock that tests move.
type desk struct {
	*session.Register
	t   *testing.T
	db  *sqlite.Store
	now time.Time

	read pat.EventID // up to which told has asked
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jeton.db"), sqlite.Options{Now: clock})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	d.db = db
	d.Register = &session.Register{Store: db, Now: clock, Log: slog.New(slog.DiscardHandler)}
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const hash = "$of$a$password"

var via = pat.Via{Face: "api", Address: netip.MustParseAddr("192.0.2.7")}

// user adds a user, who has just proved a password.
func (d *desk) user(name string) (who pat.Principal) {
	d.t.Helper()
	d.update(func(tx store.Tx) (err error) {
		who = pat.Principal{Name: name, Credential: pat.ByPassword, Proof: pat.ProofOf(hash), Via: via}
		who.User, err = tx.InsertUser(pat.User{Name: name, CreatedAt: d.now, ModifiedAt: d.now}, hash)
		return err
	})
	return who
}

func (d *desk) update(fn func(store.Tx) error) {
	d.t.Helper()
	must(d.t, d.db.Update(d.t.Context(), fn))
}

func (d *desk) start(who pat.Principal) (pat.Secret, pat.Session) {
	d.t.Helper()
	secret, s, err := d.Start(d.t.Context(), who, pat.SessionRequest{})
	must(d.t, err)
	return secret, s
}

// acts returns what the audit trail says of sessions.
func (d *desk) acts() string {
	d.t.Helper()
	events, err := d.db.Events(d.t.Context(), 0, 1000)
	must(d.t, err)
	var acts []string
	for _, e := range events {
		if e.Object != pat.ObjectSession {
			continue
		}
		acts = append(acts, strings.TrimSpace(e.ActorName+" "+string(e.Act)+" "+e.Reason))
	}
	return strings.Join(acts, "; ")
}

func kind(err error) string {
	if err == nil {
		return "done"
	}
	return pat.AsError(err).Kind.String()
}

func TestStartIsRefused(t *testing.T) {
	tests := []struct {
		name string
		edit func(d *desk, who *pat.Principal)
		want string
	}{
		{"not", func(*desk, *pat.Principal) {}, "done"},
		{"for nobody", func(_ *desk, who *pat.Principal) { *who = pat.Principal{} }, "unauthenticated"},
		{"by a token", func(_ *desk, who *pat.Principal) { who.Credential = pat.ByToken }, "unauthenticated"},
		{"by a session", func(_ *desk, who *pat.Principal) { who.Credential = pat.BySession }, "unauthenticated"},
		{"without a proof", func(_ *desk, who *pat.Principal) { who.Proof = pat.Digest{} }, "unauthenticated"},
		{"once the password is another", func(d *desk, who *pat.Principal) {
			d.update(func(tx store.Tx) error { return tx.SetPassword(who.User, "$another", d.now) })
		}, "unauthenticated"},
		{"once the user is disabled", func(d *desk, who *pat.Principal) {
			d.update(func(tx store.Tx) error {
				return tx.UpdateUser(pat.User{ID: who.User, Name: who.Name, DisabledAt: d.now, ModifiedAt: d.now})
			})
		}, "unauthenticated"},
		{"once the user is deleted", func(d *desk, who *pat.Principal) {
			d.update(func(tx store.Tx) error { return tx.DeleteUser(who.User, d.now, 0) })
		}, "unauthenticated"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t)
			who := d.user("ada")
			tt.edit(d, &who)
			if _, _, err := d.Start(t.Context(), who, pat.SessionRequest{}); kind(err) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name     string
		remember bool
		step     time.Duration // between requests
		last     time.Duration // at which it is still found
		over     time.Duration
	}{
		{"unseen", false, 0, session.Idle - time.Microsecond, session.Idle},
		{"in all", false, 20 * time.Minute, session.Absolute - time.Microsecond, session.Absolute},
		{"remembered, unseen", true, 0, session.Remembered - time.Microsecond, session.Remembered},
		{"remembered, in all", true, 10 * 24 * time.Hour, session.Remembered - time.Microsecond, session.Remembered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t)
			began := d.now
			secret, _, err := d.Start(t.Context(), d.user("ada"), pat.SessionRequest{Remember: tt.remember})
			must(t, err)
			for tt.step > 0 && d.now.Sub(began)+tt.step < tt.last {
				d.now = d.now.Add(tt.step)
				_, _, err := d.Find(t.Context(), secret, via)
				must(t, err)
			}
			for at, want := range map[time.Duration]string{tt.over: "unauthenticated"} {
				d.now = began.Add(at)
				if _, _, err := d.Find(t.Context(), secret, via); kind(err) != want {
					t.Errorf("after %s: %v", at, err)
				}
			}
			d.now = began.Add(tt.last)
			if _, _, err := d.Find(t.Context(), secret, via); err != nil {
				t.Errorf("after %s: %v", tt.last, err)
			}
		})
	}
}

func TestRenew(t *testing.T) {
	d := open(t)
	ada, bob := d.user("ada"), d.user("bob")
	old, s := d.start(ada)
	d.now = d.now.Add(20 * time.Minute)
	if _, _, err := d.Renew(t.Context(), old, bob); kind(err) != "forbidden" {
		t.Errorf("by another user: %v", err)
	}
	stale := ada
	stale.Proof = pat.Digest{}
	if _, _, err := d.Renew(t.Context(), old, stale); kind(err) != "unauthenticated" {
		t.Errorf("without a proof: %v", err)
	}
	secret, again, err := d.Renew(t.Context(), old, ada)
	must(t, err)
	if again.ID != s.ID || secret == old || !again.ExpiresAt.Equal(s.ExpiresAt) {
		t.Errorf("%+v", again)
	}
	who, _, err := d.Find(t.Context(), secret, via)
	must(t, err)
	if !who.AuthenticatedAt.Equal(d.now) {
		t.Error(who.AuthenticatedAt)
	}
	if _, _, err := d.Find(t.Context(), old, via); kind(err) != "unauthenticated" {
		t.Errorf("the secret of before: %v", err)
	}
}

func TestEnding(t *testing.T) {
	d := open(t)
	ada, bob := d.user("ada"), d.user("bob")
	root := pat.Operator("root")
	first, one := d.start(ada)
	_, two := d.start(ada)
	d.start(ada)
	by, _, err := d.Find(t.Context(), first, via)
	must(t, err)
	for _, tt := range []struct {
		name, want string
		do         func() error
	}{
		{"another's", "forbidden", func() error { return d.EndOne(t.Context(), bob, one.ID) }},
		{"all of another's", "forbidden", func() error { _, err := d.EndOf(t.Context(), bob, ada.User); return err }},
		{"another's list", "forbidden", func() error { _, err := d.List(t.Context(), bob, ada.User); return err }},
		{"by nobody", "unauthenticated", func() error { return d.EndOne(t.Context(), pat.Principal{}, one.ID) }},
		{"a list for nobody", "unauthenticated", func() error { _, err := d.List(t.Context(), pat.Principal{}, ada.User); return err }},
		{"one that there is not", "not found", func() error { return d.EndOne(t.Context(), root, 99) }},
		{"one's own", "done", func() error { return d.EndOne(t.Context(), by, two.ID) }},
		{"once more", "done", func() error { return d.EndOne(t.Context(), by, two.ID) }},
		{"the other ones", "done", func() error {
			n, err := d.EndOf(t.Context(), by, ada.User)
			if n != 1 {
				return errors.Join(err, pat.Fail(pat.Internal, "not one"))
			}
			return err
		}},
		{"signing out", "done", func() error { return d.End(t.Context(), first, via) }},
		{"signing out twice", "done", func() error { return d.End(t.Context(), first, via) }},
		{"acting in it", "unauthenticated", func() error { return d.EndOne(t.Context(), by, one.ID) }},
	} {
		if err := tt.do(); kind(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	const want = "ada session.started; ada session.started; ada session.started; " +
		"ada session.ended ended; ada session.ended ended; ada session.ended signed out"
	if got := d.acts(); got != want {
		t.Errorf("the trail: %s", got)
	}
}

func TestAgentIsBounded(t *testing.T) {
	d := open(t)
	_, s, err := d.Start(t.Context(), d.user("ada"), pat.SessionRequest{Agent: "a\x00\x1b[31m\xff" + strings.Repeat("€", 200)})
	must(t, err)
	if len(s.Agent) > pat.MaxAgent || !strings.HasPrefix(s.Agent, "a[31m€") || strings.ContainsRune(s.Agent, '�') {
		t.Errorf("%q", s.Agent)
	}
}
