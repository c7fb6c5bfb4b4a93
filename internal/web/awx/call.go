package awx

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// call is one request and what has been learnt of it.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	now    func() time.Time
	began  time.Time
	who    pat.Principal
	body   web.Object // of POST, PUT and PATCH; a missing one is empty
	isNull bool       // the body was JSON's null
	indent int        // blanks for each level of the answer
	table  bool       // the answer is to be CSV

	html    bool   // the answer is to be a page for people
	view    *view  // nil: there is none at the path
	visitor string // who is signed in by this browser; it decides nothing
}

// serveHTTP answers a request, whatever goes wrong.
func (f *Face) serveHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{w: w, r: r, now: f.Now, began: f.Now(), html: wantsPage(r)}
	commonHeaders(w, r)
	if err := f.serve(c); err != nil {
		web.Note(r, err)
		c.fail(err)
	}
}

// serve asks its questions in AWX's order, on which clients rely: is there such
// a path, can the body be read, can the answer be had in a form that is
// accepted, who is it, does the token's scope cover the method, does the path
// have the method. Whether there is such an object and whether it may be seen is
// for the handler to say.
func (f *Face) serve(c *call) error {
	m, ok := f.router.Match(c.r.URL.EscapedPath())
	if !ok {
		return web.ErrPath
	}
	v := f.views[m.Pattern]
	m.SetPathValues(c.r)
	if v.numbered && !isNumber(c.r.PathValue("id")) {
		return web.ErrPath
	}
	c.view = v
	c.w.Header().Set("Allow", m.Allow())
	if v.wide {
		if err := f.authenticate(c); err != nil {
			web.LeaveBody(c.w, c.r)
			return err
		}
	}
	if err := c.readBody(); err != nil {
		return err
	}
	if c.table = v.tabular() && wantsTable(c.r); c.table {
		// And so it gets one.
	} else if err := c.negotiate(); err != nil {
		return err
	}
	switch {
	case v.wide: // known by now
	case v.open:
		f.glance(c)
	default:
		if err := f.authenticate(c); err != nil {
			return err
		}
	}
	h := v.handler(c.r.Method)
	if h == nil {
		return &refusal{status: http.StatusMethodNotAllowed, detail: "Method " + strconv.Quote(c.r.Method) + " not allowed."}
	}
	return h(c)
}

// commonHeaders sets what every answer of AWX carries. The node has no name of
// its own on the wire: that of the machine is nobody's business.
func commonHeaders(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Vary", "Accept, Accept-Language, Origin, Cookie")
	h.Set("Content-Language", "en")
	h.Set("X-API-Product-Name", "AWX")
	h.Set("X-API-Node", node)
	if id := web.ViaOf(r).RequestID; id != "" {
		h.Set("X-API-Request-Id", id)
		h.Set("Access-Control-Expose-Headers", "X-API-Request-Id")
	}
}

const (
	node    = "jeton"
	version = "24.6.1" // of AWX: clients compare the major with their own
)

// time says how long the answer took. It is called when the answer is made.
func (c *call) time() {
	took := strconv.FormatFloat(c.now().Sub(c.began).Seconds(), 'f', 3, 64) + "s"
	h := c.w.Header()
	h.Set("X-API-Time", took)
	h.Set("X-API-Total-Time", took)
}

// answer sends v as JSON, or on a page.
func (c *call) answer(status int, v any) error {
	c.time()
	if c.html {
		return c.browse(status, v)
	}
	return web.JSONIndent(c.w, status, v, c.indent)
}

// fail answers an error in the form that was asked for.
func (c *call) fail(err error) {
	c.time()
	if c.html {
		status, body := failure(c.w.Header(), err)
		if c.browse(status, body) == nil {
			return
		}
	}
	fail(c.w, c.r, err)
}

// created sends a new object and says where it is, as a path only.
func (c *call) created(url string, v any) error {
	c.w.Header().Set("Location", url)
	return c.answer(http.StatusCreated, v)
}

// noContent says that it was done.
func (c *call) noContent() error {
	c.time()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// isNumber reports whether a segment of a path is an id, and not a name.
func isNumber(segment string) bool {
	return segment != "" && strings.Trim(segment, "0123456789") == ""
}

// number returns the id that a segment is. One beyond all ids is 0, which
// nobody has.
func number(segment string) int64 {
	n, err := strconv.ParseInt(segment, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
