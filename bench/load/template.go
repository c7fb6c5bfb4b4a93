package main

import (
	"errors"
	"strconv"
	"strings"
)

// template is a request cut at its places: text, field, text, field … A field
// is counted from 0; the last piece has field -1.
type template []piece

type piece struct {
	text  string
	field int
}

// parseTemplate cuts text at {1}, {2} … {9}. Line ends of the head may be LF; they
// are sent as CRLF. The body is sent as it stands; it has no places, since its
// Content-Length is added here, once.
func parseTemplate(text string) (template, error) {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return nil, errors.New("no empty line after the head")
	}
	if body != "" {
		head += "\nContent-Length: " + strconv.Itoa(len(body))
	}
	head = strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n"
	var t template
	for {
		i := strings.IndexByte(head, '{')
		if i < 0 || i+3 > len(head) {
			return append(t, piece{head + body, -1}), nil
		}
		if head[i+2] != '}' || head[i+1] < '1' || head[i+1] > '9' {
			return nil, errors.New("a place in the head is not {1} to {9}")
		}
		t = append(t, piece{head[:i], int(head[i+1] - '1')})
		head = head[i+3:]
	}
}

// fill appends the request to buf with its places taken by values.
func (t template) fill(buf []byte, values []string) []byte {
	for _, p := range t {
		buf = append(buf, p.text...)
		if p.field >= 0 && p.field < len(values) {
			buf = append(buf, values[p.field]...)
		}
	}
	return buf
}
