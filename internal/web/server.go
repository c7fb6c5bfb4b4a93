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
		// "OPTIONS *" is to be refused like any other path that nobody has.
		DisableGeneralOptionsHandler: true,
		// What net/http has to say is mostly about handshakes of strangers.
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
