package main

import (
	"errors"
	"strconv"
	"strings"
)

// template is a request cut at its places: text, field, text, field …
type template struct{ head, body []piece }

// piece is a text and the field that follows it, counted from 0; -1 for none.
type piece struct {
	text  string
	field int
}

// parseTemplate cuts text at {1}, {2} … {9}. Line ends of the head may be LF; they
// are sent as CRLF. The body is sent as it stands; braces that are no place stay.
// Its Content-Length is added when it is known.
func parseTemplate(text string) (template, error) {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return template{}, errors.New("no empty line after the head")
	}
	return template{cutAtPlaces(strings.ReplaceAll(head, "\n", "\r\n")), cutAtPlaces(body)}, nil
}

func cutAtPlaces(text string) (pieces []piece) {
	begin := 0
	for i := 0; i+2 < len(text); i++ {
		if text[i] == '{' && text[i+1] >= '1' && text[i+1] <= '9' && text[i+2] == '}' {
			pieces = append(pieces, piece{text[begin:i], int(text[i+1] - '1')})
			begin = i + 3
			i += 2
		}
	}
	return append(pieces, piece{text[begin:], -1})
}

// fill appends the request to buf with its places taken by values.
func (t template) fill(buf []byte, values []string) []byte {
	buf = fill(buf, t.head, values)
	if n := length(t.body, values); n > 0 {
		buf = append(buf, "\r\nContent-Length: "...)
		buf = strconv.AppendInt(buf, int64(n), 10)
	}
	return fill(append(buf, "\r\n\r\n"...), t.body, values)
}

func fill(buf []byte, pieces []piece, values []string) []byte {
	for _, p := range pieces {
		buf = append(buf, p.text...)
		buf = append(buf, p.value(values)...)
	}
	return buf
}

func length(pieces []piece, values []string) (n int) {
	for _, p := range pieces {
		n += len(p.text) + len(p.value(values))
	}
	return n
}

func (p piece) value(values []string) string {
	if p.field < 0 || p.field >= len(values) {
		return ""
	}
	return values[p.field]
}
