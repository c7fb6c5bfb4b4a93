package web

import (
	"net/http/httptest"
	"testing"
)

func TestJSON(t *testing.T) {
	answer := struct {
		B string `json:"b"`
		A Object `json:"a"`
	}{"<&>é\u2028", Object{{"z", 1}, {"a", "<"}, {"m", []any{}}, {"n", nil}}}
	tests := []struct {
		name   string
		indent int
		want   string
	}{
		{"compact, in order, without escapes for HTML", 0, `{"b":"<&>é\u2028","a":{"z":1,"a":"<","m":[],"n":null}}`},
		{"indented", 4, "{\n    \"b\": \"<&>é\\u2028\",\n    \"a\": {\n        \"z\": 1,\n        \"a\": \"<\",\n        \"m\": [],\n        \"n\": null\n    }\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", "application/json;charset=UTF-8")
			if err := JSONIndent(w, 201, answer, tt.indent); err != nil {
				t.Fatal(err)
			}
			if w.Code != 201 || w.Body.String() != tt.want {
				t.Errorf("%d %s, want %s", w.Code, w.Body, tt.want)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json;charset=UTF-8" {
				t.Errorf("the content type of the face became %s", got)
			}
		})
	}
	w := httptest.NewRecorder()
	if err := JSON(w, 200, func() {}); err == nil || w.Body.Len() > 0 || w.Header().Get("Content-Length") != "" {
		t.Errorf("what cannot be written: %v, body %q", err, w.Body)
	}
	if err := JSON(w, 200, 1); err != nil || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Content-Length") != "1" {
		t.Errorf("%v, headers %v", err, w.Header())
	}
}
