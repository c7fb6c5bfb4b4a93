package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
)

// Bounds of a request's head. A longer one is refused in the shape of the face
// that it was sent to; see Server for what net/http refuses before that.
const (
	MaxAddress = 8 << 10  // path and query, then 414
	MaxHeaders = 16 << 10 // names and values, then 431
)

// Floor is what every request passes on its way to a face.
type Floor struct {
	Log *slog.Logger
	Now func() time.Time
	// Trusted are the networks of the proxies whose X-Forwarded-For and
	// X-Forwarded-Proto are believed. None by default.
	Trusted []netip.Prefix
	// LogVerify logs the quiet faces like all others.
	LogVerify bool
	// Meter counts requests; nil: nobody does.
	Meter Meter
	// Rooms bound what is worked on at once; the zero value is DefaultRooms.
	Rooms Rooms

	refusals limiter
	busy     [numClasses]atomic.Int64
}

// Meter counts requests that were answered, by the name of the face.
type Meter interface {
	Observe(face string, status int, took time.Duration)
}

// Wrap returns the handler that serves the faces.
func (f *Floor) Wrap(faces *Faces) http.Handler {
	rooms := f.Rooms
	if rooms == (Rooms{}) {
		rooms = DefaultRooms
	}
	return f.wrap(faces, newAdmission(rooms, &f.busy))
}

// Reserve returns the handler for connections beyond the bound: it serves the
// quiet faces, verification and health among them, and turns all else away.
func (f *Floor) Reserve(faces *Faces) http.Handler {
	return f.wrap(faces, newAdmission(Rooms{}, &f.busy))
}

func (f *Floor) wrap(faces *Faces, admission *admission) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := peer(r)
		client, told := clientAddress(r, p, f.Trusted)
		x := &exchange{
			ResponseWriter: w,
			floor:          f,
			face:           faces.owner(r.URL),
			peer:           p,
			address:        client,
			told:           told,
			began:          f.Now(),
			admission:      admission,
		}
		if !x.face.Quiet { // which saves a verification one part in thirty
			x.context = exchangeContext{r.Context(), x}
			r = r.WithContext(&x.context)
		}
		x.serve(r)
	})
}

// serve answers r by the face, whatever happens there.
func (x *exchange) serve(r *http.Request) {
	defer x.finish(r)
	x.commonHeaders(r)
	err := checkBounds(r)
	switch {
	case err != nil:
		x.err = err
		x.face.Fail(x, r, err)
	case x.face.Quiet:
		x.face.Handler.ServeHTTP(x, r)
	default:
		x.admit(r)
	}
	if !x.face.Quiet { // whose answers wait for nothing
		x.takeRest(r)
	}
}

// finish writes the line in the log. It answers for a handler that has
// panicked: with 500 in the face's shape, or, when the answer has begun, by
// breaking it off, so that nobody takes half of it for the whole.
func (x *exchange) finish(r *http.Request) {
	panicked := recover()
	if panicked == nil {
		x.logLine(r)
		return
	}
	begun := x.status != 0
	defer func() {
		if begun || recover() != nil {
			panic(http.ErrAbortHandler) // which net/http takes quietly
		}
	}()
	if panicked != http.ErrAbortHandler {
		x.err = pat.Wrap(pat.Internal, "panic", nil)
		x.floor.Log.Error("panic", "panic", redacted(panicked), "request_id", x.requestID(), "stack", pat.Redact(string(debug.Stack())))
		if !begun {
			clear(x.Header())
			x.commonHeaders(r)
			x.face.Fail(x, r, x.err)
		}
	} else {
		begun = true
	}
	x.logLine(r)
}

// checkBounds fails with ErrPathSize and with ErrHeaders.
func checkBounds(r *http.Request) error {
	if len(r.RequestURI) > MaxAddress {
		return ErrPathSize
	}
	const around = len(": \r\n")
	size := len("Host") + len(r.Host) + around
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(v) + around
		}
	}
	if size > MaxHeaders {
		return ErrHeaders
	}
	return nil
}

// The headers of every answer, as net/http keeps them: shared, so never
// changed in place.
var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	sameOrigin = []string{"same-origin"}
	noStore    = []string{"no-store"}
	hsts       = []string{"max-age=31536000; includeSubDomains"}
)

// commonHeaders sets what every answer carries. A face whose answer may be
// kept sets Cache-Control anew.
func (x *exchange) commonHeaders(r *http.Request) {
	h := x.Header()
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Cache-Control"] = noStore
	if x.secure(r) {
		h["Strict-Transport-Security"] = hsts
	}
}
