package cli

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"jeton/internal/client"
	"jeton/internal/pat"
)

// lifeAsk is one act on a token, as each way can say it.
type lifeAsk struct {
	act     string // of the API's paths
	overlap int64
	never   bool
	reason  string
}

func (a lifeAsk) expiry() expiry { return expiry{pat.Expiry{Never: a.never}} }

// lifeWays are those by which something is done to a token. They say what was
// wrong, "" when nothing was.
var lifeWays = map[string]func(*faces, *testing.T, pat.TokenID, lifeAsk) string{
	"the API": (*faces).lifeByAPI,
	"the command on a server": func(f *faces, t *testing.T, id pat.TokenID, a lifeAsk) string {
		return actBy(t, &remote{client: &client.Client{URL: f.server, Username: "bob", Password: bobPassword}, now: time.Now}, id, a)
	},
	"the command on the data": func(f *faces, t *testing.T, id pat.TokenID, a lifeAsk) string { return actBy(t, f.direct, id, a) },
}

func (f *faces) lifeByAPI(t *testing.T, id pat.TokenID, a lifeAsk) string {
	t.Helper()
	body := map[string]any{}
	if a.act == "rotate" {
		body["overlap"] = a.overlap
	}
	if a.never {
		body["expires"] = nil
	}
	if a.reason != "" {
		body["reason"] = a.reason
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", f.server+"/api/v2/tokens/"+strconv.FormatInt(int64(id), 10)+"/"+a.act+"/", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("bob", bobPassword)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode < 300 {
		return ""
	}
	var said map[string]any
	if err := json.Unmarshal(answer, &said); err != nil || len(said) != 1 {
		return string(answer)
	}
	for key, v := range said {
		if list, ok := v.([]any); ok {
			return key + ": " + list[0].(string)
		}
		return v.(string)
	}
	return ""
}

// actBy does it as the commands do.
func actBy(t *testing.T, s site, id pat.TokenID, a lifeAsk) string {
	t.Helper()
	var err error
	ctx, n := context.Background(), int64(id)
	switch a.act {
	case "rotate":
		_, err = s.RotateToken(ctx, n, rotation{Overlap: a.overlap, Expires: a.expiry()})
	case "retire":
		_, err = s.RetireToken(ctx, n)
	case "pause":
		_, err = s.PauseToken(ctx, n, a.reason)
	case "resume":
		_, err = s.ResumeToken(ctx, n)
	case "edit":
		_, err = s.EditToken(ctx, n, tokenEdit{Description: &a.reason})
	case "revoke":
		_, err = s.RevokeToken(ctx, n, a.reason)
	}
	if err == nil {
		return ""
	}
	return explain(err)
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// plainWords are what is said without the token's number, where a command adds
// it, and without what makes a sentence of it.
func plainWords(text string, id pat.TokenID) string {
	text = strings.TrimPrefix(text, "token "+strconv.FormatInt(int64(id), 10)+": ")
	field, message, ok := strings.Cut(text, ": ")
	if !ok {
		field, message = "", text
	}
	message = instant.ReplaceAllString(strings.TrimSuffix(message, "."), "T")
	return field + "/" + strings.ToLower(message[:1]) + message[1:]
}

// TestActsAreRefusedInTheSameWords holds each rule against each way to do
// something to a token: all are refused, and told the same.
func TestActsAreRefusedInTheSameWords(t *testing.T) {
	rotate := lifeAsk{act: "rotate", overlap: 60}
	for _, tt := range []struct {
		name    string
		rules   []pat.Setting
		prepare func(*faces, *testing.T, pat.TokenID)
		ask     lifeAsk
		want    string
	}{
		{"passes", nil, nil, rotate, ""},
		{"maximum overlap", rules("max_overlap", int64(30)), nil, rotate, "overlap/policy allows at most 30 seconds (maximum overlap)"},
		{"thirty days", nil, nil, lifeAsk{act: "rotate", overlap: pat.MaxOverlap + 1}, "overlap/choose at most 2592000 seconds, which are 30 days"},
		{"maximum lifetime", rules("max_lifetime", int64(7200)), nil, lifeAsk{act: "rotate", never: true}, "expires/policy allows at most 2 hours (maximum lifetime)"},
		{"never", rules("allow_never", false), nil, lifeAsk{act: "rotate", never: true}, "expires/policy asks for a date on which the token expires (never expires)"},
		{"networks required", rules("networks_required", true), nil, rotate, "networks/policy asks for the networks from which the token may be used (networks required)"},
		{"a reason too long", nil, nil, lifeAsk{act: "revoke", reason: strings.Repeat("x", pat.MaxReason+1)}, "reason/*"},
		{"rotated already", nil, did("rotate"), rotate, "/the token was rotated already; rotate its successor"},
		{"paused", nil, did("pause"), rotate, "/the token is paused; resume it first"},
		{"ended", nil, did("revoke"), rotate, "/the token was revoked at T; create a new one"},
		{"revoked, to pause", nil, did("revoke"), lifeAsk{act: "pause"}, "/the token was revoked at T; create a new one"},
		{"revoked, to resume", nil, did("revoke"), lifeAsk{act: "resume"}, "/the token was revoked at T; create a new one"},
		{"revoked, to edit", nil, did("revoke"), lifeAsk{act: "edit"}, "/the token was revoked at T; create a new one"},
		{"revoked, to revoke", nil, did("revoke"), lifeAsk{act: "revoke"}, ""},
		{"never rotated", nil, nil, lifeAsk{act: "retire"}, "/the token was not rotated; revoke it, or rotate it first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := openFaces(t)
			for name, way := range lifeWays {
				if name == "the API" && tt.ask.act == "edit" { // to AWX's clients a revoked token is gone
					continue
				}
				_, tok, err := f.app.Authority.CreateToken(t.Context(), pat.Operator("test"), pat.TokenRequest{Owner: f.owner, Scopes: "write", Origin: pat.OriginAPI})
				if err != nil {
					t.Fatal(err)
				}
				if tt.prepare != nil {
					tt.prepare(f, t, tok.ID)
				}
				f.rule(t, tt.rules)
				got := way(f, t, tok.ID, tt.ask)
				f.rule(t, nil)
				if got != "" {
					got = plainWords(got, tok.ID)
				}
				if want, prefix := strings.CutSuffix(tt.want, "*"); prefix && strings.HasPrefix(got, want) {
					continue
				}
				if got != tt.want {
					t.Errorf("%s says %q, want %q", name, got, tt.want)
				}
			}
		})
	}
}

func rules(key string, v any) []pat.Setting { return []pat.Setting{{Key: key, Value: v}} }

// rule makes these the only rules.
func (f *faces) rule(t *testing.T, set []pat.Setting) {
	t.Helper()
	if _, _, err := f.app.Authority.ChangePolicy(t.Context(), pat.Operator("test"), pat.PolicyChange{Replace: true, Set: set}); err != nil {
		t.Fatal(err)
	}
}

// did prepares a token to which something was done.
func did(act string) func(*faces, *testing.T, pat.TokenID) {
	return func(f *faces, t *testing.T, id pat.TokenID) {
		t.Helper()
		if said := actBy(t, f.direct, id, lifeAsk{act: act, overlap: 3600}); said != "" {
			t.Fatal(said)
		}
	}
}

// TestATokenIsToldThatItMayNotRotateItself is of the one rule that a password
// does not meet.
func TestATokenIsToldThatItMayNotRotateItself(t *testing.T) {
	f := openFaces(t)
	secret, tok, err := f.app.Authority.CreateToken(t.Context(), pat.Operator("test"), pat.TokenRequest{Owner: f.owner, Scopes: "write", Origin: pat.OriginAPI})
	if err != nil {
		t.Fatal(err)
	}
	const want = "/policy allows no token to rotate itself (rotate itself); use your password, or another token"
	r := httptest.NewRequest("POST", "/api/v2/tokens/"+strconv.FormatInt(int64(tok.ID), 10)+"/rotate/", nil)
	r.Header.Set("Authorization", "Bearer "+secret.Reveal())
	w := httptest.NewRecorder()
	f.app.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || w.Body.String() != `{"detail":"`+want[1:]+`"}` {
		t.Errorf("the API says %d %s", w.Code, w.Body)
	}
	own := &remote{client: &client.Client{URL: f.server, Token: secret.Reveal()}, now: time.Now}
	if got := plainWords(actBy(t, own, tok.ID, lifeAsk{act: "rotate", overlap: 3600}), tok.ID); got != want {
		t.Errorf("the command says %q", got)
	}
}
