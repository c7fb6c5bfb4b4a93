package authority

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// SetupLifetime is how long a set-up code may be used after the start.
const SetupLifetime = time.Hour

// setupCode is the one-time code of this start, kept in memory alone.
type setupCode struct {
	mu    sync.Mutex
	code  string // "" when there is none
	until time.Time
}

// NewSetupCode draws a code by which the first administrator can be made, and
// says until when. While there is any user it returns "".
func (a *Authority) NewSetupCode(ctx context.Context) (string, time.Time, error) {
	switch has, err := a.Store.HasUsers(ctx); {
	case err != nil:
		return "", time.Time{}, err
	case has:
		return "", time.Time{}, nil
	}
	text := rand.Text() // 26 characters of base32, 130 bits; 16 of them are 80
	code := text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
	a.setup.mu.Lock()
	defer a.setup.mu.Unlock()
	a.setup.code, a.setup.until = code, a.now().Add(SetupLifetime)
	return code, a.setup.until, nil
}

// SetupOpen reports whether the first administrator is still to be made.
func (a *Authority) SetupOpen(ctx context.Context) (bool, error) {
	has, err := a.Store.HasUsers(ctx)
	return !has, err
}

// SetUp makes the first administrator for whoever knows the one-time code. It
// fails with Conflict when there is a user already, with Unauthenticated on a
// wrong or old code, and as CreateUser does.
func (a *Authority) SetUp(ctx context.Context, code string, req pat.UserRequest, via pat.Via) (pat.User, error) {
	open, err := a.SetupOpen(ctx)
	switch {
	case err != nil:
		return pat.User{}, err
	case !open:
		return pat.User{}, errSetUp
	case !a.setupCodeIs(code):
		return pat.User{}, &pat.Error{
			Kind: pat.Unauthenticated, Message: "the set-up code is wrong or too old; a new one is made at every start",
			Fields: []pat.Field{{Name: "code", Message: "wrong or too old; a new one is made at every start"}},
		}
	}
	user, err := a.FirstAdmin(ctx, pat.Principal{Name: "setup", Credential: pat.BySetup, Via: via}, req)
	if err == nil {
		a.setup.mu.Lock()
		a.setup.code = ""
		a.setup.mu.Unlock()
	}
	return user, err
}

func (a *Authority) setupCodeIs(code string) bool {
	code = strings.ToUpper(strings.TrimSpace(code))
	a.setup.mu.Lock()
	defer a.setup.mu.Unlock()
	right := subtle.ConstantTimeCompare([]byte(code), []byte(a.setup.code)) == 1
	return right && a.setup.code != "" && a.now().Before(a.setup.until)
}

var errSetUp = pat.Fail(pat.Conflict, "this installation has been set up already")

// FirstAdmin makes the first user, an administrator. It fails with Conflict
// when there is a user already, and as CreateUser does.
func (a *Authority) FirstAdmin(ctx context.Context, by pat.Principal, req pat.UserRequest) (pat.User, error) {
	if err := mayWrite(by); err != nil {
		return pat.User{}, err
	}
	req.Admin, req.Disabled = true, false
	return a.createUser(ctx, by, req, func(tx store.Tx) error {
		has, err := tx.HasUsers(ctx)
		if err == nil && has {
			err = errSetUp
		}
		return err
	})
}
