package authority_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
)

// A form makes one token, sent as often and as many at once as may be.
func TestAFormMakesOneToken(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	with := func(form pat.Form) func(*pat.TokenRequest) {
		return func(r *pat.TokenRequest) { r.Form = form }
	}
	var made, used int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, _, err := w.create(bob, with("f-1"))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case errors.Is(err, pat.ErrFormUsed):
				used++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made != 1 || used != 7 {
		t.Fatalf("%d were made and %d refused", made, used)
	}
	id, err := w.UsedForm(t.Context(), bob, "f-1")
	must(t, err)
	if w.token(id.Token).Owner != bob.User {
		t.Error("the form leads to another's token")
	}
	if id, err := w.UsedForm(t.Context(), eve, "f-1"); !id.IsZero() || err != nil {
		t.Errorf("another user's form: %v %v", id, err)
	}
	_, _, err = w.create(eve, with("f-1")) // numbers are each user's own
	must(t, err)
	_, _, err = w.create(bob, with("f-2"), named(string([]byte{0xff})))
	if err == nil || errors.Is(err, pat.ErrFormUsed) {
		t.Fatalf("a name that is none: %v", err)
	}
	_, tok, err := w.create(bob, with("f-2"), named("ci")) // what made nothing is not used
	must(t, err)
	_, _, err = w.create(bob, with("f-2"), named("ci"))
	if !errors.Is(err, pat.ErrFormUsed) { // and not that the name is taken
		t.Errorf("the form again: %v", err)
	}
	_, _, err = w.RotateToken(t.Context(), bob, tok.ID, pat.Rotation{Origin: pat.OriginConsole, Form: "f-2"})
	if !errors.Is(err, pat.ErrFormUsed) {
		t.Errorf("the form for a rotation: %v", err)
	}
	_, next, err := w.RotateToken(t.Context(), bob, tok.ID, pat.Rotation{Origin: pat.OriginConsole, Form: "f-3"})
	must(t, err)
	if id, _ := w.UsedForm(t.Context(), bob, "f-3"); id.Token != next.ID {
		t.Errorf("the rotation's form leads to %d, want %d", id.Token, next.ID)
	}
	for range 2 { // "" is no form
		_, _, err = w.create(bob)
		must(t, err)
	}
	w.clock.Forward(pat.FormTime + time.Second)
	_, _, err = w.create(bob, with("f-4"))
	must(t, err)
	if id, _ := w.UsedForm(t.Context(), bob, "f-1"); !id.IsZero() {
		t.Error("a form is remembered for longer than it is to be")
	}
}

// Whoever has a whole secret is told of its token, and nobody else of anything.
func TestWhoIsToldOfAFoundSecret(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	text, tok := w.mint(bob, named("deploy"))
	for _, tt := range []struct {
		name   string
		by     pat.Principal
		text   string
		hidden bool
		want   string // the kind of the refusal
	}{
		{"the owner", bob, text, false, ""},
		{"another", eve, text, true, ""},
		{"an administrator", w.root, text, false, ""},
		{"an auditor", w.user("ann", auditor), text, false, ""},
		{"nobody", pat.Principal{}, text, false, "unauthenticated"},
		{"a secret without its end", eve, text[:len(text)-1], false, "unauthenticated"},
		{"a secret of another installation", eve, pat.NewSecret("ghp").Reveal(), false, "unauthenticated"},
		{"a secret that no token has", eve, pat.NewSecret("jtn").Reveal(), false, "not found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := w.last()
			found, err := w.FindToken(t.Context(), tt.by, tt.text)
			if tt.want != "" {
				want(t, err, tt.want, "")
			} else {
				must(t, err)
			}
			if err == nil && (found.Hidden != tt.hidden || (found.Token.Name == "") != tt.hidden || (found.Token.ID == 0) != tt.hidden) {
				t.Errorf("is told %+v", found)
			}
			if w.last() != before || !w.live(text) {
				t.Error("asking has changed something")
			}
		})
	}
	found, err := w.FindToken(t.Context(), eve, text)
	must(t, err)
	want(t, w.ReportToken(t.Context(), bob, found.Proof, ""), "invalid", "proof")
	want(t, w.ReportToken(t.Context(), w.bearer(eve, "read"), found.Proof, ""), "forbidden", "")
	must(t, w.ReportToken(t.Context(), eve, found.Proof, "in a log"))
	if w.live(text) || w.token(tok.ID).PausedAt.IsZero() {
		t.Error("a reported token is accepted")
	}
	events := w.events(0)
	if e := events[len(events)-1]; e.Act != pat.TokenReported || e.Owner != bob.User || e.Actor != eve.User || e.Reason != "in a log" {
		t.Errorf("the trail tells %+v", e)
	}
	_, err = w.ResumeToken(t.Context(), eve, tok.ID)
	want(t, err, "forbidden", "")
	_, err = w.ResumeToken(t.Context(), bob, tok.ID)
	must(t, err)
	w.disable(eve.User)
	want(t, w.ReportToken(t.Context(), eve, found.Proof, ""), "unauthenticated", "")
}

// A form makes one account, or one password, sent as many at once as may be.
func TestAFormMakesOneAccountAndOnePassword(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	at := w.root
	at.Credential, at.AuthenticatedAt = pat.ByPassword, w.clock.Now()
	for name, send := range map[pat.Form]func(n int) error{
		"account": func(n int) error {
			_, err := w.CreateUser(t.Context(), at, pat.UserRequest{Name: fmt.Sprint("u", n), Password: "lumpen-orchid-77", Form: "account"})
			return err
		},
		"service": func(n int) error {
			_, err := w.CreateUser(t.Context(), at, pat.UserRequest{Name: fmt.Sprint("s", n), Service: true, Form: "service"})
			return err
		},
		"password": func(n int) error {
			return w.edit(at, bob.User, pat.UserEdit{Password: new(fmt.Sprint("lumpen-orchid-", n)), Form: "password"})
		},
	} {
		var made atomic.Int32
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				switch err := send(n); {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, pat.ErrFormUsed):
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("%s: made %d times", name, made.Load())
		}
		if m, err := w.UsedForm(t.Context(), at, name); err != nil || m.Account == 0 || m.Token != 0 {
			t.Errorf("%s leads to %+v, %v", name, m, err)
		}
	}
}
