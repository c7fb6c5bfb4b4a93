package client

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
)

// pageSize is the most that the API gives at once.
const pageSize = 200

// pages reads a list to its end. Where the next page is, the server says; the
// host never changes.
func pages[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	return first[T](ctx, c, path, url.Values{}, math.MaxInt)
}

// first is pages of what the query selects, until there are limit of them.
func first[T any](ctx context.Context, c *Client, path string, query url.Values, limit int) ([]T, error) {
	all := []T{}
	query.Set("page_size", strconv.Itoa(min(limit, pageSize)))
	next := path + "?" + query.Encode()
	for seen := map[string]bool{}; next != "" && len(all) < limit; {
		if seen[next] {
			return nil, fmt.Errorf("%s: the list has no end: page %s comes again", c.URL, printable(next))
		}
		seen[next] = true
		var page struct {
			Next    *string `json:"next"`
			Results []T     `json:"results"`
		}
		if err := c.call(ctx, http.MethodGet, next, nil, &page); err != nil {
			return nil, err
		}
		if page.Results == nil {
			return nil, c.notJeton()
		}
		all = append(all, page.Results...)
		if page.Next == nil {
			break
		}
		u, err := url.Parse(*page.Next)
		if err != nil || u.Path == "" {
			return nil, c.notJeton()
		}
		next = u.RequestURI()
	}
	return all[:min(limit, len(all))], nil
}
