package main

import (
	"bufio"
	"strings"
	"testing"
	"time"
)

func TestTemplateFill(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{
			"places in the head", "POST /{2} HTTP/1.1\nAuthorization: {1}\n\n{\"a\":1}",
			"POST /yy HTTP/1.1\r\nAuthorization: x\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
		},
		{
			"places in the body", "POST / HTTP/1.1\n\na={1}&b={2}",
			"POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\na=x&b=yy",
		},
		{"no body", "GET / HTTP/1.1\nA: {1}\n\n", "GET / HTTP/1.1\r\nA: x\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseTemplate(tt.template)
			if err != nil {
				t.Fatal(err)
			}
			if s := string(got.fill(nil, []string{"x", "yy"})); s != tt.want {
				t.Errorf("fill gives %q, want %q", s, tt.want)
			}
		})
	}
}

func TestReadAnswer(t *testing.T) {
	tests := []struct {
		name, text string
		status     int // 0 when it is to fail
	}{
		{"with a body", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200},
		{"refused", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401},
		{"without length", "HTTP/1.1 200 OK\r\n\r\n", 0},
		{"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", 0},
		{"not HTTP", "SSH-2.0-x\r\n\r\n", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, _, err := readAnswer(bufio.NewReader(strings.NewReader(tt.text)))
			if (err != nil) != (tt.status == 0) || err == nil && status != tt.status {
				t.Errorf("status %d, error %v", status, err)
			}
		})
	}
}

func TestHistogramIsRightWithin3Percent(t *testing.T) {
	for _, d := range []time.Duration{time.Nanosecond * 32, time.Microsecond, 777 * time.Microsecond, time.Second} {
		var h histogram
		h.record(d)
		got, want := h.quantile(0.99), float64(d)/1000
		if got < want || got > want*1.04 {
			t.Errorf("%v is recorded as %v µs", d, got)
		}
	}
}
