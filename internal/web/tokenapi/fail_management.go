package tokenapi

import (
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// envelope is the body of a failure at a management endpoint.
type envelope struct {
	Status  string `json:"status"`
	Message string `json:"resultMessage"`
}

// The texts that scripts look for.
const (
	textNoToken   = "Empty Key! Client must be authenticated to access this resource."
	textBadToken  = "Token is not valid!"
	textExpired   = "Token was expired!"
	textForbidden = "User does not have required permission for this operation!"
	textInternal  = "An unexpected error occurred"
)

// managementAnswers translates each kind for the management endpoints. Their
// clients have been promised 400 where 403 would be usual.
var managementAnswers = [pat.NumKinds]struct {
	status  int
	message string
}{
	pat.Internal:        {http.StatusInternalServerError, textInternal},
	pat.Invalid:         {http.StatusBadRequest, "The request is not valid!"},
	pat.Unauthenticated: {http.StatusUnauthorized, textBadToken},
	pat.Forbidden:       {http.StatusBadRequest, textForbidden},
	pat.NotFound:        {http.StatusNotFound, "Not found!"},
	pat.Conflict:        {http.StatusBadRequest, "The request is not valid!"},
	pat.Throttled:       {http.StatusTooManyRequests, "Too many requests!"},
	pat.Unavailable:     {http.StatusServiceUnavailable, "The service cannot answer now!"},
}

// failManagement answers an error of every path but the token endpoint.
func failManagement(w http.ResponseWriter, _ *http.Request, err error) {
	w.Header().Set("Content-Type", jsonType)
	if e := web.AsError(err); e != nil {
		answerManagement(w, e.Status, e.Message)
		return
	}
	e := pat.AsError(err)
	a := managementAnswers[e.Kind]
	if e.Reason == pat.ReasonPolicy {
		a.message = e.Message
	}
	switch e.Kind {
	case pat.Unauthenticated:
		challenge := `Bearer realm="jeton", error="invalid_token"`
		switch e.Reason {
		case pat.ReasonMissing:
			challenge, a.message = `Bearer realm="jeton"`, textNoToken
		case pat.ReasonExpired:
			a.message = textExpired
		}
		w.Header().Set("WWW-Authenticate", challenge)
	case pat.Throttled, pat.Unavailable:
		w.Header().Set("Retry-After", strconv.FormatInt(web.RetryAfter(e), 10))
	}
	answerManagement(w, a.status, a.message)
}

func answerManagement(w http.ResponseWriter, status int, message string) {
	_ = web.JSON(w, status, envelope{"FAILURE", message}) // two strings: cannot fail
}
