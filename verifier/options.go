package verifier

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options of a Verifier. URL and Credential must be set; every other zero value
// has a default.
type Options struct {
	// URL is Jeton's address, as in https://jeton.example.org. Over plain http
	// whoever listens on the way reads tokens: use it within one machine only.
	URL string

	// Credential returns the secret of a token with the scope introspect. It is
	// called for every question, so that the secret may be replaced meanwhile:
	// see FromFile and Static.
	Credential func(context.Context) (string, error)

	// Client sends the questions. Redirects are not followed, whatever it says,
	// since tokens would go along. Default: one of its own.
	Client *http.Client

	// MaxAge is how old knowledge may be before Jeton is asked again. It bounds
	// how long a token revoked elsewhere is still accepted here while Jeton
	// answers; Jeton is asked for changes three times as often. A third of it
	// should be left for the network's way there and back. Default: 1 s.
	MaxAge time.Duration

	// OutageGrace is for how much longer than MaxAge what is remembered is good
	// when Jeton does not answer. Negative: not at all. Default: 4 s.
	OutageGrace time.Duration

	// Keep is for how long an answer is remembered while the feed is heard. The
	// end of a token's life ends it earlier. Default: 1 min.
	Keep time.Duration

	// Limit is how many answers are remembered, of some 600 bytes each.
	// Default: 50,000.
	Limit int

	// Timeout bounds how long one question may take. Default: 2 s.
	Timeout time.Duration

	// ClientIP returns the address from which a request was sent, for tokens
	// that are bound to networks; the zero Addr when it is not known, and then
	// those tokens are refused. Where clients reach this API directly it is
	// PeerIP. Behind a proxy it must be what that proxy says and nobody else:
	// PeerIP would be the proxy's. Default: not known.
	ClientIP func(*http.Request) netip.Addr

	// Realm is named in challenges. Default: "api".
	Realm string

	// Log is told when Jeton is lost and found again. Default: slog.Default().
	Log *slog.Logger
}

// Static is a credential that never changes.
func Static(secret string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return secret, nil }
}

// FromFile is a credential that is read from a file each time, so that another
// one is used as soon as it was written there. Blanks around it are ignored.
func FromFile(name string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		text, err := os.ReadFile(name)
		return strings.TrimSpace(string(text)), err
	}
}

// check fills in what was not set.
func (o *Options) check() error {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.User != nil:
		return errors.New("verifier: URL: write Jeton's address, like https://jeton.example.org")
	case o.Credential == nil:
		return errors.New("verifier: Credential: set the secret of a token with the scope introspect")
	}
	o.URL = strings.TrimRight(o.URL, "/")
	setDefault(&o.MaxAge, time.Second)
	setDefault(&o.OutageGrace, 4*time.Second)
	o.OutageGrace = max(o.OutageGrace, 0)
	setDefault(&o.Keep, time.Minute)
	setDefault(&o.Limit, 50_000)
	setDefault(&o.Timeout, 2*time.Second)
	if o.MaxAge < 0 || o.Keep < 0 || o.Limit < 0 || o.Timeout < 0 {
		return errors.New("verifier: MaxAge, Keep, Limit and Timeout must not be negative")
	}
	if o.ClientIP == nil {
		o.ClientIP = func(*http.Request) netip.Addr { return netip.Addr{} }
	}
	setDefault(&o.Realm, "api")
	if strings.ContainsFunc(o.Realm, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		return errors.New("verifier: Realm: use printable ASCII without quotes and backslashes")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return nil
}

func setDefault[T comparable](v *T, to T) {
	var zero T
	if *v == zero {
		*v = to
	}
}

// client returns what questions are sent by, and how to let go of its connections.
func (o *Options) client() (c http.Client, done func()) {
	done = func() {}
	if o.Client != nil {
		c = *o.Client
	} else {
		// HTTP/1 only: on one connection for all, one that has broken without a
		// word would take every question with it.
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetHTTP1(true)
		transport.ForceAttemptHTTP2 = false
		transport.MaxIdleConnsPerHost = maxAtOnce
		c.Transport, done = transport, transport.CloseIdleConnections
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, done
}
