package app_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestDocumentOfAllFaces holds the answers of the whole server against the
// document that it serves: each path that the document has is asked for, in ways
// that are granted and in ways that are refused. The AWX face's own tests hold
// every answer of /api/ against it.
func TestDocumentOfAllFaces(t *testing.T) {
	s := open(t, settings(t))
	doc, err := openapi3.NewLoader().LoadFromData([]byte(s.must(t, 200, "GET", "/api/v2/openapi.json", "").body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader := s.bearer(s.ada.personal(t, "ada", `{"scope":"read"}`).Token)
	asker := s.bearer(s.basic("ada", adminPassword).personal(t, "ada", `{"scope":"introspect"}`).Token)
	live, ended := s.ada.personal(t, "ada", `{"name":"live"}`).Token, s.ada.personal(t, "ada", `{"expires":null}`).Token
	login := "grant_type=client_credentials&client_id=ada&client_secret=" + strings.ReplaceAll(adminPassword, " ", "+")
	tests := []struct {
		as                       *client
		method, path, told, body string
		status                   int
	}{
		{reader, "GET", "/verify", "", "", 200},
		{reader, "GET", "/verify?scope=write", "", "", 403},
		{reader, "GET", "/verify?scope=auto", "", "", 403},
		{reader, "GET", "/verify?scope=a+b", "", "", 400},
		{s.client, "GET", "/verify", "", "", 401},
		{s.client, "POST", "/apiops/auth/token", "", login, 200},
		{s.client, "POST", "/apiops/auth/token", "", login + "x", 401},
		{s.client, "POST", "/apiops/auth/token", "", login + "&scope=nope", 400},
		{s.basic("ada", "no"), "POST", "/apiops/auth/token", "", "grant_type=client_credentials", 401},
		{s.client, "GET", "/apiops/test/healthcheck", "", "", 200},
		{reader, "GET", "/apiops/test/hello/ada", "/apiops/test/hello/{name}", "", 200},
		{s.client, "GET", "/apiops/test/hello/ada", "/apiops/test/hello/{name}", "", 401},
		{asker, "POST", "/oauth2/introspect", "", "token=" + live, 200},
		{asker, "POST", "/oauth2/introspect", "", "token=x", 200},
		{asker, "POST", "/oauth2/introspect", "", "", 400},
		{reader, "POST", "/oauth2/introspect", "", "token=" + live, 403},
		{s.client, "POST", "/oauth2/introspect", "", "token=" + live, 401},
		{asker, "POST", "/oauth2/introspect/batch", "", `{"tokens":["` + live + `","x"]}`, 200},
		{asker, "POST", "/oauth2/introspect/batch", "", `{"tokens":1}`, 400},
		{s.client, "POST", "/oauth2/introspect/batch", "", `{"tokens":[]}`, 401},
		{asker, "GET", "/oauth2/changes", "", "", 200},
		{asker, "GET", "/oauth2/changes?after=1&wait=0.1", "", "", 200},
		{asker, "GET", "/oauth2/changes?after=x", "", "", 400},
		{reader, "GET", "/oauth2/changes", "", "", 403},
		{s.client, "GET", "/oauth2/changes", "", "", 401},
		{s.ada, "POST", "/oauth2/revoke", "", "token=" + ended, 200},
		{s.ada, "POST", "/oauth2/revoke", "", "token=x", 200},
		{s.ada, "POST", "/oauth2/revoke", "", "", 400},
		{s.client, "POST", "/oauth2/revoke", "", "token=x", 401},
		{reader, "POST", "/oauth2/revoke", "", "token=" + live, 403},
		{s.client, "GET", "/.well-known/oauth-authorization-server", "", "", 200},
		{s.client, "GET", "/healthz", "", "", 200},
		{s.client, "GET", "/readyz", "", "", 200},
	}
	asked := map[string]bool{}
	for _, tt := range tests {
		told, _, _ := strings.Cut(tt.path, "?")
		if tt.told != "" {
			told = tt.told
		}
		asked[told] = true
		t.Run(fmt.Sprint(tt.method, " ", told, " ", tt.status), func(t *testing.T) {
			edit := func(*http.Request) {}
			if tt.method == "POST" && !strings.HasPrefix(tt.body, "{") {
				edit = formType
			}
			a := tt.as.do(t, tt.method, tt.path, tt.body, edit)
			if a.status != tt.status {
				t.Errorf("%s, want %d", a, tt.status)
			}
			if err := conform(doc, tt.method, told, a); err != nil {
				t.Errorf("%s: %v", a, err)
			}
			if tt.method == "POST" && tt.status == 200 { // no body is told to be without other keys
				other := tt.body + "&no_such_key=1"
				if strings.HasPrefix(tt.body, "{") {
					other = `{"no_such_key":1,` + tt.body[1:]
				}
				if a := tt.as.do(t, tt.method, tt.path, other, edit); a.status != 200 {
					t.Errorf("with another key: %s", a)
				}
				for _, media := range doc.Paths.Value(told).Operations()[tt.method].RequestBody.Value.Content {
					if media.Schema.Value.AdditionalProperties.Has != nil {
						t.Error("other keys are told of, and passed over")
					}
				}
			}
		})
	}
	for path := range doc.Paths.Map() {
		if !asked[path] && !strings.HasPrefix(path, "/api/") {
			t.Errorf("%s is told, and not tried here", path)
		}
	}
}

// conform holds an answer against the document.
func conform(doc *openapi3.T, method, path string, a *answer) error {
	item := doc.Paths.Value(path)
	if item == nil || item.Operations()[method] == nil {
		return fmt.Errorf("%s %s is not told", method, path)
	}
	told := item.Operations()[method].Responses.Status(a.status)
	if told == nil {
		return fmt.Errorf("%d is not told", a.status)
	}
	for name, h := range told.Value.Headers {
		if h.Value.Required && len(a.header[http.CanonicalHeaderKey(name)]) == 0 {
			return fmt.Errorf("no header %s", name)
		}
	}
	contentType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	media := told.Value.Content[contentType]
	switch {
	case len(told.Value.Content) == 0 && a.body == "":
		return nil
	case media == nil:
		return fmt.Errorf("%q is not told", contentType)
	case contentType != "application/json":
		return nil
	}
	var body any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		return err
	}
	return media.Schema.Value.VisitJSON(body, openapi3.EnableJSONSchema2020(), openapi3.EnableFormatValidation())
}
