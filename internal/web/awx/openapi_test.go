package awx_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"jeton/internal/web"
	"jeton/internal/web/awx"
)

// document is what /api/v2/openapi.json answers, as a reader of OpenAPI has it.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	var faces web.Faces
	(&awx.Face{Now: time.Now}).Mount(&faces)
	w := httptest.NewRecorder()
	(&web.Floor{Log: slog.New(slog.DiscardHandler), Now: time.Now}).Wrap(&faces).ServeHTTP(w, httptest.NewRequest("GET", "/api/v2/openapi.json", nil))
	return openapi3.NewLoader().LoadFromData(w.Body.Bytes())
})

func TestDocumentIsValid(t *testing.T) {
	doc, err := document()
	check(t, err)
	check(t, doc.Validate(t.Context()))
	seen := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Description == "" || op.Summary == "" || seen[op.OperationID] {
				t.Errorf("%s %s has no words, or an id that is taken: %s", method, path, op.OperationID)
			}
			seen[op.OperationID] = true
		}
	}
}

// TestDocumentTellsParameters picks some that are not of all lists.
func TestDocumentTellsParameters(t *testing.T) {
	doc, err := document()
	check(t, err)
	for path, names := range map[string][]string{
		"/api/v2/tokens/":            {"page", "page_size", "order_by", "search", "count_disabled", "status", "filter"},
		"/api/v2/users/":             {"page", "page_size", "order_by", "search", "count_disabled", "filter"},
		"/api/v2/tokens/{id}/usage/": {"from", "to"},
		"/api/v2/ping/":              nil,
	} {
		var got []string
		for _, p := range doc.Paths.Value(path).Get.Parameters {
			got = append(got, p.Value.Name)
		}
		if !slices.Equal(got, names) {
			t.Errorf("%s has the parameters %q, want %q", path, got, names)
		}
	}
}

// TestDocumentIsComplete holds the paths of the document against those that are
// served.
func TestDocumentIsComplete(t *testing.T) {
	doc, err := document()
	check(t, err)
	views := open(t).face.Views()
	told := map[string][]string{}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			told[path] = append(told[path], method)
		}
		slices.Sort(told[path])
	}
	for path, methods := range views {
		if !slices.Equal(methods, told[path]) {
			t.Errorf("%s has %q, the document %q", path, methods, told[path])
		}
	}
	for path := range told {
		if views[path] == nil && !slices.Contains(awx.Besides(), path) {
			t.Errorf("the document has %s, which is not served", path)
		}
	}
}

func TestDocumentIsOpenAndAlwaysTheSame(t *testing.T) {
	a, b := open(t), open(t)
	first := a.do("GET", "/api/v2/openapi.json", "", "")
	expect(t, first, 200, `{"openapi":"3.1.1","info":{"title":"Jeton"`)
	if again := b.do("GET", "/api/v2/openapi.json", alice, ""); !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) {
		t.Error("two servers describe themselves differently")
	}
	if w := a.do("HEAD", "/api/v2/openapi.json", "", ""); w.Code != 200 || w.Header().Get("Content-Length") != strconv.Itoa(first.Body.Len()) {
		t.Errorf("HEAD: %d, %s bytes", w.Code, w.Header().Get("Content-Length"))
	}
}

// TestConformRefuses spoils an answer in one way at a time: if the check passes
// over it, it checks nothing.
func TestConformRefuses(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{}`)
	good := s.do("GET", url, alice, "").Body.String()
	pages := s.do("GET", "/api/v2/tokens/", alice, "").Body.String()
	tests := []struct {
		name, method, path string
		status             int
		body               string
		contentType        string // "": JSON
	}{
		{"a new key", "GET", url, 200, `{"new":1,` + good[1:], ""},
		{"a missing key", "GET", url, 200, strings.Replace(good, `"scope":"write",`, "", 1), ""},
		{"a new key further in", "GET", url, 200, strings.Replace(good, `"related":{`, `"related":{"new":"x",`, 1), ""},
		{"another type", "GET", url, 200, strings.Replace(good, `"id":1`, `"id":"1"`, 1), ""},
		{"null where it is not", "GET", url, 200, strings.Replace(good, `"description":""`, `"description":null`, 1), ""},
		{"no time", "GET", url, 200, strings.Replace(good, `"expires":"2`, `"expires":"x`, 1), ""},
		{"a value that is no choice", "GET", url, 200, strings.Replace(good, `"o_auth2_access_token"`, `"token"`, 1), ""},
		{"in a page", "GET", "/api/v2/tokens/", 200, strings.Replace(pages, `"id":1`, `"new":1,"id":1`, 1), ""},
		{"of a page", "GET", "/api/v2/tokens/", 200, `{"new":1,` + pages[1:], ""},
		{"a list", "GET", url, 200, `[]`, ""},
		{"a status that is not told", "GET", url, 202, good, ""},
		{"a body after DELETE", "DELETE", url, 204, `{}`, ""},
		{"an error of another shape", "GET", url, 404, `{"error":"x"}`, ""},
		{"a field's error that is no list", "PATCH", url, 400, `{"scope":"x"}`, ""},
		{"401 without a challenge", "GET", url, 401, `{"detail":"x"}`, ""},
		{"201 without Location", "POST", "/api/v2/tokens/", 201, good, ""},
		{"another type of content", "GET", url, 200, good, "text/plain"},
		{"a path that is not told", "GET", "/api/v2/nothing/", 200, `{}`, ""},
		{"405 without Allow", "POST", url, 405, `{"detail":"x"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			contentType := "application/json"
			if tt.contentType != "" {
				contentType = tt.contentType
			}
			if conform(tt.method, tt.path, recorded(tt.status, contentType, tt.body)) == nil {
				t.Errorf("passed over: %d %s", tt.status, tt.body)
			}
		})
	}
	check(t, conform("GET", url, recorded(200, "application/json", good)))
}

func recorded(status int, contentType, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	w.Body.WriteString(body)
	return w
}

// conform holds an answer against the document. Every test of the face goes
// through it.
func conform(method, path string, w *httptest.ResponseRecorder) error {
	doc, err := document()
	if err != nil {
		return err
	}
	path, _, _ = strings.Cut(path, "?")
	answer, err := toldAnswer(doc, method, path, w.Code)
	if err != nil {
		return err
	}
	for name, h := range answer.Headers {
		if h.Value.Required && w.Header().Get(name) == "" {
			return fmt.Errorf("%d without %s", w.Code, name)
		}
	}
	if method == http.MethodHead || len(answer.Content) == 0 {
		if w.Body.Len() > 0 && method != http.MethodHead {
			return fmt.Errorf("%d has a body, and none is told", w.Code)
		}
		return nil
	}
	return conformBody(answer.Content, w)
}

func conformBody(told openapi3.Content, w *httptest.ResponseRecorder) error {
	contentType, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	media := told[contentType]
	switch {
	case media == nil:
		return fmt.Errorf("%d is %q, which is not told", w.Code, contentType)
	case contentType != "application/json":
		return nil
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		return err
	}
	return media.Schema.Value.VisitJSON(body, openapi3.EnableJSONSchema2020(), openapi3.EnableFormatValidation(), openapi3.MultiErrors())
}

// toldAnswer returns what the document tells of an answer. A refusal of what the
// document does not have, such as another method, is one of its components.
func toldAnswer(doc *openapi3.T, method, path string, status int) (*openapi3.Response, error) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var op *openapi3.Operation
	if item := doc.Paths.Value(toldPath(doc, path)); item != nil {
		op = item.Operations()[method]
	}
	if op == nil {
		for _, r := range doc.Components.Responses {
			if status >= 400 && r.Value.Extensions["x-status"] == float64(status) {
				return r.Value, nil
			}
		}
		return nil, fmt.Errorf("%s %s answers %d, and is not told", method, path, status)
	}
	answer := op.Responses.Status(status)
	if answer == nil {
		return nil, fmt.Errorf("%s %s answers %d, which is not told", method, path, status)
	}
	return answer.Value, nil
}

// toldPath finds the path of the document that a path is one of, as the face
// does: a literal segment is preferred to one in braces.
func toldPath(doc *openapi3.T, path string) (found string) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	best := -1
	for pattern := range doc.Paths.Map() {
		parts := strings.Split(strings.Trim(pattern, "/"), "/")
		literal, ok := 0, len(parts) == len(segments)
		for i := 0; ok && i < len(parts); i++ {
			switch {
			case parts[i] == segments[i]:
				literal++
			case !strings.HasPrefix(parts[i], "{") || segments[i] == "":
				ok = false
			}
		}
		if ok && literal > best {
			best, found = literal, pattern
		}
	}
	return found
}
