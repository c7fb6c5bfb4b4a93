package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// oddPassword has a different look in every encoding.
const oddPassword = `Tür & Tor "um" 7+8 \ 50%7E <Maß>`

// No token and no password is in the data folder or in the log, however much is
// logged and wherever clients put them.
func TestNoSecretAtRest(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			h := newHaunt(t, format)
			h.setUp()
			h.useRightly()
			h.useWrongly()
			h.search("while it runs")
			if err := h.p.cmd.Process.Signal(os.Interrupt); err != nil {
				h.p.kill() // no signals here
			} else if code := h.p.code(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			h.search("when it has stopped")
			if log := h.p.log.String(); !regexp.MustCompile(`face"?[=:]"?verify.*status"?[=:]200`).MatchString(log) || strings.Count(log, "\n") < 500 {
				t.Errorf("the log is not as verbose as it can be:\n%s", log)
			}
		})
	}
}

// haunt is a server whose folder and log are searched for all that it was told.
type haunt struct {
	t      *testing.T
	folder string
	p      *process
	c      *client
	known  needles
	tokens []string
	ada    string // her password
	bobs   string // his, in the end
}

func newHaunt(t *testing.T, format string) *haunt {
	h := &haunt{t: t, folder: filepath.Join(t.TempDir(), "data"), known: needles{}, ada: oddPassword}
	h.p = serve(t, h.folder, "JETON_LOG_LEVEL=debug", "JETON_LOG_VERIFY=true", "JETON_LOG_FORMAT="+format)
	h.c = newClient(t, h.p.url())
	h.known.add("ada's password", h.ada)
	return h
}

// secret notes a token that was made and returns it.
func (h *haunt) secret(name, text string) string {
	h.t.Helper()
	if !strings.HasPrefix(text, "jtn_") {
		h.t.Fatalf("%s: %q is no token", name, text)
	}
	h.known.add(name, text)
	h.tokens = append(h.tokens, text)
	return text
}

// password notes a password and returns it.
func (h *haunt) password(name, text string) string {
	h.known.add(name, text)
	return text
}

// setUp makes the first administrator, after two failures.
func (h *haunt) setUp() {
	code := setupCode(h.t, h.folder)
	h.known.add("the set-up code", code)
	h.search("before it is set up", "setup-code")
	for _, try := range []struct {
		code, password string
		status         int
	}{
		{h.password("a wrong code", "ABCD-EFGH-JKLM-NPQR"), h.password("the password beside it", "tried with a wrong code"), http.StatusForbidden},
		{code, h.password("too short a password", "zu kürz§"), http.StatusUnprocessableEntity},
		{code, h.ada, http.StatusOK},
	} {
		form := url.Values{"code": {try.code}, "username": {"ada"}, "password": {try.password}, "password2": {try.password}}
		if a := h.c.form(h.t, "/setup", form.Encode()); a.status != try.status {
			h.t.Fatalf("set-up: %s, want %d", a, try.status)
		}
	}
}

// useRightly makes tokens by every face and command, uses and revokes some.
func (h *haunt) useRightly() {
	t, ada := h.t, h.c.basic("ada", h.ada)
	mine := ada.personal(t, "ada", `{"description":"by Basic"}`)
	root := h.c.bearer(h.secret("a token by Basic", mine.Token))
	first := h.password("bob's password", "bob's päss+word %41")
	root.must(t, http.StatusCreated, "POST", "/api/v2/users/", jsonOf(map[string]string{"username": "bob", "password": first}))
	h.secret("bob's token", root.personal(t, "bob", `{"name":"bob's"}`).Token)
	h.bobs = h.password("bob's new password", `neu "für" bob & co`)
	ada.must(t, http.StatusOK, "PATCH", "/api/v2/users/2/", jsonOf(map[string]string{"password": h.bobs}))
	grant := url.Values{"grant_type": {"client_credentials"}, "client_id": {"bob"}, "client_secret": {h.bobs}}
	h.granted("a token by form", h.c.form(t, "/apiops/auth/token", grant.Encode()))
	h.granted("a token by Basic and form", h.c.basic("bob", h.bobs).form(t, "/apiops/auth/token", "grant_type=client_credentials"))
	h.granted("a token by Latin-1", h.c.basic("bob", latin1(h.bobs)).form(t, "/apiops/auth/token", "grant_type=client_credentials"))
	file := private(t, h.ada)
	h.command("a token by the command", "token", "create", "--url", h.c.url, "--as", "ada", "--as-password-file", file, "--name", "remote")
	h.command("a token by the command, beneath", "token", "create", "--data", h.folder, "--user", "ada", "--name", "direct")
	h.password("carl's password", "carl's own pass")
	h.command("", "user", "create", "carl", "--data", h.folder, "--password-file", private(t, "carl's own pass"))
	for _, secret := range h.tokens {
		h.c.verify(t, secret)
		h.c.bearer(secret).do(t, "GET", "/apiops/test/hello/x", "")
		h.c.bearer(secret).do(t, "GET", "/api/v2/me/", "")
		h.c.bearer(secret).do(t, "GET", "/api/v2/tokens/", "")
	}
	gone := root.personal(t, "bob", "{}")
	h.secret("a revoked token", gone.Token)
	root.must(t, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v2/tokens/%d/", gone.ID), "")
	root.must(t, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v2/tokens/%d/", mine.ID), "")
	h.c.verify(t, gone.Token)
}

func (h *haunt) granted(name string, a *answer) {
	h.t.Helper()
	h.secret(name, object[struct {
		Token string `json:"access_token"`
	}](h.t, a).Token)
}

func (h *haunt) command(name string, args ...string) {
	h.t.Helper()
	code, text := commandLine{args: args, dir: h.t.TempDir()}.run(h.t)
	if code != 0 {
		h.t.Fatalf("%v: exit code %d: %s", args, code, text)
	}
	if name != "" {
		h.secret(name, strings.TrimSpace(text))
	}
}

// useWrongly sends secrets in places that are not meant for them.
func (h *haunt) useWrongly() {
	wrong := h.password("a wrong password", "falsch+geraten für ada")
	h.c.basic("ada", wrong).do(h.t, "GET", "/api/v2/me/", "")
	h.c.form(h.t, "/apiops/auth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {"ada"}, "client_secret": {wrong}}.Encode())
	word := h.password("a password of one word", "Hunter2-and-hunter3")
	live, bob := h.tokens[1], h.c.basic("bob", h.bobs)
	for _, secret := range []string{h.ada, word, live} {
		for _, header := range misplacedHeaders(secret) {
			h.c.bearer(live).do(h.t, "GET", "/verify", "", header)
			h.c.bearer(live).do(h.t, "GET", "/api/v2/me/", "", header)
			h.c.bearer(live).do(h.t, "GET", "/apiops/test/hello/x", "", header)
			h.c.do(h.t, "POST", "/apiops/auth/token", "grant_type=client_credentials", formType, header)
		}
		for _, body := range misplacedInForm(secret) {
			h.c.do(h.t, "POST", "/apiops/auth/token", body, formType)
			h.c.do(h.t, "POST", "/setup", body, formType)
			bob.do(h.t, "POST", "/apiops/auth/token", body, formType)
		}
		for _, body := range misplacedInJSON(secret) {
			h.c.bearer(live).do(h.t, "POST", "/api/v2/tokens/", body)
			h.c.bearer(live).do(h.t, "PATCH", "/api/v2/tokens/3/", body)
			h.c.bearer(h.tokens[0]).do(h.t, "POST", "/api/v2/users/", body)
			h.c.do(h.t, "POST", "/api/v2/users/", body)
			h.c.do(h.t, "POST", "/apiops/auth/token", body)
		}
		for _, target := range []string{
			"/verify?token=", "/verify?scope=", "/verify?", "/api/v2/tokens/?name=", "/api/v2/tokens/?order_by=", "/api/v2/tokens/?page=", "/api/v2/tokens/?id__in=", "/api/v2/tokens/?created__gt=",
			"/api/v2/users/?username=", "/api/v2/users/?", "/api/v2/me/?format=", "/apiops/auth/token?client_secret=", "/apiops/auth/token?x=", "/setup?code=", "/readyz?", "/nothing?access_token=",
		} {
			h.c.bearer(live).do(h.t, "GET", target+url.QueryEscape(secret), "")
		}
	}
	// A path is logged, so that a password in a path is in the log. A token is
	// known by its looks.
	for _, text := range []string{live, "x" + live + "x", url.QueryEscape(strings.ReplaceAll(live, "_", "%5f")), strings.ReplaceAll(live, "_", "%5F")} {
		for _, path := range []string{"/%s", "/api/v2/users/%s/personal_tokens/", "/api/v2/tokens/%s/", "/apiops/test/hello/%s", "/verify/%s", "/oauth2/%s"} {
			h.c.do(h.t, "GET", fmt.Sprintf(path, text), "")
			h.c.bearer(live).do(h.t, "GET", fmt.Sprintf(path, text), "")
		}
	}
}

// search looks everywhere, but for the files named.
func (h *haunt) search(when string, but ...string) {
	h.t.Helper()
	h.known.search(h.t, "the log "+when, []byte(h.p.log.String()))
	h.known.searchFolder(h.t, h.folder, but...)
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// setupCode reads the code from the file in the data folder.
func setupCode(t testing.TB, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "setup-code"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 2 || len(lines[1]) != len("XXXX-XXXX-XXXX-XXXX") {
		t.Fatalf("the set-up code's file is %q", text)
	}
	return lines[1]
}
