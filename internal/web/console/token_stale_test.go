package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// A page that was open for a while lets no network in again that was taken out
// meanwhile, and takes no other name back.
func TestAnOldFormOfATokenUndoesNothing(t *testing.T) {
	h, ctx := withAda(t), context.Background()
	v := h.signedIn(t, "ada")
	const path = "/profile/tokens/1/edit"
	was := []string{"name", "ci", "networks", "10.0.0.0/8\r\n192.0.2.0/24\r\n"}
	v.create("ci", "networks", "10.0.0.0/8\n192.0.2.0/24", "note", "old")
	v.get(path)
	nets, err := pat.ParseNetworks([]string{"10.1.0.0/16"})
	must(t, err)
	_, err = h.EditToken(ctx, operator, 1, pat.TokenEdit{Name: new("cd"), Networks: &nets})
	must(t, err)
	v.send(path, with(with(v.carried(), was...), "note", strings.Repeat("x", 5000)))
	v.want(http.StatusUnprocessableEntity) // and the form that is shown again is as old
	v.send(path, with(with(v.carried(), was...), "note", "For the shop"))
	v.want(http.StatusSeeOther)
	tok, err := h.db.Token(ctx, 1)
	must(t, err)
	if tok.Name != "cd" || tok.Description != "For the shop" || tok.Networks.String() != "10.1.0.0/16" {
		t.Errorf("the token is %+v", tok)
	}
	v.get(path)
	v.send(path, with(v.carried(), "name", "ce", "note", "", "networks", "10.1.2.0/24"))
	v.want(http.StatusSeeOther)
	if tok, err = h.db.Token(ctx, 1); err != nil || tok.Name != "ce" || tok.Description != "" || tok.Networks.String() != "10.1.2.0/24" {
		t.Errorf("then the token is %+v, %v", tok, err)
	}
}
