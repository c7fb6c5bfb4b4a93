package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"jeton/internal/app"
	"jeton/internal/client"
	"jeton/internal/config"
	"jeton/internal/pat"
)

const (
	adaPassword = "tangerine orbit walnut"
	bobPassword = "velvet compass granite"
)

// faces is one installation and each way to ask it for a token. The answer of a
// way is what it says was wrong, "" when nothing was.
type faces struct {
	app     *app.App
	server  string
	direct  *direct
	owner   pat.UserID
	counter int
}

func openFaces(t *testing.T) *faces {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.LogLevel = t.TempDir(), "127.0.0.1:0", slog.LevelError+1
	a, err := app.Open(t.Context(), cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	server := httptest.NewServer(a.Handler)
	t.Cleanup(server.Close)
	f := &faces{app: a, server: server.URL}
	ctx, by := context.Background(), pat.Operator("test")
	if _, err := a.Authority.FirstAdmin(ctx, by, pat.UserRequest{Name: "ada", Password: adaPassword}); err != nil {
		t.Fatal(err)
	}
	bob, err := a.Authority.CreateUser(ctx, by, pat.UserRequest{Name: "bob", Password: bobPassword})
	if err != nil {
		t.Fatal(err)
	}
	f.owner = bob.ID
	auth, closeStore, err := app.OpenDirect(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closeStore() })
	f.direct = &direct{auth: auth, close: closeStore, by: by, now: time.Now}
	return f
}

// ask is what is asked for, as far as a way can say it.
type ask struct {
	scope, expires string // as the command writes them
	named          bool
}

// ways are those by which a token can be asked for.
var ways = map[string]func(*faces, *testing.T, ask) string{
	"/api/v2":                 (*faces).byAPI,
	"/apiops":                 (*faces).byAPIOps,
	"the command on a server": (*faces).byRemote,
	"the command on the data": (*faces).byDirect,
}

func (f *faces) byAPI(t *testing.T, a ask) string {
	body := map[string]any{"scope": a.scope}
	if a.named {
		f.counter++
		body["name"] = "n" + time.Duration(f.counter).String()
	}
	switch e, _ := parseExpiry(a.expires, time.UTC); {
	case e.Never:
		body["expires"] = nil
	case e.After > 0:
		body["expires"] = time.Now().Add(time.Duration(e.After) * time.Second).UTC().Format(time.RFC3339)
	}
	text, _ := json.Marshal(body)
	return f.post(t, "/api/v2/tokens/", "application/json", string(text))
}

func (f *faces) byAPIOps(t *testing.T, a ask) string {
	return f.post(t, "/apiops/auth/token", "application/x-www-form-urlencoded", url.Values{"grant_type": {"client_credentials"}, "scope": {a.scope}}.Encode())
}

func (f *faces) post(t *testing.T, path, contentType, body string) string {
	t.Helper()
	r, err := http.NewRequest("POST", f.server+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.SetBasicAuth("bob", bobPassword)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode < 300 {
		return ""
	}
	return string(text)
}

func (f *faces) byRemote(t *testing.T, a ask) string {
	return f.byCommand(t, &remote{client: &client.Client{URL: f.server, Username: "bob", Password: bobPassword}, now: time.Now}, "", a)
}

func (f *faces) byDirect(t *testing.T, a ask) string { return f.byCommand(t, f.direct, "bob", a) }

func (f *faces) byCommand(t *testing.T, s site, owner string, a ask) string {
	t.Helper()
	expires, err := parseExpiry(a.expires, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	f.counter++
	_, err = s.CreateToken(t.Context(), newToken{Owner: owner, Name: "n" + time.Duration(f.counter).String(), Scope: a.scope, Expires: expires})
	if err == nil {
		return ""
	}
	return explain(err)
}

// Each rule is refused in the same words, whichever way one asks, as far as the
// way can break it.
func TestARuleIsRefusedInTheSameWordsEverywhere(t *testing.T) {
	const api, ops, remotely, directly = "/api/v2", "/apiops", "the command on a server", "the command on the data"
	tests := []struct {
		rule  string
		value any
		ask   ask
		words string
		at    []string
	}{
		{"max_lifetime", int64(90 * 86400), ask{scope: "read", expires: "91d"}, "policy allows at most 90 days (maximum lifetime)", []string{api, remotely, directly}},
		{"max_lifetime", int64(90 * 86400), ask{scope: "read", expires: "never"}, "policy allows at most 90 days (maximum lifetime)", []string{api, remotely, directly}},
		{"allow_never", false, ask{scope: "read", expires: "never"}, "policy asks for a date on which the token expires (never expires)", []string{api, remotely, directly}},
		{"apiops_lifetime", nil, ask{scope: "read", expires: "1d"}, "policy asks for a date on which the token expires (never expires)", []string{ops}},
		{"scopes_allowed", []string{"read"}, ask{scope: "write", expires: "1d"}, "policy allows only read (allowed scopes)", []string{api, ops, remotely, directly}},
		{"networks_required", true, ask{scope: "read", expires: "1d"}, "policy asks for the networks from which the token may be used (networks required)", []string{api, ops, remotely, directly}},
		{"max_named_tokens", int64(0), ask{scope: "read", expires: "1d", named: true}, "policy allows at most 0 live named tokens (live named tokens per user); revoke some first", []string{api, remotely, directly}},
		{"max_unnamed_tokens", int64(0), ask{scope: "read", expires: "1d"}, "policy allows at most 0 live unnamed tokens (live unnamed tokens per user); revoke some first", []string{api, ops}},
		{"who_may_create", "administrators", ask{scope: "read", expires: "1d"}, "policy allows only administrators to create this user's tokens (who may create)", []string{api, ops, remotely}},
		{"who_may_create", "nobody", ask{scope: "read", expires: "1d"}, "policy allows nobody to create this user's tokens (who may create)", []string{api, ops, remotely, directly}},
		{"apiops_enabled", false, ask{scope: "read", expires: "1d"}, "policy has switched this endpoint off (token endpoint)", []string{ops}},
	}
	f := openFaces(t)
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			set := []pat.Setting{{Key: tt.rule, Value: tt.value}}
			if tt.rule == "apiops_lifetime" {
				set = append(set, pat.Setting{Key: "allow_never", Value: false})
			}
			change := pat.PolicyChange{Replace: true, Set: set}
			if _, _, err := f.app.Authority.ChangePolicy(t.Context(), pat.Operator("test"), change); err != nil {
				t.Fatal(err)
			}
			for name, way := range ways {
				said := way(f, t, tt.ask)
				refuses := false
				for _, at := range tt.at {
					refuses = refuses || at == name
				}
				if refuses != strings.Contains(said, tt.words) || !refuses && said != "" {
					t.Errorf("%s says %q", name, said)
				}
			}
		})
	}
}

// The length of passwords is told in the words that AWX's clients know.
func TestAShortPasswordIsRefusedInTheSameWordsEverywhere(t *testing.T) {
	f := openFaces(t)
	change := pat.PolicyChange{Set: []pat.Setting{{Key: "password_min_length", Value: int64(30)}}}
	if _, _, err := f.app.Authority.ChangePolicy(t.Context(), pat.Operator("test"), change); err != nil {
		t.Fatal(err)
	}
	const words, short = "Password must be at least 30 characters long.", "a password of twenty-nine cha"
	remote := &remote{client: &client.Client{URL: f.server, Username: "ada", Password: adaPassword}, now: time.Now}
	said := map[string]error{"the command on a server": remote.SetPassword(t.Context(), "bob", short), "the command on the data": f.direct.SetPassword(t.Context(), "bob", short)}
	for name, err := range said {
		if err == nil || !strings.Contains(explain(err), words) {
			t.Errorf("%s says %v", name, err)
		}
	}
	r, err := http.NewRequest("PATCH", f.server+"/api/v2/users/"+strconv.FormatInt(int64(f.owner), 10)+"/", strings.NewReader(`{"password":"`+short+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth("ada", adaPassword)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), words) {
		t.Errorf("/api/v2 says %d %s", resp.StatusCode, text)
	}
}
