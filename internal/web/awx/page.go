package awx

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
)

// How many objects a page has.
const (
	defaultPageSize = 25
	maxPageSize     = 200
)

// listTime bounds how long a list may take: a filter can be made that reads
// every record.
const listTime = 5 * time.Second

// pageAnswer is a page of a list.
type pageAnswer struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`     // a path, null on the last page
	Previous *string `json:"previous"` // a path, null on the first page
	Results  []any   `json:"results"`
}

// uncounted is a page whose reader did not want it counted.
type uncounted struct {
	Results []any `json:"results"`
}

// fetch returns the answers for what q selects, and how many there are in all.
type fetch func(q pat.Query) ([]any, int, error)

// page answers with the page that s asks for, of what the list's own
// conditions and those of s select.
func (c *call) page(s selection, where []pat.Cond, get fetch) error {
	page, err := parsePage(s.page)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), listTime)
	defer cancel()
	c.r = c.r.WithContext(ctx)
	q := pat.Query{Where: slices.Concat(where, s.base, s.filters), Order: s.order, Limit: s.size, Uncounted: s.countless}
	if s.none {
		get = func(pat.Query) ([]any, int, error) { return nil, 0, nil }
	}
	if page == lastPage {
		_, total, err := get(pat.Query{Where: q.Where})
		if err != nil {
			return tooSlow(ctx, err)
		}
		page = max(1, pages(total, s.size))
	}
	q.Offset = (page - 1) * s.size
	results, total, err := get(q)
	switch {
	case err != nil:
		return tooSlow(ctx, err)
	case page > 1 && (len(results) == 0 || page > pages(total, s.size) && !s.countless):
		return errPage
	case results == nil:
		results = []any{}
	}
	if s.countless {
		return c.answer(http.StatusOK, uncounted{results})
	}
	a := pageAnswer{Count: total, Results: results}
	if page < pages(total, s.size) {
		a.Next = c.link(page+1, s)
	}
	if page > 1 {
		a.Previous = c.link(page-1, s)
	}
	return c.answer(http.StatusOK, a)
}

func pages(total, size int) int { return (total + size - 1) / size }

var errPage = &refusal{status: http.StatusNotFound, detail: "Invalid page."}

// tooSlow explains an error that the list's deadline has caused.
func tooSlow(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &refusal{status: http.StatusBadRequest, detail: "This query takes too long. Add a filter on user, scope, status, created or expires.", cause: err}
	}
	return err
}

// link returns the path of another page, the other parameters kept, in order of
// their names.
func (c *call) link(page int, s selection) *string {
	params, _ := parameters(c.r.URL.RawQuery) // was read without an error before
	query := url.Values{}
	for _, p := range params {
		query.Add(p.key, p.value)
	}
	query.Set("page", strconv.Itoa(page))
	if s.capped {
		query.Set("page_size", strconv.Itoa(s.size))
	}
	path := strings.TrimSuffix(c.r.URL.EscapedPath(), "/") + "/?" + query.Encode()
	return &path
}

// lastPage stands for the page that only the number of objects tells.
const lastPage = -1

// parsePage reads the number of a page; "" is the first. It fails with 404.
func parsePage(text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	if text == "last" {
		return lastPage, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > math.MaxInt32 {
		return 0, errPage
	}
	return n, nil
}

// parsePageSize reads how many objects a page is to have. What makes no sense
// is the default, what is too much is the most and reported as capped.
func parsePageSize(text string) (size int, capped bool) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	switch {
	case errors.Is(err, strconv.ErrRange) && n > 0, n > maxPageSize:
		return maxPageSize, true
	case err != nil || n < 1:
		return defaultPageSize, false
	}
	return n, false
}
