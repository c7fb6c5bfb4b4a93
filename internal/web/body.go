package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// MaxBody is how many bytes the body of a request may have, but for the
// paths that take whole lists.
const MaxBody = 64 << 10

// ReadBody reads the whole body, of at most limit bytes. It fails with
// ErrBodySize, with ErrEncoding for a compressed body, whose true size nobody
// knows, with ErrTooSlow when the server's deadline passes first, and with
// another 400 when the body breaks off.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	for _, coding := range r.Header["Content-Encoding"] {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return nil, ErrEncoding
		}
	}
	if r.ContentLength > limit {
		return nil, ErrBodySize
	}
	if r.ContentLength == 0 || r.Body == nil {
		return nil, nil
	}
	// What is left of a body too large is read and dropped by net/http up to
	// 256 KiB, so that a client which writes before it reads sees the answer
	// (takeRest does so where net/http does not); beyond that the connection is
	// closed.
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, ErrTooSlow
	case err != nil:
		return nil, &Error{Status: http.StatusBadRequest, Message: "the request body broke off", Cause: err}
	case int64(len(body)) > limit:
		return nil, ErrBodySize
	}
	return body, nil
}

// drainTime is for how long a body that nobody reads may still arrive. It is
// taken in and dropped, since a client that writes into a closed connection may
// never see the answer.
const drainTime = 500 * time.Millisecond

// LeaveBody sees to it that the answer to a request does not wait for its
// body, and that the connection, on which nobody can tell any more where the
// next request begins, is closed behind the answer. nginx announces the length
// of a body that it does not send along unless it is told not to: waiting
// would last until the server's deadline.
func LeaveBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 || r.ProtoMajor != 1 {
		return
	}
	w.Header()["Connection"] = closing
	if x, ok := w.(*exchange); ok {
		_ = http.NewResponseController(w).SetReadDeadline(x.began.Add(drainTime)) // else the server's own
	}
}

var closing = []string{"close"}

// maxRest is how much of a body that nobody reads is taken in; it is net/http's
// own bound.
const maxRest = 256 << 10

// takeRest takes in what nobody has read of a body on a connection that the
// client wants closed, as Python's urllib always does. net/http does that only
// for connections that live on. Otherwise it closes at once, the client's next
// bytes are answered by a reset, and many systems then throw the answer away.
// Beyond maxRest net/http is told that the body was too large, upon which it
// shuts the connection half a second before it closes it.
func (x *exchange) takeRest(r *http.Request) {
	if !r.Close || r.ContentLength == 0 || r.Header["Expect"] != nil { // who expects 100 waits for the answer
		return
	}
	_ = http.NewResponseController(x.ResponseWriter).SetReadDeadline(x.floor.Now().Add(drainTime))
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(x.ResponseWriter, r.Body, maxRest))
}
