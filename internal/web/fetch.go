package web

import (
	"io"
	"net/http"
)

// fetch reads the body of r into memory, up to what the body of a request may
// have, and leaves to the handler what there is to say about it: that it is too
// large, was late or broke off. A path that takes more reads the rest itself.
//
// Nothing is read of a body that announces to be too large, nor of one that
// nobody is going to read.
func fetch(r *http.Request) {
	if r.Body == nil || r.ContentLength == 0 || r.ContentLength > MaxBody {
		return
	}
	b := &fetched{rest: r.Body}
	b.begun, b.err = io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if b.err == nil && len(b.begun) <= MaxBody {
		b.err = io.EOF
	}
	r.Body = b
}

// fetched is a body of which the beginning is in memory.
type fetched struct {
	begun []byte
	err   error // what came after the beginning; nil: more
	rest  io.ReadCloser
}

func (b *fetched) Read(p []byte) (int, error) {
	switch {
	case len(b.begun) > 0:
		n := copy(p, b.begun)
		b.begun = b.begun[n:]
		return n, nil
	case b.err != nil:
		return 0, b.err
	}
	return b.rest.Read(p)
}

func (b *fetched) Close() error { return b.rest.Close() }
