package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// pageSize is the most that the API gives at once.
const pageSize = 200

// pages reads a list to its end. Where the next page is, the server says; the
// host never changes.
func pages[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	all := []T{}
	next := path + "?page_size=" + strconv.Itoa(pageSize)
	for seen := map[string]bool{}; next != ""; {
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
	return all, nil
}
