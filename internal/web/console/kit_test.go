package console_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// operator is who acts behind the back of the pages.
var operator = pat.Operator("test")

// adds makes a user. The first one after ada and bea has the number 3.
func (h *house) adds(t testing.TB, req pat.UserRequest) {
	t.Helper()
	_, err := h.CreateUser(context.Background(), operator, req)
	must(t, err)
}

// edits has somebody else change a user.
func (h *house) edits(t testing.TB, id pat.UserID, edit pat.UserEdit) {
	t.Helper()
	_, err := h.EditUser(context.Background(), operator, id, edit)
	must(t, err)
}

// rule has somebody else change the policy.
func (h *house) rule(t testing.TB, set ...pat.Setting) {
	t.Helper()
	_, _, err := h.ChangePolicy(context.Background(), operator, pat.PolicyChange{Set: set})
	must(t, err)
}

// never are the fields of a token without an end.
var never = []string{"expiration", "never", "sure", "1"}

// created is the value of a token that the visitor makes, like create.
func (v *visitor) created(name string, fields ...string) string {
	v.t.Helper()
	v.create(name, fields...)
	return v.secret()
}

// acts opens the page of an act and sends its form.
func (v *visitor) acts(path string, fields ...string) *view {
	v.t.Helper()
	v.get(path)
	v.want(http.StatusOK)
	return v.post(path, append([]string{"number", v.hidden("number")}, fields...)...)
}

// proves types the password on the page that asks for it, which keeps the form.
func (v *visitor) proves() *view {
	v.t.Helper()
	v.want(http.StatusForbidden, "Confirm it is you")
	return v.send("/confirm", with(v.carried(), "password", pass))
}

// status is what a call with the value is answered.
func (h *house) status(t testing.TB, secret string) int {
	t.Helper()
	status, _ := h.call(t, secret)
	return status
}

// accepts wants a call with the value to pass; what says which value it is.
func (h *house) accepts(t testing.TB, secret, what string) {
	t.Helper()
	if got := h.status(t, secret); got != http.StatusOK {
		t.Errorf("%s is refused: %d", what, got)
	}
}

// refuses is the opposite of accepts.
func (h *house) refuses(t testing.TB, secret, what string) {
	t.Helper()
	if got := h.status(t, secret); got != http.StatusUnauthorized {
		t.Errorf("%s is not refused: %d", what, got)
	}
}

// table returns the rows of the CSV at the address but its head, in which the
// secret is not to be.
func (v *visitor) table(link, secret string) [][]string {
	v.t.Helper()
	v.get(link)
	v.want(http.StatusOK)
	v.wantNot(secret)
	rows, err := csv.NewReader(strings.NewReader(v.body)).ReadAll()
	must(v.t, err)
	return rows[1:]
}
