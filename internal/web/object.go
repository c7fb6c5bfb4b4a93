package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// Object is a JSON object whose members keep their order. Values are nil,
// bool, string, json.Number, []any and Object when it was decoded, and
// whatever encoding/json takes when it is to be written.
type Object []Member

// Member is one member of an Object.
type Member struct {
	Key   string
	Value any
}

// Get returns the value of the key, spelled exactly so, and whether there is one.
func (o Object) Get(key string) (any, bool) {
	if i := o.find(key); i >= 0 {
		return o[i].Value, true
	}
	return nil, false
}

func (o Object) find(key string) int {
	for i := range o {
		if o[i].Key == key {
			return i
		}
	}
	return -1
}

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := Encode(&b, m.Key, 0); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := Encode(&b, m.Value, 0); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// JSON answers with v: compact, in the order of its fields, without escapes
// for HTML and without a newline at the end. The content type is what the face
// has set, else application/json. It fails before the first byte is written
// and never after it.
func JSON(w http.ResponseWriter, status int, v any) error {
	return JSONIndent(w, status, v, 0)
}

// JSONIndent is JSON with each level indented by so many blanks.
func JSONIndent(w http.ResponseWriter, status int, v any, indent int) error {
	var b bytes.Buffer
	if err := Encode(&b, v, indent); err != nil {
		return err
	}
	Bytes(w, status, "application/json", b.Bytes())
	return nil
}

// Bytes answers with body. The content type is what the face has set, else
// contentType.
func Bytes(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	if h["Content-Type"] == nil {
		h["Content-Type"] = []string{contentType}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only when nobody listens any more
}

// Encode appends v to b, the newline that encoding/json adds left out.
func Encode(b *bytes.Buffer, v any, indent int) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if indent > 0 {
		e.SetIndent("", string(bytes.Repeat([]byte{' '}, indent)))
	}
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	return nil
}
