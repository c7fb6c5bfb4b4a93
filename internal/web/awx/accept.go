package awx

import (
	"iter"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

var errAccept = &refusal{status: http.StatusNotAcceptable, detail: "Could not satisfy the request Accept header."}

// negotiate fails unless the answer may be JSON or a page, and finds out how
// JSON is to be indented.
func (c *call) negotiate() error {
	switch c.r.URL.Query().Get("format") {
	case "":
	case "json", "api":
		return nil
	default:
		return errNoPath
	}
	if best := preferred(c.r); best.none {
		return errAccept
	} else if !best.page {
		c.indent = best.indent
	}
	return nil
}

// wantsPage reports whether a person is to read the answer: the query says so,
// or HTML is what the client would rather have. Clients that take anything get
// JSON.
func wantsPage(r *http.Request) bool {
	switch r.URL.Query().Get("format") {
	case "json":
		return false
	case "api":
		return true
	}
	return preferred(r).page
}

// preference is what the header Accept asks for.
type preference struct {
	none   bool // nothing that can be had
	page   bool
	indent int // of JSON; as in AWX no more than 8
}

// mediaRange is a part of the header Accept.
type mediaRange struct {
	mediaType string
	params    map[string]string
	weight    float64
}

// accepted yields the parts of the header Accept, in its order, but for those
// that are malformed.
func accepted(r *http.Request) iter.Seq[mediaRange] {
	return func(yield func(mediaRange) bool) {
		for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
			mediaType, params, err := mime.ParseMediaType(part)
			if err != nil {
				continue
			}
			weight := 1.0
			if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
				weight = q
			}
			if !yield(mediaRange{mediaType, params, weight}) {
				return
			}
		}
	}
}

// preferred reads the header Accept: the greatest weight wins, then the first.
func preferred(r *http.Request) preference {
	if strings.TrimSpace(strings.Join(r.Header.Values("Accept"), ",")) == "" {
		return preference{}
	}
	best, weight := preference{none: true}, 0.0
	for a := range accepted(r) {
		if !(a.weight > weight) {
			continue
		}
		switch a.mediaType {
		case "application/json":
			n, _ := strconv.Atoi(a.params["indent"]) // its error leaves 0, which is compact
			best, weight = preference{indent: min(max(n, 0), 8)}, a.weight
		case "*/*", "application/*":
			best, weight = preference{}, a.weight
		case "text/html", "application/xhtml+xml", "text/*":
			best, weight = preference{page: true}, a.weight
		}
	}
	return best
}
