package web

import (
	"errors"
	"net/http"

	"jeton/internal/pat"
)

// Error is a refusal by HTTP itself, before the domain has had a say: an
// unknown path, a method that the path does not have, a body too large. Each
// face gives it its own shape.
type Error struct {
	Status  int
	Message string // for whoever asked; it never quotes the request
	Cause   error  // for the log only
}

// Error returns the message with its cause: it is written for the log.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// The refusals of the floor and of the tables.
var (
	ErrPath      = &Error{Status: http.StatusNotFound, Message: "there is nothing at this path"}
	ErrMethod    = &Error{Status: http.StatusMethodNotAllowed, Message: "this path does not have the method"}
	ErrTooSlow   = &Error{Status: http.StatusRequestTimeout, Message: "the request body did not arrive in time"}
	ErrBodySize  = &Error{Status: http.StatusRequestEntityTooLarge, Message: "the request body is too large"}
	ErrPathSize  = &Error{Status: http.StatusRequestURITooLong, Message: "the address is too long"}
	ErrMediaType = &Error{Status: http.StatusUnsupportedMediaType, Message: "this content type is not understood here"}
	ErrEncoding  = &Error{Status: http.StatusUnsupportedMediaType, Message: "send the body without a content encoding"}
	ErrHeaders   = &Error{Status: http.StatusRequestHeaderFieldsTooLarge, Message: "the request headers are too large"}
)

// AsError returns the refusal in err's chain, or nil when the domain or a
// fault of ours is behind err. A JSON text that cannot be read is a 400.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		return &Error{Status: http.StatusBadRequest, Message: syntax.Error()}
	}
	return nil
}

// RetryAfter returns the whole seconds, at least one, after which it makes
// sense to ask again, for the header of that name.
func RetryAfter(e *pat.Error) int64 {
	const second = 1_000_000_000
	return max(1, (int64(e.RetryAfter)+second-1)/second)
}
