package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"
	"time"

	"jeton/internal/pat"
)

// exchange is one request and its answer, as the floor sees them. It is the
// ResponseWriter that handlers are given; the context of a request leads to it,
// but on a quiet face.
type exchange struct {
	http.ResponseWriter
	context exchangeContext
	floor   *Floor
	face    *Face
	peer    netip.Addr // of the connection
	address netip.Addr // of the client, as far as trusted proxies tell
	told    bool       // false where a trusted proxy did not, and address is its own
	began   time.Time
	id      string // "" until somebody needs it
	status  int    // 0 until the header was written
	bytes   int64
	err     error // why, when a face said so
	match   Match // the route, when one was found

	admission *admission
	place     *line // where the request holds a place
}

// exchangeContext is a context that answers for exchangeKey. It lives in the
// exchange, which saves an allocation.
type exchangeContext struct {
	context.Context
	x *exchange
}

type exchangeKey struct{}

func (c *exchangeContext) Value(key any) any {
	if key == (exchangeKey{}) {
		return c.x
	}
	return c.Context.Value(key)
}

// exchangeOf returns the exchange of a request, or nil when it did not come
// through a Floor.
func exchangeOf(r *http.Request) *exchange {
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	return x
}

// requestID returns 32 hexadecimal digits, the same for each call.
func (x *exchange) requestID() string {
	if x.id == "" {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
		x.id = hex.EncodeToString(random[:])
	}
	return x.id
}

// WriteHeader notes the status and gives the answer its request id.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= 200 {
		x.status = status
		x.leave()
		if !x.face.Quiet || status >= 400 {
			x.Header()["X-Request-Id"] = []string{x.requestID()}
		}
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes of the body.
func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// ViaOf returns where a request came from. On a quiet face it is QuietVia
// that knows.
func ViaOf(r *http.Request) pat.Via {
	x := exchangeOf(r)
	if x == nil {
		return pat.Via{Address: peer(r)}
	}
	return pat.Via{Face: x.face.Name, Address: x.address, RequestID: x.requestID()}
}

// QuietVia returns where the request came from that w answers, without an id.
// It is for quiet faces, whose requests have no context that leads to the floor.
func QuietVia(w http.ResponseWriter) pat.Via {
	if x, ok := w.(*exchange); ok {
		return pat.Via{Face: x.face.Name, Address: x.address}
	}
	return pat.Via{}
}

// AskedVia is QuietVia where proxies ask about requests to somebody else's
// service: the client's address is not known when a trusted one does not tell
// it. What is asked about did not come from the proxy.
func AskedVia(w http.ResponseWriter) pat.Via {
	via := QuietVia(w)
	if x, ok := w.(*exchange); ok && !x.told {
		via.Address = netip.Addr{}
	}
	return via
}

// Note keeps err for the request's line in the log. A face that does not
// answer through Handler calls it where it answers an error.
func Note(r *http.Request, err error) {
	if x := exchangeOf(r); x != nil {
		x.err = err
	}
}
