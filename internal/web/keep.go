package web

import (
	"net/http"
	"time"
)

// maxKept bounds, in bytes, what Kept returns.
const maxKept = 64

// Keep has the browser keep a choice that is no secret, for this site alone and
// out of the reach of scripts. Nothing is kept for a life of 0: what was kept is
// forgotten.
func (s *Site) Keep(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	c := &http.Cookie{Name: name, Value: value, HttpOnly: true, MaxAge: int(life / time.Second)}
	if life <= 0 {
		c.Value, c.MaxAge = "", -1
	}
	s.set(w, r, c)
}

// Kept returns what the browser keeps under the name, "" when there is nothing
// or too much. Whoever reads it trusts it with nothing.
func (s *Site) Kept(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > maxKept {
		return ""
	}
	return c.Value
}
