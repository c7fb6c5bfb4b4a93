package app_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The first page of a new installation leads to the one that makes its
// administrator, for whoever has the code, once.
func TestSetUp(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	p := serve(t, folder)
	c := newClient(t, p.url())
	if a := c.do(t, "GET", "/", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/setup" {
		t.Errorf("the first page: %d to %q", a.status, a.header.Get("Location"))
	}
	if a := c.do(t, "GET", "/setup", ""); a.status != http.StatusOK || !strings.Contains(a.body, `name="code"`) {
		t.Errorf("the set-up page: %s", a)
	}
	code := setupCode(t, folder)
	good := map[string]string{
		"code": code, "username": "ada", "first_name": "Ada <Ä>", "last_name": "Lovelace", "email": "ada@example.org",
		"password": adminPassword, "password2": adminPassword,
	}
	post := func(spoil ...string) *answer {
		form := url.Values{}
		for name, value := range good {
			form.Set(name, value)
		}
		for i := 0; i < len(spoil); i += 2 {
			form.Set(spoil[i], spoil[i+1])
		}
		return c.form(t, "/setup", form.Encode())
	}
	for _, tt := range []struct {
		name   string
		spoil  []string
		status int
		says   string
	}{
		{"a wrong code", []string{"code", "ABCD-EFGH-JKLM-NPQR"}, http.StatusForbidden, "Wrong or too old"},
		{"no code", []string{"code", ""}, http.StatusForbidden, "Wrong or too old"},
		{"two passwords", []string{"password2", "correct horse stable"}, http.StatusUnprocessableEntity, "The two passwords differ."},
		{"a short password", []string{"password", "short9", "password2", "short9"}, http.StatusUnprocessableEntity, `class="error"`},
		{"a bad name", []string{"username", "a da!"}, http.StatusUnprocessableEntity, `class="error"`},
		{"a bad address", []string{"email", "nowhere"}, http.StatusUnprocessableEntity, `class="error"`},
	} {
		a := post(tt.spoil...)
		if a.status != tt.status || !strings.Contains(a.body, tt.says) || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s, want %d and %q", tt.name, a, tt.status, tt.says)
		}
		if !strings.Contains(a.body, `value="Lovelace"`) || !strings.Contains(a.body, `value="Ada &lt;Ä&gt;"`) {
			t.Errorf("%s: what was typed is not shown again: %s", tt.name, a)
		}
		for _, secret := range []string{code, "ABCD-EFGH", adminPassword, "correct horse stable", "short9"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s: the page repeats %q", tt.name, secret)
			}
		}
	}
	if a := c.do(t, "GET", "/", ""); a.status != http.StatusSeeOther {
		t.Errorf("after failures only: %s", a)
	}
	if a := post("code", strings.ToLower(code)); a.status != http.StatusOK || !strings.Contains(a.body, "</bdi> administers this installation") || strings.Contains(a.body, adminPassword) {
		t.Fatalf("set-up: %s", a)
	}
	checkSetUp(t, p, c, folder, code, post())
}

// checkSetUp holds once the administrator is there; again is the answer to the
// same form sent again.
func checkSetUp(t *testing.T, p *process, c *client, folder, code string, again *answer) {
	if again.status != http.StatusConflict {
		t.Errorf("set up again: %s", again)
	}
	if a := c.do(t, "GET", "/setup", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		t.Errorf("the set-up page: %s", a)
	}
	if a := c.do(t, "GET", "/", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/signin" {
		t.Errorf("the first page: %d to %q", a.status, a.header.Get("Location"))
	}
	me := c.basic("ada", adminPassword).must(t, http.StatusOK, "GET", "/api/v2/me/", "")
	if !strings.Contains(me.body, `"is_superuser":true`) || !strings.Contains(me.body, `"email":"ada@example.org"`) {
		t.Errorf("the administrator: %s", me)
	}
	if _, err := os.Stat(filepath.Join(folder, "setup-code")); !os.IsNotExist(err) {
		t.Errorf("the code's file is still there: %v", err)
	}
	if log := p.log.String(); strings.Contains(log, code) || !strings.Contains(log, "setup-code") {
		t.Errorf("the log has the code, or does not say where it is:\n%s", log)
	}
}

// Each start has a code of its own, and none once there is a user.
func TestSetUpCodeIsOfThisStart(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	p := serve(t, folder)
	p.url()
	old := setupCode(t, folder)
	p.kill()
	p = serve(t, folder)
	c := newClient(t, p.url())
	if setupCode(t, folder) == old {
		t.Error("two starts have one code")
	}
	form := url.Values{"code": {old}, "username": {"ada"}, "password": {adminPassword}, "password2": {adminPassword}}
	if a := c.form(t, "/setup", form.Encode()); a.status != http.StatusForbidden {
		t.Errorf("the code of an earlier start: %s", a)
	}
	command := commandLine{args: []string{"user", "create", "ada", "--admin", "--data", folder, "--password-file", private(t, adminPassword)}, dir: t.TempDir()}
	if code, text := command.run(t); code != 0 {
		t.Fatalf("exit code %d: %s", code, text)
	}
	form.Set("code", setupCode(t, folder))
	if a := c.form(t, "/setup", form.Encode()); a.status != http.StatusConflict {
		t.Errorf("the right code when there is a user: %s", a)
	}
	p.kill()
	serve(t, folder).url()
	if _, err := os.Stat(filepath.Join(folder, "setup-code")); !os.IsNotExist(err) {
		t.Errorf("there is a code though there is a user: %v", err)
	}
}
