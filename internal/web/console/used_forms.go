package console

import (
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

// usedForms remembers which forms have made an account or its password, so that
// a reload of the page that showed that makes no other one. What is forgotten, at
// a restart say, is caught by the rule that no two accounts have one name. What
// forms have made tokens is kept with those.
type usedForms struct {
	mu   sync.Mutex
	used map[usedForm]madeWith
}

// usedForm is a form as it was given to a user. The numbers of others are of
// no use.
type usedForm struct {
	user   pat.UserID
	number string
}

// madeWith is the page of what a form has made; of where it will be while it is
// being made.
type madeWith struct {
	page string
	at   time.Time
}

// number is that of the form that was sent, or one more where it had none.
func (v *visit) number() string {
	if n := v.form["number"]; n != "" && len(n) <= maxFormNumber {
		return n
	}
	return formNumber()
}

// page returns the page of what the form has made, and whether it was used.
func (u *usedForms) page(f usedForm) (string, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	made, ok := u.used[f]
	return made.page, ok
}

// begin takes a form for use, whose outcome will be found on the page. It reports
// false when it is used already.
func (u *usedForms) begin(f usedForm, page string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, ok := u.used[f]; ok {
		return false
	}
	if u.used == nil {
		u.used = map[usedForm]madeWith{}
	}
	u.forget(now)
	u.used[f] = madeWith{page, now}
	return true
}

// end says on which page that is which the form has made; "" gives it back,
// since it made nothing.
func (u *usedForms) end(f usedForm, page string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if page == "" {
		delete(u.used, f)
		return
	}
	u.used[f] = madeWith{page, u.used[f].at}
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
