package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Token is a token as the API shows one.
type Token struct {
	ID          int64      `json:"id"`
	User        int64      `json:"user"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Scope       string     `json:"scope"`
	Created     time.Time  `json:"created"`
	Expires     time.Time  `json:"expires"`
	LastUsed    *time.Time `json:"last_used"`
	LastFrom    string     `json:"last_used_from"` // an address; "" where none is known
	Networks    []string   `json:"networks"`       // from where it may be used; none: from anywhere
	Status      string     `json:"status"`         // live, expired, paused or revoked
	Paused      *time.Time `json:"paused"`
	Retired     *time.Time `json:"retired"` // of one that was rotated: when its overlap is over
	Replaces    *int64     `json:"replaces"`
	ReplacedBy  *int64     `json:"replaced_by"`
	// Secret is masked in every answer but the one that creates the token.
	Secret  string `json:"token"`
	Summary struct {
		User struct {
			Username string `json:"username"`
		} `json:"user"`
	} `json:"summary_fields"`
}

// forever is how many days after its creation a token that never expires is
// said to expire: clients of this API need a date.
const forever = 365_000

// Never reports whether the token never expires.
func (t *Token) Never() bool { return t.Expires.Equal(t.Created.AddDate(0, 0, forever)) }

// NewToken asks for a token.
type NewToken struct {
	Name        string
	Description string
	Scope       string
	Networks    []string  // from where it may be used; none: from anywhere
	Expires     time.Time // zero: never
}

// MarshalJSON writes the request; an expiry of never is null.
func (t NewToken) MarshalJSON() ([]byte, error) {
	var expires *time.Time
	if !t.Expires.IsZero() {
		utc := t.Expires.UTC()
		expires = &utc
	}
	return json.Marshal(struct {
		Name        string     `json:"name"`
		Description string     `json:"description"`
		Scope       string     `json:"scope"`
		Expires     *time.Time `json:"expires"`
		Networks    []string   `json:"networks,omitempty"`
	}{t.Name, t.Description, t.Scope, expires, t.Networks})
}

const tokensPath = "/api/v2/tokens/"

func tokenPath(id int64) string { return tokensPath + strconv.FormatInt(id, 10) + "/" }

func ownerPath(id int64) string { return userIDPath(id) + "personal_tokens/" }

// Tokens returns all tokens that the caller may see, revoked ones not.
func (c *Client) Tokens(ctx context.Context) ([]Token, error) {
	return pages[Token](ctx, c, tokensPath)
}

// TokensOf returns all tokens of a user, revoked ones not.
func (c *Client) TokensOf(ctx context.Context, user int64) ([]Token, error) {
	return pages[Token](ctx, c, ownerPath(user))
}

// TokenByID returns one token.
func (c *Client) TokenByID(ctx context.Context, id int64) (Token, error) {
	return ask[Token](ctx, c, http.MethodGet, tokenPath(id), nil)
}

// CreateToken issues a token to the caller.
func (c *Client) CreateToken(ctx context.Context, t NewToken) (Token, error) {
	return ask[Token](ctx, c, http.MethodPost, tokensPath, t)
}

// CreateTokenFor issues a token to a user.
func (c *Client) CreateTokenFor(ctx context.Context, user int64, t NewToken) (Token, error) {
	return ask[Token](ctx, c, http.MethodPost, ownerPath(user), t)
}

// Verified is what the server says of a live token.
type Verified struct {
	Username      string
	User, TokenID int64
	Scope         string
}

// Verify asks about Token, which must allow scope; "" asks for none in
// particular. It fails with *Error: 401 when the token is not live, 403 when
// its scope does not suffice, 503 when the server cannot know.
func (c *Client) Verify(ctx context.Context, scope string) (Verified, error) {
	path := "/verify"
	if scope != "" {
		path += "?scope=" + url.QueryEscape(scope)
	}
	resp, err := c.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return Verified{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return Verified{}, fmt.Errorf("%s: the answer broke off: %w", c.URL, err)
	}
	if resp.StatusCode != http.StatusOK {
		return Verified{}, refusal(resp, text)
	}
	return c.verified(resp.Header)
}

// verified reads the headers. A 200 without them comes from something else,
// and is never taken for a verdict.
func (c *Client) verified(h http.Header) (v Verified, err error) {
	v.Username, v.Scope = printable(h.Get("X-Auth-User")), printable(h.Get("X-Auth-Scope"))
	v.User, err = strconv.ParseInt(h.Get("X-Auth-User-Id"), 10, 64)
	if err == nil {
		v.TokenID, err = strconv.ParseInt(h.Get("X-Auth-Token-Id"), 10, 64)
	}
	if err != nil || v.Username == "" {
		return Verified{}, c.notJeton()
	}
	return v, nil
}
