package awx

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// grantFailure is a refusal in OAuth's words (RFC 6749 §5.2).
type grantFailure struct {
	status      int
	code        string
	description string // "" is left out
}

func (f *grantFailure) Error() string { return f.code + ": " + f.description }

var (
	errGrantType          = &grantFailure{http.StatusBadRequest, "unsupported_grant_type", ""}
	errUnauthorizedClient = &grantFailure{http.StatusBadRequest, "unauthorized_client", ""}
	errGrantPassword      = &grantFailure{http.StatusBadRequest, "invalid_grant", "Invalid credentials given."}
)

// grantAnswers translates each kind for the OAuth endpoints. Invalid goes by
// the field that it blames.
var grantAnswers = [pat.NumKinds]grantFailure{
	pat.Internal:        {http.StatusInternalServerError, "server_error", ""},
	pat.Invalid:         {http.StatusBadRequest, "invalid_request", ""},
	pat.Unauthenticated: {http.StatusUnauthorized, "invalid_client", ""},
	pat.Forbidden:       {http.StatusBadRequest, "unauthorized_client", ""},
	pat.NotFound:        {http.StatusBadRequest, "invalid_grant", ""}, // deleted a moment ago
	pat.Conflict:        {http.StatusBadRequest, "invalid_request", ""},
	pat.Throttled:       {http.StatusTooManyRequests, "rate_limit_exceeded", "Too many attempts."},
	pat.Unavailable:     {http.StatusServiceUnavailable, "temporarily_unavailable", "The service cannot answer now."},
}

// invalidCodes are what the authority's Invalid errors are called, by field.
var invalidCodes = map[string]string{
	"scope": "invalid_scope", "grant": "invalid_grant", "refresh_token": "invalid_grant", "application": "invalid_client",
}

// grantFailureOf returns what err is called here.
func grantFailureOf(err error) grantFailure {
	var f *grantFailure
	if errors.As(err, &f) {
		return *f
	}
	if e := web.AsError(err); e != nil {
		return grantFailure{e.Status, "invalid_request", sentence(e.Message)}
	}
	e := pat.AsError(err)
	answer := grantAnswers[e.Kind]
	switch {
	case e.Kind == pat.Forbidden && e.Reason == pat.ReasonScope:
		answer.code = "invalid_scope"
	case e.Kind == pat.Forbidden && e.Reason == pat.ReasonPolicy:
		answer.description = sentence(e.Message) // which names the rule
	case e.Kind == pat.Invalid && len(e.Fields) > 0:
		if code := invalidCodes[e.Fields[0].Name]; code != "" {
			answer.code = code
		} else {
			answer.description = sentence(e.Fields[0].Message)
		}
	}
	return answer
}

// failGrant answers an error of the token and revocation endpoints.
func failGrant(w http.ResponseWriter, err error) {
	if e := pat.AsError(err); e.Kind == pat.Invalid && len(e.Fields) > 0 && e.Fields[0].Name == "refresh_token" {
		// As AWX has it. RFC 6749 §5.2 would say invalid_grant.
		web.Bytes(w, http.StatusForbidden, "text/html; charset=utf-8", []byte("The refresh token has expired."))
		return
	}
	f := grantFailureOf(err)
	switch f.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_client"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", strconv.FormatInt(web.RetryAfter(pat.AsError(err)), 10))
	}
	body := web.Object{{Key: "error", Value: f.code}}
	if f.description != "" {
		body = append(body, web.Member{Key: "error_description", Value: f.description})
	}
	_ = writeSpaced(w, f.status, body) // texts: cannot fail
}

// writeSpaced answers with an object in the way of Python's json.dumps, a blank
// after each separator: some of AWX's users read these answers with a pattern.
// Cache-Control is the floor's.
func writeSpaced(w http.ResponseWriter, status int, o web.Object) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteString(", ")
		}
		key, err := json.Marshal(m.Key)
		if err != nil {
			return err
		}
		value, err := json.Marshal(m.Value)
		if err != nil {
			return err
		}
		b.Write(key)
		b.WriteString(": ")
		b.Write(value)
	}
	b.WriteByte('}')
	w.Header().Set("Pragma", "no-cache")
	web.Bytes(w, status, "application/json", b.Bytes())
	return nil
}
