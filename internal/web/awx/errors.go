package awx

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// refusal is an answer {"detail": …} whose text clients were promised.
type refusal struct {
	status int
	detail string
	log    string // what the log says where detail quotes the request; "": detail
	cause  error
}

// Error is written for the log.
func (r *refusal) Error() string {
	text := r.detail
	if r.log != "" {
		text = r.log
	}
	if r.cause != nil {
		text += ": " + r.cause.Error()
	}
	return text
}

func (r *refusal) Unwrap() error { return r.cause }

func invalid(detail string) error { return &refusal{status: http.StatusBadRequest, detail: detail} }

// quoting is invalid where detail quotes what a stranger sent.
func quoting(log, detail string) error {
	return &refusal{status: http.StatusBadRequest, detail: detail, log: log}
}

var (
	errNoPath    = &refusal{status: http.StatusNotFound, detail: "Not found."}
	errForbidden = pat.Fail(pat.Forbidden, "not yours to change")
)

// missing says of a NotFound what there is none of; the names of AWX's classes
// are part of the wire. Other errors stay as they are.
func missing(class string, err error) error {
	if pat.Is(err, pat.NotFound) {
		return &refusal{status: http.StatusNotFound, detail: "No " + class + " matches the given query.", cause: err}
	}
	return err
}

// The classes that missing and the filters speak of.
const (
	userClass        = "User"
	tokenClass       = "OAuth2AccessToken"
	applicationClass = "OAuth2Application"
)

// answers translates each kind for this face. Invalid and Conflict have a body
// of their own when they name fields.
var answers = [pat.NumKinds]struct {
	status int
	detail string
}{
	pat.Internal:        {http.StatusInternalServerError, "A server error has occurred."},
	pat.Invalid:         {http.StatusBadRequest, ""},
	pat.Unauthenticated: {http.StatusUnauthorized, "Authentication credentials were not provided. To establish a login session, visit /api/login/."},
	pat.Forbidden:       {http.StatusForbidden, "You do not have permission to perform this action."},
	pat.NotFound:        {http.StatusNotFound, "Not found."},
	pat.Conflict:        {http.StatusBadRequest, ""},
	pat.Throttled:       {http.StatusTooManyRequests, "Request was throttled. Expected available in %s seconds."},
	pat.Unavailable:     {http.StatusServiceUnavailable, "The service cannot answer now. Expected available in %s seconds."},
}

// challenge is as AWX sends it: without quotes, and never Basic, which browsers
// would remember.
const challenge = "Bearer realm=api authorization_url=/api/o/authorize/"

// detail is the body of most errors.
type detail struct {
	Detail string `json:"detail"`
}

// fail answers an error. It is also how the floor refuses.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	status, body := failure(w.Header(), err)
	_ = web.JSON(w, status, body) // texts: cannot fail
}

func failure(h http.Header, err error) (status int, body any) {
	var said *refusal
	var fields fieldErrors
	var settings settingErrors
	switch {
	case errors.As(err, &said):
		return said.status, detail{said.detail}
	case errors.As(err, &fields):
		return http.StatusBadRequest, fields.object()
	case errors.As(err, &settings):
		return http.StatusBadRequest, web.Object(settings)
	}
	if e := web.AsError(err); e != nil {
		return e.Status, detail{httpDetail(e)}
	}
	return domainFailure(h, pat.AsError(err))
}

func httpDetail(e *web.Error) string {
	if text := csrfDetail(e); text != "" {
		return text
	}
	switch e {
	case web.ErrPath:
		return errNoPath.detail
	case web.ErrMediaType:
		return "You did not use correct Content-Type in your HTTP request. If you are using our REST API, the Content-Type must be application/json"
	}
	return sentence(e.Message)
}

func domainFailure(h http.Header, e *pat.Error) (status int, body any) {
	a := answers[e.Kind]
	switch e.Kind {
	case pat.Invalid, pat.Conflict:
		return a.status, wireErrors(e).object()
	case pat.Unauthenticated:
		h.Set("WWW-Authenticate", challenge)
	case pat.Forbidden:
		a.detail = forbiddenDetail(e, a.detail)
	case pat.Throttled, pat.Unavailable:
		seconds := strconv.FormatInt(web.RetryAfter(e), 10)
		h.Set("Retry-After", seconds)
		a.detail = strings.Replace(a.detail, "%s", seconds, 1)
	}
	return a.status, detail{a.detail}
}

// forbiddenDetail names the field that may not be changed, where AWX does. That
// a bearer cannot change a password, and a session not much once it is stale, AWX
// does not know: it is said in our words.
func forbiddenDetail(e *pat.Error, generic string) string {
	switch e.Reason {
	case pat.ReasonPolicy:
		return e.Message
	case pat.ReasonStale:
		return sentence(e.Message)
	}
	if len(e.Fields) == 0 {
		return generic
	}
	switch f := e.Fields[0]; f.Name {
	case "username", "is_system_auditor":
		return "Cannot change " + f.Name + "."
	case "password":
		return sentence(f.Message)
	}
	return generic
}
