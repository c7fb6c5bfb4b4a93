// Package client is the API of a running server as the command line calls it.
//
// It knows the wire and nothing of the server's own types: what it sends and
// reads is what any other client of that API sends and reads.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	// timeout bounds one request, its answer included.
	timeout = 30 * time.Second
	// maxAnswer is more than a page of 200 tokens with full descriptions takes.
	maxAnswer = 16 << 20 // bytes
)

// Client calls one server. Token, or else Username and Password, prove who
// asks; they are sent to that server alone.
type Client struct {
	URL       string // where the server is: http(s)://host[:port][/path]
	Token     string
	Username  string
	Password  string
	UserAgent string
	HTTP      *http.Client // nil: one with a timeout
}

// String keeps the credentials out of whatever prints a Client.
func (c *Client) String() string { return "client of " + c.URL }

// GoString is String, for %#v.
func (c *Client) GoString() string { return c.String() }

// CheckURL fails unless URL is one that requests can be sent to.
func (c *Client) CheckURL() error {
	_, err := c.base()
	return err
}

func (c *Client) base() (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(c.URL, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the server's address is to be like https://jeton.example.org")
	}
	return u, nil
}

// Exposed reports whether credentials would cross a network unencrypted.
func (c *Client) Exposed() bool {
	u, err := c.base()
	if err != nil || u.Scheme == "https" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// call sends body, nil for none, to a path with its query, and reads the
// answer into answer, unless that is nil. It fails with *Error on any status
// but 2xx.
func (c *Client) call(ctx context.Context, method, path string, body, answer any, headers ...[2]string) error {
	resp, err := c.send(ctx, method, path, body, headers...)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("%s: the answer broke off: %w", c.URL, err)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return refusal(resp, text)
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return c.notJeton()
	}
	return nil
}

// ask is call for an answer of type T.
func ask[T any](ctx context.Context, c *Client, method, path string, body any) (T, error) {
	var answer T
	err := c.call(ctx, method, path, body, &answer)
	return answer, err
}

func (c *Client) send(ctx context.Context, method, path string, body any, headers ...[2]string) (*http.Response, error) {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		req.Header.Set(h[0], h[1])
	}
	resp, err := c.http().Do(req)
	if err != nil {
		return nil, unreachable(c.URL, err)
	}
	return resp, nil
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	base, err := c.base()
	if err != nil {
		return nil, err
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, base.String()+path, content)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if c.UserAgent != "" {
		req.Header.Set("User-Agent", c.UserAgent)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	switch {
	case c.Token != "":
		req.Header.Set("Authorization", "Bearer "+c.Token)
	case c.Username != "":
		req.SetBasicAuth(c.Username, c.Password)
	}
	return req, nil
}

// notJeton is for answers that this API does not give.
func (c *Client) notJeton() error {
	return fmt.Errorf("%s does not answer like Jeton: check the address", c.URL)
}

// http returns the client to use. It follows no redirect: the paths of this API
// have none, a POST would arrive as a GET, and credentials would follow to
// wherever it leads.
func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// unreachable says in one clause why no answer came, without the URL that
// net/http adds: it holds the path, which means nothing to the user.
func unreachable(where string, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Errorf("no server answers at %s (%w): is it running?", where, op.Err)
	}
	return fmt.Errorf("%s: %w", where, err)
}
