package console_test

import (
	"fmt"
	"strings"
	"testing"
)

// An administrator makes a user, who signs in with the value that was shown; the
// pages do so with script and without.
func TestBrowserMakesUsers(t *testing.T) {
	chrome := chromium(t)
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts are %v", scripts), func(t *testing.T) {
			h := withAda(t)
			s := h.screen(t, chrome, 1000)
			s.scripts(scripts)
			s.signIn("ada")
			s.open("/admin/users/new")
			s.press("main form.card .btn.primary")
			s.is("what is wrong is told first", `document.activeElement.id == "errors" && document.getElementById("username").ariaInvalid == "true"`)
			s.fill("username", "cem")
			s.press("main form.card .btn.primary")
			s.is("the heading", `document.querySelector("h1").textContent == "User created: cem"`)
			value := eval[string](s, `document.getElementById("secret").value`)
			s.is("a copy button that works, or none", fmt.Sprintf(`document.querySelector("[data-copy=secret]").hidden == !%v`, scripts))
			s.press("[data-stored]")
			if text := eval[string](s, `document.documentElement.outerHTML`); strings.Contains(text, value) {
				t.Error("the next page has the value")
			}
			s.open("/admin/users/3/disable")
			s.is("the focus is not on the dangerous button", `document.activeElement.textContent == "Cancel"`)
			cem := h.screen(t, chrome, 1000)
			cem.scripts(scripts)
			cem.open("/signin")
			cem.fill("username", "cem")
			cem.fill("password", value)
			cem.press("main form .btn.primary")
			cem.is("signed in", `document.querySelector(".visitor").textContent == "cem"`)
		})
	}
}
