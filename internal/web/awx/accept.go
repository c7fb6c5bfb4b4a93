package awx

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// negotiate finds out whether the answer may be JSON, and how it is to be
// indented. Whoever accepts only HTML gets JSON too.
func (c *call) negotiate() error {
	switch format := c.r.URL.Query().Get("format"); format {
	case "", "json", "api":
	default:
		return errNoPath
	}
	ranges := strings.Join(c.r.Header.Values("Accept"), ",")
	if strings.TrimSpace(ranges) == "" {
		return nil
	}
	for part := range strings.SplitSeq(ranges, ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil && q == 0 {
			continue
		}
		switch mediaType {
		case "application/json":
			// As in AWX no more than 8; Atoi's error leaves 0, which is compact.
			n, _ := strconv.Atoi(params["indent"])
			c.indent = min(max(n, 0), 8)
			return nil
		case "*/*", "application/*", "text/html", "text/*":
			return nil
		}
	}
	return &refusal{status: http.StatusNotAcceptable, detail: "Could not satisfy the request Accept header."}
}
