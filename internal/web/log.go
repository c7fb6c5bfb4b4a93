package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"jeton/internal/pat"
)

// logLine counts the request and writes its one line, or none for a quiet face that has
// granted what was asked.
func (x *exchange) logLine(r *http.Request) {
	status := x.status
	if status == 0 {
		status = http.StatusOK // what net/http says for a handler that wrote nothing
	}
	if x.floor.Meter != nil {
		x.floor.Meter.Observe(x.face.Name, status, x.floor.Now().Sub(x.began))
	}
	dropped := 0
	if x.face.Quiet && !x.floor.LogVerify || x.err == errBusy {
		if status < 400 {
			return
		}
		var ok bool
		if dropped, ok = x.floor.refusals.allow(x.reason(status), x.floor.Now()); !ok {
			return
		}
	}
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelError
	}
	if !x.floor.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 13),
		slog.String("face", x.face.Name),
		slog.String("method", clipped(r.Method, 20)),
		slog.String("path", x.loggedPath(r.URL, status)),
		slog.Int("status", status),
		slog.Int64("bytes", x.bytes),
		slog.Float64("ms", float64(x.floor.Now().Sub(x.began).Microseconds())/1000),
		slog.String("address", x.address.String()),
		slog.String("request_id", x.requestID()),
	)
	if trace := r.Header["Traceparent"]; len(trace) == 1 && isTraceparent(trace[0]) {
		attrs = append(attrs, slog.String("traceparent", trace[0]))
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("reason", x.reason(status)), slog.String("error", redacted(x.err)))
	}
	if dropped > 0 {
		attrs = append(attrs, slog.Int("dropped", dropped))
	}
	x.floor.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// reason says in one word why the request was refused.
func (x *exchange) reason(status int) string {
	var e *pat.Error
	switch {
	case !errors.As(x.err, &e):
		return http.StatusText(status)
	case e.Reason != "":
		return string(e.Reason)
	}
	return e.Kind.String()
}

// loggedPath returns the path without its query and without whatever looks
// like a secret, however often it was escaped. Where the request was refused,
// what stands in the place of a name is left out too: it may be nobody's name but
// a password that was typed into the wrong box.
func (x *exchange) loggedPath(u *url.URL, status int) string {
	if status >= 400 && x.match.Route != nil {
		return x.match.masked()
	}
	path := u.Path
	for range 3 {
		plain, err := url.PathUnescape(path)
		if err != nil || plain == path {
			break
		}
		path = plain
	}
	return clipped(pat.Redact(path), 512)
}

func redacted(v any) string { return clipped(pat.Redact(fmt.Sprint(v)), 4096) }

// clipped bounds what a stranger can make a log line hold.
func clipped(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// isTraceparent reports whether text is in version 00 of W3C's Trace Context.
func isTraceparent(text string) bool {
	const form = "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx"
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		c := text[i]
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if form[i] == 'x' && !hex || form[i] != 'x' && c != form[i] {
			return false
		}
	}
	return true
}
