package verifier

import (
	"errors"
	"net/http"
	"time"
)

// A refusal is one of these three; errors.Is tells which.
var (
	// ErrInactive: the token is not live, for whatever reason. 401.
	ErrInactive = errors.New("verifier: the token is not live")
	// ErrScope: the token is live, and its scopes do not cover what is needed. 403.
	ErrScope = errors.New("verifier: the token's scope does not cover this")
	// ErrUnavailable: whether the token is live cannot be known now. 503.
	ErrUnavailable = errors.New("verifier: whether the token is live cannot be known now")
)

// unavailable is ErrUnavailable with a reason for the log, which holds no secret.
type unavailable struct {
	cause error
	after time.Duration // when to ask again; 0: not said
}

func (e *unavailable) Error() string        { return ErrUnavailable.Error() + ": " + e.cause.Error() }
func (e *unavailable) Unwrap() error        { return e.cause }
func (e *unavailable) Is(target error) bool { return target == ErrUnavailable }

// Status returns the HTTP status for an error of Verify.
func Status(err error) int {
	switch {
	case errors.Is(err, ErrInactive):
		return http.StatusUnauthorized
	case errors.Is(err, ErrScope):
		return http.StatusForbidden
	}
	return http.StatusServiceUnavailable
}

// RetryAfter returns when it makes sense to ask again after ErrUnavailable: a
// second, or more where Jeton said so.
func RetryAfter(err error) time.Duration {
	var e *unavailable
	if errors.As(err, &e) {
		return max(e.after, time.Second)
	}
	return time.Second
}
