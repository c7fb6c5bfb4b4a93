package authority_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/authority/authoritytest"
	"jeton/internal/index"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
	"jeton/internal/throttle"
)

// ledger is a real store on which single things can be made to fail, or to
// wait, at the moment that a test is about.
type ledger struct {
	*sqlite.Store
	noTrail   atomic.Bool // events cannot be written
	noUse     atomic.Bool // uses cannot be written
	noRecords atomic.Bool // tokens cannot be read
	uses      []store.Use // all that were written
	// beforeUpdate, when set, runs once before the next transaction begins.
	beforeUpdate atomic.Pointer[func()]
}

var errBroken = errors.New("disk on fire")

func (l *ledger) Update(ctx context.Context, fn func(store.Tx) error) error {
	if before := l.beforeUpdate.Swap(nil); before != nil {
		(*before)()
	}
	return l.Store.Update(ctx, func(tx store.Tx) error {
		if l.noTrail.Load() {
			tx = trailless{tx}
		}
		return fn(tx)
	})
}

// failFrom makes the n-th transaction from now, and all after it, fail at the
// first event that they write.
func (l *ledger) failFrom(n int) {
	fail := func() {
		if n--; n > 0 {
			l.failFrom(n)
			return
		}
		l.noTrail.Store(true)
	}
	l.beforeUpdate.Store(&fail)
}

func (l *ledger) RecordUse(ctx context.Context, uses []store.Use, tell func(store.Tx, []store.UseFinding) error) error {
	if l.noUse.Load() {
		return errBroken
	}
	l.uses = append(l.uses, uses...)
	return l.Store.RecordUse(ctx, uses, func(tx store.Tx, found []store.UseFinding) error {
		if l.noTrail.Load() {
			tx = trailless{tx}
		}
		return tell(tx, found)
	})
}

func (l *ledger) Entry(ctx context.Context, d pat.Digest) (store.Entry, error) {
	if l.noRecords.Load() {
		return store.Entry{}, errBroken
	}
	return l.Store.Entry(ctx, d)
}

type trailless struct{ store.Tx }

func (trailless) Append(pat.Event) error { return errBroken }

// turnstile is a real throttle that counts what is asked of it.
type turnstile struct {
	*throttle.Limiter
	taken, succeeded, withdrawn atomic.Int64
	// What runs, when set, before every charge and before it is given back
	// because the password was right.
	beforeTake, beforeSuccess func()
}

func (s *turnstile) Take(name string, from netip.Addr) (succeeded, withdrawn func(), err error) {
	if s.beforeTake != nil {
		s.beforeTake()
	}
	s.taken.Add(1)
	right, back, err := s.Limiter.Take(name, from)
	if err != nil {
		return nil, nil, err
	}
	succeeded = func() {
		if s.beforeSuccess != nil {
			s.beforeSuccess()
		}
		s.succeeded.Add(1)
		right()
	}
	return succeeded, func() { s.withdrawn.Add(1); back() }, nil
}

// meter is a real hasher that counts what it has computed.
type meter struct {
	*password.Hasher
	computed atomic.Int64
}

func (m *meter) Hash(ctx context.Context, pw string) (string, error) {
	phc, err := m.Hasher.Hash(ctx, pw)
	m.count(err)
	return phc, err
}

func (m *meter) Check(ctx context.Context, phc, pw string) (bool, error) {
	right, err := m.Hasher.Check(ctx, phc, pw)
	m.count(err)
	return right, err
}

func (m *meter) CheckNone(ctx context.Context, pw string) error {
	err := m.Hasher.CheckNone(ctx, pw)
	m.count(err)
	return err
}

func (m *meter) count(err error) {
	if err == nil {
		m.computed.Add(1)
	}
}

// world is an authority on a store of its own, with everything real but the
// clock. Its users are root, an administrator, and whoever a test adds.
type world struct {
	*authority.Authority
	t         testing.TB
	folder    string
	clock     *authoritytest.Clock
	store     *ledger
	index     *index.Index
	hasher    *meter
	turnstile *turnstile
	log       *authoritytest.Journal
	root      pat.Principal
}

// empty is a world without a user.
func empty(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, log: &authoritytest.Journal{}}
	w.clock = authoritytest.NewClock(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	house := authoritytest.Open(t, w.clock.Now)
	w.Authority, w.folder = house.Authority, house.Folder
	w.store = &ledger{Store: house.DB}
	var err error
	w.index, err = index.Open(t.Context(), index.Options{Source: w.store, Now: w.clock.Now})
	must(t, err)
	w.hasher = &meter{Hasher: authoritytest.Hasher(t, 1)}
	w.turnstile = &turnstile{Limiter: throttle.New(throttle.Options{Now: w.clock.Now})}
	w.Store, w.Live, w.Passwords, w.Throttle = w.store, w.index, w.hasher, w.turnstile
	w.Log = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.Policy.Scopes = []string{"deploy", "introspect"}
	return w
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := empty(t)
	w.root = w.user("root", admin)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var home = netip.MustParseAddr("192.0.2.7")

func via() pat.Via { return pat.Via{Face: "api", Address: home, RequestID: "r-1"} }

func admin(u *pat.User)   { u.Admin = true }
func auditor(u *pat.User) { u.Auditor = true }

// user adds a user past the rules and returns the user's principal, by
// password. The password is what passwordOf says.
func (w *world) user(name string, edit ...func(*pat.User)) pat.Principal {
	w.t.Helper()
	u := pat.User{Name: name, CreatedAt: w.clock.Now(), ModifiedAt: w.clock.Now()}
	for _, e := range edit {
		e(&u)
	}
	hash, err := w.hasher.Hash(w.t.Context(), passwordOf(name))
	must(w.t, err)
	w.update(func(tx store.Tx) error {
		u.ID, err = tx.InsertUser(u, hash)
		return err
	})
	return pat.Principal{User: u.ID, Name: u.Name, Admin: u.Admin, Auditor: u.Auditor, Credential: pat.ByPassword, Via: via()}
}

func passwordOf(name string) string { return "vexing-otter-3914-" + name }

// update changes records past the rules.
func (w *world) update(fn func(store.Tx) error) {
	w.t.Helper()
	must(w.t, w.store.Store.Update(w.t.Context(), fn))
	w.index.Sync(w.t.Context())
}

// create makes a token for whoever asks.
func (w *world) create(by pat.Principal, edit ...func(*pat.TokenRequest)) (pat.Secret, pat.Token, error) {
	req := pat.TokenRequest{Owner: by.User, Scopes: "write", Origin: pat.OriginAPI}
	for _, e := range edit {
		e(&req)
	}
	return w.CreateToken(context.Background(), by, req)
}

// mint is create where nothing can be wrong.
func (w *world) mint(by pat.Principal, edit ...func(*pat.TokenRequest)) (text string, tok pat.Token) {
	w.t.Helper()
	secret, tok, err := w.create(by, edit...)
	must(w.t, err)
	return secret.Reveal(), tok
}

func named(name string) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) { r.Name = name }
}

func scoped(s pat.Scopes) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) { r.Scopes = s }
}

func ownedBy(id pat.UserID) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) { r.Owner = id }
}

func lasting(d time.Duration) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) { r.Expiry.After = int64(d / time.Second) }
}

func never(r *pat.TokenRequest) { r.Expiry.Never = true }

// bearer returns by with a new token of the scopes as the credential.
func (w *world) bearer(by pat.Principal, scopes pat.Scopes, edit ...func(*pat.TokenRequest)) pat.Principal {
	w.t.Helper()
	text, _ := w.mint(by, append(edit, scoped(scopes))...)
	return w.verified(text)
}

func (w *world) verified(text string) pat.Principal {
	w.t.Helper()
	who, err := w.Verify(w.t.Context(), text, "", via())
	must(w.t, err)
	return who
}

// live reports whether the secret is accepted.
func (w *world) live(text string) bool {
	_, err := w.Verify(context.Background(), text, "", via())
	return err == nil
}

// signIn tries one reading of a name and a password.
func (w *world) signIn(name, pw string) (pat.Principal, error) {
	return w.Authenticate(context.Background(), []pat.Login{{Name: name, Password: pw}}, via())
}

func (w *world) token(id pat.TokenID) pat.Token {
	w.t.Helper()
	tok, err := w.store.Token(w.t.Context(), id)
	must(w.t, err)
	return tok
}

func (w *world) stored(id pat.UserID) pat.User {
	w.t.Helper()
	u, err := w.store.User(w.t.Context(), id)
	must(w.t, err)
	return u
}

func (w *world) edit(by pat.Principal, id pat.UserID, edit pat.UserEdit) error {
	_, err := w.EditUser(context.Background(), by, id, edit)
	return err
}

func (w *world) disable(id pat.UserID) {
	w.t.Helper()
	must(w.t, w.edit(w.root, id, pat.UserEdit{Disabled: new(true)}))
}

// events returns the audit trail after the given event.
func (w *world) events(after pat.EventID) []pat.Event {
	w.t.Helper()
	all, err := w.store.Events(w.t.Context(), after, 10_000)
	must(w.t, err)
	return all
}

// last is the place of the newest event.
func (w *world) last() pat.EventID {
	w.t.Helper()
	all := w.events(0)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].ID
}

// kindOf says what became of something in a word.
func kindOf(err error) string {
	if err == nil {
		return "done"
	}
	return pat.AsError(err).Kind.String()
}

// fieldOf names the field that err blames, "" when it blames none.
func fieldOf(err error) string {
	if err == nil || len(pat.AsError(err).Fields) == 0 {
		return ""
	}
	return pat.AsError(err).Fields[0].Name
}

// want fails unless err is of the kind and blames the field.
func want(t testing.TB, err error, kind, field string) {
	t.Helper()
	if kindOf(err) != kind || fieldOf(err) != field {
		t.Errorf("got %v, field %q; want %s, field %q", err, fieldOf(err), kind, field)
	}
}

// together runs fn n times at once and returns the errors, in order of i.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			errs[i] = fn(i)
		})
	}
	close(begin)
	all.Wait()
	return errs
}

// tally counts how often each kind is among errs.
func tally(errs []error) map[string]int {
	n := map[string]int{}
	for _, err := range errs {
		n[kindOf(err)]++
	}
	return n
}
