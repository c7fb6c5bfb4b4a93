package console_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// Names without a blank, as long as they may be, make no page wider than the
// window, and are not cut off from it.
func TestBrowserFitsLongNames(t *testing.T) {
	chrome := chromium(t)
	if os.Getenv(browserSwitch) != "all" {
		t.Skip("set " + browserSwitch + "=all to look at every page")
	}
	h := withAda(t)
	ctx, by := context.Background(), pat.Principal{User: 1, Name: "ada", Admin: true, Credential: pat.ByPassword}
	wide := strings.Repeat("W", 150)
	bea, err := h.CreateUser(ctx, by, pat.UserRequest{Name: wide, FirstName: wide, LastName: wide, Password: pass, Auditor: true})
	must(t, err)
	robot, err := h.CreateUser(ctx, by, pat.UserRequest{Name: "S" + wide[1:], Service: true})
	must(t, err)
	var first []pat.TokenID
	for _, owner := range []pat.UserID{by.User, robot.ID} {
		for i, name := range []string{wide[:100], strings.Repeat("😀", 100), strings.Repeat("م", 100)} {
			_, tok, err := h.CreateToken(ctx, by, pat.TokenRequest{
				Owner: owner, Name: name, Description: strings.Repeat("n", 500), Scopes: "read", Origin: pat.OriginConsole,
				Expiry: pat.Expiry{After: 5 * 24 * 60 * 60},
			})
			must(t, err)
			switch i {
			case 0:
				first = append(first, tok.ID)
			case 1:
				must(t, h.RevokeToken(ctx, operator, tok.ID, wide))
			}
		}
	}
	h.rule(t, pat.Setting{Key: "max_lifetime", Value: int64(86400), Subject: pat.Subject{User: bea.ID}})
	own, theirs, account, user := tokenAt("profile", first[0]), tokenAt("admin", first[1]), fmt.Sprint("/admin/users/", robot.ID), fmt.Sprint("/admin/users/", bea.ID)
	for _, width := range []int64{320, 700, 1280} {
		s := h.screen(t, chrome, width)
		s.signIn("ada")
		for _, path := range []string{
			"/profile", "/profile/tokens", "/profile/tokens?show=ended", own, own + "/edit", own + "/rotate", own + "/revoke",
			tokenAt("profile", first[0]+1), "/profile/notices", "/admin/tokens", "/admin/tokens/bulk?q=" + wide[:100], theirs, theirs + "/end", theirs + "/revoke",
			"/admin/users", user, user + "/delete", account, account + "/tokens/new", "/admin/audit", "/admin/policy",
			fmt.Sprint("/admin/policy/stricter?rule=max_lifetime&user=", bea.ID),
		} {
			s.open(path)
			s.is(fmt.Sprint("at ", width), `[document.documentElement, ...document.querySelectorAll(".card")].every(e => e.scrollWidth <= e.clientWidth + 1)`)
		}
	}
}

func tokenAt(part string, id pat.TokenID) string { return fmt.Sprint("/", part, "/tokens/", id) }
