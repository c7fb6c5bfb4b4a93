package web

import (
	"log/slog"
	"net/http"
	"time"
)

// How long one request may keep a connection. A client that is slow on purpose
// is gone within 35 s, whatever it is slow at.
const (
	// readTime is for a TLS handshake, and for head and body together. One
	// bound for both spares each request the setting of another deadline.
	readTime = 15 * time.Second
	// writeTime runs from the end of the head until the answer is taken. It is
	// longer, so that a body which is late can be told so.
	writeTime = 30 * time.Second
	idleTime  = 30 * time.Second // between two requests
)

// maxStreams is how many requests one connection of HTTP/2 may have open.
const maxStreams = 100

// readAhead is the size of head that net/http reads for us to refuse. Beyond
// it net/http answers 431 itself, in plain text.
const readAhead = 64 << 10

// Server returns a server for h that bounds whatever a client can stretch.
//
// HTTP/2 is spoken over TLS only: without TLS it saves nobody anything, and
// the preface of its plain form has been a way to hold connections open.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	return &http.Server{
		Handler:        h,
		ReadTimeout:    readTime,
		WriteTimeout:   writeTime,
		IdleTimeout:    idleTime,
		MaxHeaderBytes: readAhead,
		Protocols:      &protocols,
		// A connection of HTTP/2 outlives its streams, which have the deadlines
		// above: these are for a client that takes no frame, and for one that has gone
		// without a word.
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams,
			WriteByteTimeout:     writeTime,
			SendPingTimeout:      readTime,
			PingTimeout:          readTime,
		},
		// "OPTIONS *" is to be refused like any other path that nobody has.
		DisableGeneralOptionsHandler: true,
		// What net/http has to say is mostly about handshakes of strangers.
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// reserveTime is how long a connection in reserve may take to ask.
const reserveTime = 5 * time.Second

// ReserveServer is Server for the connections beyond the bound: each may ask
// once, and soon.
func ReserveServer(h http.Handler, log *slog.Logger) *http.Server {
	s := Server(h, log)
	s.ReadTimeout, s.WriteTimeout = reserveTime, 2*reserveTime
	s.SetKeepAlivesEnabled(false)
	return s
}

// answerTime is what is left of a server's time for an answer when a request is
// done waiting for news.
const answerTime = 5 * time.Second

// MaxWait is for how long an answer to r may be held back until there is news:
// less than its server has for it, which on a connection in reserve is little.
func MaxWait(r *http.Request) time.Duration {
	bound := writeTime
	if s, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && s.WriteTimeout > 0 {
		bound = min(bound, s.WriteTimeout)
	}
	return max(0, bound-answerTime)
}
