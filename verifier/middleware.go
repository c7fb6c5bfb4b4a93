package verifier

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Middleware lets requests through to next that bear a live token, by the header
// Authorization alone, whose scopes cover each of need; where none is named,
// the scope of the request's method: read or write, as ScopeForMethod says.
// Everything else is answered as RFC 6750 has it: 401, 403, or 503 with
// Retry-After when Jeton cannot be asked. next finds the token by TokenFrom.
func (v *Verifier) Middleware(next http.Handler, need ...string) http.Handler {
	named := slices.Clone(need)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		need := named
		if len(named) == 0 {
			need = []string{ScopeForMethod(r.Method)}
		}
		text, err := bearer(r)
		if err != nil {
			v.refuse(w, err, need)
			return
		}
		found, err := v.VerifyFrom(r.Context(), text, v.o.ClientIP(r), need...)
		if err != nil {
			v.refuse(w, err, need)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tokenKey{}, &found)))
	})
}

type tokenKey struct{}

// TokenFrom returns the token that Middleware has let through; false outside of it.
func TokenFrom(ctx context.Context) (Token, bool) {
	t, ok := ctx.Value(tokenKey{}).(*Token)
	if !ok {
		return Token{}, false
	}
	return *t, true
}

// PeerIP returns the address at the other end of a request's connection.
func PeerIP(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap().WithZone("")
}

var (
	errNoBearer = errors.New("no bearer token")
	errTwice    = errors.New("more than one Authorization header")
)

// bearer returns the token of a request (RFC 6750 §2.1).
func bearer(r *http.Request) (string, error) {
	values := r.Header["Authorization"]
	switch len(values) {
	case 0:
		return "", errNoBearer
	case 1:
	default:
		return "", errTwice
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", errNoBearer
	}
	return strings.Trim(token, " "), nil
}

// refuse answers an error, which it tells nothing of but its kind.
func (v *Verifier) refuse(w http.ResponseWriter, err error, need []string) {
	h := w.Header()
	challenge := `Bearer realm="` + v.o.Realm + `"`
	status, code, text := http.StatusUnauthorized, "invalid_token", "The token is not accepted"
	switch {
	case err == errNoBearer: // who sent no token is told no error (RFC 6750 §3.1)
		code, text = "unauthorized", "Send a token: Authorization: Bearer …"
		h.Set("WWW-Authenticate", challenge)
	case err == errTwice:
		status, code, text = http.StatusBadRequest, "invalid_request", "More than one Authorization header"
	case errors.Is(err, ErrInactive):
		h.Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
	case errors.Is(err, ErrScope):
		status, code, text = http.StatusForbidden, "insufficient_scope", "The token does not have the scope that is needed"
		h.Set("WWW-Authenticate", challenge+`, error="insufficient_scope", scope="`+strings.Join(need, " ")+`"`)
	default:
		status, code, text = http.StatusServiceUnavailable, "temporarily_unavailable", "Whether the token is live cannot be known now"
		h.Set("Retry-After", strconv.FormatInt(int64((RetryAfter(err)+time.Second-1)/time.Second), 10))
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + code + `","error_description":"` + text + "\"}\n"))
}
