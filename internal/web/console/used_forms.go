package console

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"

	"jeton/internal/pat"
)

// How many used forms are remembered, and for how long: as long as a session
// lasts that is not remembered.
const (
	maxUsedForms = 10_000
	usedFormLife = 12 * time.Hour
)

// usedForms remembers which forms have made a token, so that a reload of the
// page that showed it makes no other one. What is forgotten, at a restart say,
// is caught by the rule that no two live tokens of an owner have one name.
type usedForms struct {
	mu   sync.Mutex
	used map[usedForm]usedToken
}

// usedForm is a form as it was given to a user. The numbers of others are of
// no use.
type usedForm struct {
	user   pat.UserID
	number string
}

type usedToken struct {
	token pat.TokenID // 0 while it is being made
	at    time.Time
}

// formNumber draws the number of a form.
func formNumber() string {
	var random [18]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// token returns what the form has made, and whether it was used.
func (u *usedForms) token(f usedForm) (pat.TokenID, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	t, ok := u.used[f]
	return t.token, ok
}

// begin takes a form for use. It reports false when it is used already.
func (u *usedForms) begin(f usedForm, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, ok := u.used[f]; ok {
		return false
	}
	if u.used == nil {
		u.used = map[usedForm]usedToken{}
	}
	u.forget(now)
	u.used[f] = usedToken{at: now}
	return true
}

// end says what the form has made; 0 gives it back, since it made nothing.
func (u *usedForms) end(f usedForm, made pat.TokenID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if made == 0 {
		delete(u.used, f)
		return
	}
	u.used[f] = usedToken{made, u.used[f].at}
}

// forget drops forms that are old, and, where there are too many, any.
func (u *usedForms) forget(now time.Time) {
	if len(u.used) < maxUsedForms {
		return
	}
	for f, t := range u.used {
		if now.Sub(t.at) > usedFormLife || len(u.used) >= maxUsedForms {
			delete(u.used, f)
		}
	}
}
