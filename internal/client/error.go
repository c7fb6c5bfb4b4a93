package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// The statuses that callers tell apart.
const (
	Unauthorized = http.StatusUnauthorized
	Forbidden    = http.StatusForbidden
	NotFound     = http.StatusNotFound
)

// Error is an answer other than 2xx.
type Error struct {
	Status  int
	Message string // the server's own words where it had some
	// RetryAfter is the header of that name, "" when there was none.
	RetryAfter string
}

func (e *Error) Error() string {
	if e.RetryAfter != "" {
		return e.Message + " (again in " + e.RetryAfter + " s)"
	}
	return e.Message
}

func refusal(resp *http.Response, body []byte) error {
	e := &Error{
		Status:     resp.StatusCode,
		Message:    words(body),
		RetryAfter: resp.Header.Get("Retry-After"),
	}
	switch to := resp.Header.Get("Location"); {
	case resp.StatusCode < 400 && to != "":
		e.Message = fmt.Sprintf("the server sends us on to %s: use the address it really has", printable(to))
	case e.Message == "":
		e.Message = fmt.Sprintf("the server answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return e
}

// words reads the texts of an error's body in the order in which they stand:
// {"detail": "…"}, {"error": "…", "error_description": "…"} or
// {"field": ["…"], …}. It returns "" for any other body.
func words(body []byte) string {
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	var parts []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return ""
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return ""
		}
		if text := sentence(value); text != "" {
			parts = append(parts, labelled(key, text))
		}
	}
	return printable(strings.Join(parts, "; "))
}

// labelled puts the field before its complaint; some keys name no field.
func labelled(key json.Token, text string) string {
	switch key {
	case "detail", "__all__", "error", "error_description":
		return text
	}
	return fmt.Sprint(key) + ": " + text
}

func sentence(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		texts := make([]string, 0, len(v))
		for _, one := range v {
			texts = append(texts, sentence(one))
		}
		return strings.Join(texts, " ")
	}
	return ""
}

const maxWords = 1000 // bytes of a message that are shown

// printable keeps what a server says to one line that cannot steer a terminal.
func printable(text string) string {
	if len(text) > maxWords {
		text = strings.ToValidUTF8(text[:maxWords], "") + "…"
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, text)
}
