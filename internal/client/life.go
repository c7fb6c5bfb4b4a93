package client

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// PauseToken stops a token until it is resumed.
func (c *Client) PauseToken(ctx context.Context, id int64, reason string) (Token, error) {
	return c.move(ctx, id, "pause/", reason)
}

// ResumeToken lets a paused token be used again.
func (c *Client) ResumeToken(ctx context.Context, id int64) (Token, error) {
	return c.move(ctx, id, "resume/", "")
}

// RetireToken ends the overlap of a rotation now.
func (c *Client) RetireToken(ctx context.Context, id int64) (Token, error) {
	return c.move(ctx, id, "retire/", "")
}

// RevokeToken ends a token for good. One that has ended stays as it is.
func (c *Client) RevokeToken(ctx context.Context, id int64, reason string) (Token, error) {
	return c.move(ctx, id, "revoke/", reason)
}

func (c *Client) move(ctx context.Context, id int64, act, reason string) (Token, error) {
	var body any
	if reason != "" {
		body = map[string]string{"reason": reason}
	}
	return ask[Token](ctx, c, http.MethodPost, tokenPath(id)+act, body)
}

// TokenEdit changes a token. A nil field stays as it is.
type TokenEdit struct {
	Name        *string    `json:"name,omitempty"`
	Description *string    `json:"description,omitempty"`
	Scope       *string    `json:"scope,omitempty"`
	Networks    *[]string  `json:"networks,omitempty"`
	Expires     *time.Time `json:"expires,omitempty"` // not later than it is
}

// EditToken changes a token and returns it as it is then.
func (c *Client) EditToken(ctx context.Context, id int64, e TokenEdit) (Token, error) {
	return ask[Token](ctx, c, http.MethodPatch, tokenPath(id), e)
}

// Rotation asks for a successor of a token.
type Rotation struct {
	Overlap int64     // seconds
	Usual   bool      // the overlap is the server's to choose, whatever Overlap says
	Expires time.Time // zero: as Never says, or the span of the old token
	Never   bool
	// Key makes a repeated call have the same answer; "" does not.
	Key string
}

// MarshalJSON writes the request. What is left out is the server's to
// choose.
func (r Rotation) MarshalJSON() ([]byte, error) {
	body := map[string]any{}
	if !r.Usual {
		body["overlap"] = r.Overlap
	}
	switch {
	case r.Never:
		body["expires"] = nil
	case !r.Expires.IsZero():
		body["expires"] = r.Expires.UTC()
	}
	return json.Marshal(body)
}

// RotateToken issues a successor. It is the only answer with the new secret.
func (c *Client) RotateToken(ctx context.Context, id int64, r Rotation) (Token, error) {
	var next Token
	var headers [][2]string
	if r.Key != "" {
		headers = append(headers, [2]string{"Idempotency-Key", r.Key})
	}
	err := c.call(ctx, http.MethodPost, tokenPath(id)+"rotate/", r, &next, headers...)
	return next, err
}

// TokenFamily returns the chain of rotations that a token is in, ended ones too.
func (c *Client) TokenFamily(ctx context.Context, id int64) ([]Token, error) {
	chain, err := ask[struct {
		Results []Token `json:"results"`
	}](ctx, c, http.MethodGet, tokenPath(id)+"family/", nil)
	return chain.Results, err
}

// BulkRequest selects tokens that something is to be done to. What is zero is
// not asked for.
type BulkRequest struct {
	Act           string     `json:"act"`
	Reason        string     `json:"reason,omitempty"`
	Owner         int64      `json:"owner,omitempty"`
	CreatedBefore *time.Time `json:"created_before,omitempty"`
	CreatedAfter  *time.Time `json:"created_after,omitempty"`
	UnusedSince   *time.Time `json:"unused_since,omitempty"`
	UsedFrom      []string   `json:"used_from,omitempty"`
	Scope         string     `json:"scope,omitempty"`
	NeverExpires  bool       `json:"never_expires,omitempty"`
	Family        int64      `json:"family,omitempty"`
	Status        string     `json:"status,omitempty"`
}

// Bulk is a selection of tokens and how far it was run.
type Bulk struct {
	ID      int64   `json:"id"`
	Act     string  `json:"act"`
	Count   int     `json:"count"`
	Done    int     `json:"done"`
	Changed int     `json:"changed"`
	Left    int     `json:"left"`
	Results []Token `json:"results"` // the first, in the answer that selects them
}

const bulkPath = tokensPath + "bulk/"

// PreviewBulk selects tokens. Nothing is done to them.
func (c *Client) PreviewBulk(ctx context.Context, r BulkRequest) (Bulk, error) {
	return ask[Bulk](ctx, c, http.MethodPost, bulkPath, r)
}

// RunBulk does what was previewed to the next of them.
func (c *Client) RunBulk(ctx context.Context, id int64) (Bulk, error) {
	return ask[Bulk](ctx, c, http.MethodPost, bulkPath+strconv.FormatInt(id, 10)+"/", nil)
}
