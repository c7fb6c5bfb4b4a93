package oauth

import (
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// refusal is RFC 6749 §5.2, which RFC 7662 §2.3 and RFC 7009 §2.2.1 point to.
type refusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *refusal) Error() string { return e.Code + ": " + e.Description }

func invalid(description string) error {
	return &refusal{http.StatusBadRequest, "invalid_request", description}
}

// answers translates each kind for this face.
var answers = [pat.NumKinds]refusal{
	pat.Internal:        {http.StatusInternalServerError, "server_error", "An unexpected error occurred"},
	pat.Invalid:         {http.StatusBadRequest, "invalid_request", "The request is not well formed"},
	pat.Unauthenticated: {http.StatusUnauthorized, "invalid_client", "The client is not authenticated"},
	pat.Forbidden:       {http.StatusForbidden, "insufficient_scope", "The client's token does not have the scope that is needed"},
	// The authority answers these two of records; here they are no errors.
	pat.NotFound:    {http.StatusInternalServerError, "server_error", "An unexpected error occurred"},
	pat.Conflict:    {http.StatusInternalServerError, "server_error", "An unexpected error occurred"},
	pat.Throttled:   {http.StatusTooManyRequests, "rate_limit_exceeded", "Too many attempts"},
	pat.Unavailable: {http.StatusServiceUnavailable, "temporarily_unavailable", "Whether the token is live cannot be known now"},
}

const (
	bearerRealm = `Bearer realm="jeton"`
	basicRealm  = `Basic realm="jeton", charset="UTF-8"`
)

// failFor answers errors where a token's scope is to be need.
func failFor(need string) web.Fail {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		answer := translate(w, err)
		switch answer.status {
		case http.StatusUnauthorized:
			challenge(w, r, &answer)
		case http.StatusForbidden:
			w.Header()["Www-Authenticate"] = []string{bearerRealm + `, error="insufficient_scope", scope="` + need + `"`}
		case http.StatusMethodNotAllowed:
			web.LeaveBody(w, r) // all others have read it
		}
		_ = web.JSON(w, answer.status, answer) // two strings: cannot fail
	}
}

// translate returns what err is called here.
func translate(w http.ResponseWriter, err error) refusal {
	if e, ok := err.(*refusal); ok {
		return *e
	}
	if e := web.AsError(err); e != nil {
		return refusal{e.Status, "invalid_request", e.Message}
	}
	e := pat.AsError(err)
	if e.Kind == pat.Throttled || e.Kind == pat.Unavailable {
		w.Header().Set("Retry-After", strconv.FormatInt(web.RetryAfter(e), 10))
	}
	return answers[e.Kind]
}

// challenge names the mechanism that the client has tried, or else both. A
// bearer token that is refused has an error of its own (RFC 6750 §3.1).
func challenge(w http.ResponseWriter, r *http.Request, answer *refusal) {
	a, _ := web.ParseAuthorization(r) // the scheme is told even when it fails
	switch a.Scheme {
	case web.Bearer:
		answer.Code, answer.Description = "invalid_token", "The client's token is not accepted"
		w.Header()["Www-Authenticate"] = []string{bearerRealm + `, error="invalid_token"`}
	case web.Basic:
		w.Header()["Www-Authenticate"] = []string{basicRealm}
	default:
		w.Header()["Www-Authenticate"] = []string{basicRealm, bearerRealm}
	}
}
