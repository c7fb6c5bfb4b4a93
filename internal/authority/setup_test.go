package authority_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/store"
)

var first = pat.UserRequest{Name: "ada", Password: "lumpen-orchid-77"}

func (w *world) setUp(code string) error {
	_, err := w.SetUp(context.Background(), code, first, via())
	return err
}

func (w *world) code() string {
	w.t.Helper()
	code, until, err := w.NewSetupCode(w.t.Context())
	if must(w.t, err); !until.Equal(w.clock.Now().Add(authority.SetupLifetime)) {
		w.t.Errorf("the code is good until %v", until)
	}
	return code
}

func TestTheSetUpCodeMakesOneAdministrator(t *testing.T) {
	w := empty(t)
	code := w.code()
	if !regexp.MustCompile(`^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$`).MatchString(code) {
		t.Errorf("the code is %q", code)
	}
	if open, err := w.SetupOpen(t.Context()); !open || err != nil {
		t.Errorf("open: %t, %v", open, err)
	}
	req := first
	req.Disabled = true // would lock everyone out
	ada, err := w.SetUp(t.Context(), code, req, via())
	must(t, err)
	if kept := w.stored(ada.ID); kept != ada || !kept.Admin || !kept.DisabledAt.IsZero() {
		t.Errorf("made %+v", kept)
	}
	trail := w.events(0)
	if len(trail) != 1 || trail[0].Act != pat.UserCreated || trail[0].Actor != 0 || trail[0].ActorName != "setup" || trail[0].Credential != pat.BySetup || trail[0].Via != via() {
		t.Errorf("the trail says %+v", trail)
	}
	_, err = w.signIn("ada", first.Password)
	must(t, err)
	if open, err := w.SetupOpen(t.Context()); open || err != nil {
		t.Errorf("open: %t, %v", open, err)
	}
}

func TestTheSetUpCodeIsReadAsPeopleTypeIt(t *testing.T) {
	w := empty(t)
	must(t, w.setUp(" "+strings.ToLower(w.code())+"\r\n"))
}

func TestSetUpRefusesWhatIsNotTheCode(t *testing.T) {
	tests := []struct {
		name string
		code func(w *world) string
	}{
		{"none, while there is none", func(*world) string { return "" }},
		{"none", func(w *world) string { w.code(); return "" }},
		{"another", func(w *world) string { w.code(); return "AAAA-AAAA-AAAA-AAAA" }},
		{"its beginning", func(w *world) string { return w.code()[:14] }},
		{"more than it", func(w *world) string { return w.code() + "A" }},
		{"the one of an earlier start", func(w *world) string { old := w.code(); w.code(); return old }},
		{"after an hour", func(w *world) string { code := w.code(); w.clock.Forward(time.Hour); return code }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := empty(t)
			code := tt.code(w)
			if cost := w.hashes(func() { want(t, w.setUp(code), "unauthenticated", "code") }); cost != 0 {
				t.Errorf("cost %d hashes", cost)
			}
			if has, err := w.store.HasUsers(t.Context()); has || err != nil {
				t.Errorf("there are users: %t, %v", has, err)
			}
		})
	}
}

func TestTheSetUpCodeIsGoodForAnHour(t *testing.T) {
	w := empty(t)
	code := w.code()
	w.clock.Forward(time.Hour - 1)
	must(t, w.setUp(code))
}

func TestSetUpIsOverOnceThereIsAUser(t *testing.T) {
	w := empty(t)
	code := w.code()
	w.user("plain") // no administrator, and yet a user
	want(t, w.setUp(code), "conflict", "")
	want(t, w.setUp("wrong"), "conflict", "")
	_, err := w.FirstAdmin(t.Context(), pat.Operator("ops"), first)
	want(t, err, "conflict", "")
	if code, _, err := w.NewSetupCode(t.Context()); code != "" || err != nil {
		t.Errorf("a new code: %q, %v", code, err)
	}
}

func TestTheSetUpCodeIsSpentOnce(t *testing.T) {
	w := empty(t)
	code := w.code()
	must(t, w.setUp(code))
	ada, err := w.store.UserByName(t.Context(), "ada")
	must(t, err)
	w.update(func(tx store.Tx) error { return tx.DeleteUser(ada.ID, w.clock.Now(), 0) }) // which the rules forbid
	for _, code := range []string{code, ""} {
		want(t, w.setUp(code), "unauthenticated", "code")
	}
}

func TestARefusedRequestDoesNotSpendTheCode(t *testing.T) {
	w := empty(t)
	code := w.code()
	_, err := w.SetUp(t.Context(), code, pat.UserRequest{Name: "ada", Password: "short"}, via())
	want(t, err, "invalid", "password")
	must(t, w.setUp(code))
}

func TestManyAtTheSetUpMakeOneAdministrator(t *testing.T) {
	w := empty(t)
	code := w.code()
	errs := together(16, func(i int) (err error) {
		req := first
		req.Name += string(rune('a' + i))
		if i%2 == 0 {
			_, err = w.SetUp(context.Background(), code, req, via())
		} else {
			_, err = w.FirstAdmin(context.Background(), pat.Operator("ops"), req)
		}
		return err
	})
	got := tally(errs)
	if got["done"] != 1 || got["conflict"]+got["unauthenticated"] != 15 {
		t.Errorf("%v", got)
	}
	if _, n, err := w.store.Users(t.Context(), pat.Query{}); n != 1 || err != nil {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestNobodyMakesTheFirstAdministratorUnnamed(t *testing.T) {
	w := empty(t)
	_, err := w.FirstAdmin(t.Context(), pat.Principal{}, first)
	want(t, err, "unauthenticated", "")
}
