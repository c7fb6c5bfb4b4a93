package verify

import (
	"errors"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// refusal is the body of every refusal, in the words of RFC 6750.
type refusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// answers translates each kind for this face. Proxies know 401 and 403; nginx
// makes 500 of all else, which refuses too.
var answers = [pat.NumKinds]struct {
	status int
	body   refusal
}{
	pat.Internal:        {http.StatusInternalServerError, refusal{"server_error", "An unexpected error occurred"}},
	pat.Invalid:         {http.StatusBadRequest, refusal{"invalid_request", ""}},
	pat.Unauthenticated: {http.StatusUnauthorized, refusal{"invalid_token", "The token is not accepted"}},
	pat.Forbidden:       {http.StatusForbidden, refusal{"access_denied", "The token may not be used for this"}},
	// The authority knows these two of records, which nobody asks for here.
	pat.NotFound:    {http.StatusInternalServerError, refusal{"server_error", "An unexpected error occurred"}},
	pat.Conflict:    {http.StatusInternalServerError, refusal{"server_error", "An unexpected error occurred"}},
	pat.Throttled:   {http.StatusTooManyRequests, refusal{"rate_limit_exceeded", "Too many requests"}},
	pat.Unavailable: {http.StatusServiceUnavailable, refusal{"temporarily_unavailable", "Whether the token is accepted cannot be known now"}},
}

const realm = `Bearer realm="jeton"`

// fail refuses. None of the four headers is in a refusal.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	web.LeaveBody(w, r)
	if e := web.AsError(err); e != nil {
		answer(w, e.Status, refusal{"invalid_request", e.Message})
		return
	}
	e := pat.AsError(err)
	a := answers[e.Kind]
	h := w.Header()
	switch {
	case e.Kind == pat.Invalid:
		a.body.Description = message(e)
	case e.Kind == pat.Unauthenticated && e.Reason == pat.ReasonMissing:
		// RFC 6750 §3.1: no error code in the challenge to a request without a token.
		h.Set("WWW-Authenticate", realm)
		a.body = refusal{"unauthenticated", "Send a token in the header Authorization: Bearer"}
	case e.Kind == pat.Unauthenticated:
		h.Set("WWW-Authenticate", realm+`, error="invalid_token"`)
	case e.Kind == pat.Forbidden && e.Reason == pat.ReasonScope:
		a.body = refusal{"insufficient_scope", "The token does not have the scope that is needed"}
		h.Set("WWW-Authenticate", realm+`, error="insufficient_scope", scope="`+needOf(err)+`"`)
	case e.Kind == pat.Throttled, e.Kind == pat.Unavailable:
		h.Set("Retry-After", strconv.FormatInt(web.RetryAfter(e), 10))
	}
	answer(w, a.status, a.body)
}

// scarceError tells which scopes a token was refused for not having.
type scarceError struct {
	error
	need string
}

func (e *scarceError) Unwrap() error { return e.error }

// scarce adds to a refusal for want of scope what was needed.
func scarce(err error, need string) error {
	if e := pat.AsError(err); e.Kind == pat.Forbidden && e.Reason == pat.ReasonScope {
		return &scarceError{err, need}
	}
	return err
}

func needOf(err error) string {
	var e *scarceError
	if errors.As(err, &e) {
		return e.need
	}
	return ""
}

// message returns what is wrong with the request.
func message(e *pat.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Name + ": " + e.Fields[0].Message
	}
	return e.Message
}

func answer(w http.ResponseWriter, status int, body refusal) {
	_ = web.JSON(w, status, body) // two strings: cannot fail
}
