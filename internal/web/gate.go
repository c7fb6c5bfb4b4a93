package web

import (
	"net"
	"sync"
	"sync/atomic"
)

// Gate bounds the connections of a listener. Whoever comes when all are taken
// is not left waiting without a word: up to a second bound the connection goes to the
// Reserve, beyond that it is closed.
//
// Nothing here is touched by a request, only by the beginning and the end of a
// connection.
type Gate struct {
	net.Listener
	places, reserve chan struct{} // one element for each open connection
	beyond          chan net.Conn // room for all of the reserve
	closed          chan struct{}
	close1          sync.Once
}

// NewGate returns a listener of at most so many connections of l, with so many
// in reserve.
func NewGate(l net.Listener, connections, reserve int) *Gate {
	return &Gate{
		Listener: l,
		places:   make(chan struct{}, connections),
		reserve:  make(chan struct{}, reserve),
		beyond:   make(chan net.Conn, reserve),
		closed:   make(chan struct{}),
	}
}

// Accept returns the next connection that finds a place.
func (g *Gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case g.places <- struct{}{}:
			return &placed{Conn: c, places: g.places}, nil
		default:
		}
		select {
		case g.reserve <- struct{}{}:
			g.beyond <- &placed{Conn: c, places: g.reserve} // never waits: there is room for each
		default:
			_ = c.Close()
		}
	}
}

// Close closes the listener and its Reserve. The servers of both do so when they
// stop: only the first time can fail.
func (g *Gate) Close() (err error) {
	g.close1.Do(func() {
		close(g.closed)
		err = g.Listener.Close()
	})
	return err
}

// Reserve is the listener of the connections beyond the bound, which come while
// somebody calls the gate's own Accept.
func (g *Gate) Reserve() net.Listener { return reserve{g} }

type reserve struct{ *Gate }

// Accept returns the next connection that found no place.
func (r reserve) Accept() (net.Conn, error) {
	select {
	case c := <-r.beyond:
		return c, nil
	case <-r.closed:
		return nil, net.ErrClosed
	}
}

// placed is a connection that holds a place until it is closed.
type placed struct {
	net.Conn
	places chan struct{}
	left   atomic.Bool
}

// Close gives the place back, once.
func (c *placed) Close() error {
	if !c.left.Swap(true) {
		<-c.places
	}
	return c.Conn.Close()
}

// CloseWrite lets net/http, and TLS, say goodbye before they close: a client
// that is still writing then reads the answer first.
func (c *placed) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
