package tokenapi

import (
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// failure is a refusal in OAuth's words that no kind stands for.
type failure struct {
	status      int
	code        string
	description string
}

func (f *failure) Error() string { return f.code + ": " + f.description }

func invalid(description string) error {
	return &failure{http.StatusBadRequest, "invalid_request", description}
}

// errInvalidClient refuses what came in a header (RFC 6749 §5.2).
var errInvalidClient = &failure{http.StatusUnauthorized, "invalid_client", "Bad credentials"}

// errorAnswer is RFC 6749 §5.2 with one more key, for throttling.
type errorAnswer struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	RetryAfter  int64  `json:"retry_after,omitempty"` // seconds
}

// tokenAnswers translates each kind for the token endpoint.
// "unauthorized_client" with 401 is what its clients have been promised;
// RFC 6749 §5.2 would say invalid_client.
var tokenAnswers = [pat.NumKinds]failure{
	pat.Internal:        {http.StatusInternalServerError, "server_error", "An unexpected error occurred"},
	pat.Invalid:         {http.StatusBadRequest, "invalid_request", ""},
	pat.Unauthenticated: {http.StatusUnauthorized, "unauthorized_client", "Bad credentials"},
	pat.Forbidden:       {http.StatusForbidden, "access_denied", "This user may not have a token"},
	pat.NotFound:        {http.StatusUnauthorized, "unauthorized_client", "Bad credentials"}, // deleted a moment ago
	pat.Conflict:        {http.StatusBadRequest, "invalid_request", ""},
	pat.Throttled:       {http.StatusTooManyRequests, "rate_limit_exceeded", "Too many attempts"},
	pat.Unavailable:     {http.StatusServiceUnavailable, "temporarily_unavailable", "The service cannot answer now"},
}

// failToken answers an error of the token endpoint. The description stays in
// English and ASCII, whatever the user's language (RFC 6749 §5.2).
func failToken(w http.ResponseWriter, _ *http.Request, err error) {
	headers(w)
	f, retry := tokenFailure(err)
	if f.code == errInvalidClient.code {
		w.Header().Set("WWW-Authenticate", `Basic realm="jeton", charset="UTF-8"`)
	}
	answer := errorAnswer{Error: f.code, Description: ascii(f.description)}
	if retry > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(retry, 10))
	}
	if f.status == http.StatusTooManyRequests {
		answer.RetryAfter = retry
	}
	_ = web.JSON(w, f.status, answer) // strings and a number: cannot fail
}

// tokenFailure returns what err is called here, and the seconds after which to
// ask again, or 0.
func tokenFailure(err error) (failure, int64) {
	if f, ok := err.(*failure); ok {
		return *f, 0
	}
	if e := web.AsError(err); e != nil {
		return webFailure(e), 0
	}
	e := pat.AsError(err)
	f := tokenAnswers[e.Kind]
	if e.Reason == pat.ReasonPolicy {
		f.description = e.Message
	}
	switch e.Kind {
	case pat.Invalid, pat.Conflict:
		f.description = e.Message
		if len(e.Fields) > 0 {
			f.description = e.Fields[0].Message
			if e.Fields[0].Name == "scope" {
				f.code = "invalid_scope"
			}
		}
	case pat.Throttled, pat.Unavailable:
		return f, web.RetryAfter(e)
	}
	return f, 0
}

// webFailure names a refusal by HTTP. RFC 6749 §5.2 answers a body of another
// type as it answers any malformed request, with 400.
func webFailure(e *web.Error) failure {
	if e == web.ErrMediaType {
		return failure{http.StatusBadRequest, "invalid_request", "Content-Type must be " + web.FormType}
	}
	return failure{e.Status, "invalid_request", e.Message}
}

// ascii makes text fit %x20-21 / %x23-5B / %x5D-7E.
func ascii(text string) string {
	clean := []byte(nil)
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			c = '\''
		case c < 0x20 || c > 0x7e:
			c = '?'
		}
		clean = append(clean, byte(c))
	}
	return string(clean)
}
