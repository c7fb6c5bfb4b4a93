package client

import (
	"context"
	"net/url"
	"time"
)

// Event is what happened to something, as the API shows it.
type Event struct {
	ID         int64     `json:"id"`
	At         time.Time `json:"timestamp"`
	Act        string    `json:"act"`
	Face       string    `json:"face"`
	Reason     string    `json:"reason"`
	Outcome    string    `json:"outcome"`
	Credential string    `json:"credential"` // "" where it is not for the caller to see, as Address is
	Address    string    `json:"address"`
	Summary    struct {
		Actor struct {
			Username string `json:"username"` // "": no user did it
		} `json:"actor"`
	} `json:"summary_fields"`
}

// TokenEvents returns at most limit of what happened to a token, a revoked one
// too, the newest first.
func (c *Client) TokenEvents(ctx context.Context, id int64, limit int) ([]Event, error) {
	return first[Event](ctx, c, eventsPath(id), url.Values{"order_by": {"-id"}}, limit)
}

// TokenRevoked returns when the token was revoked; the zero time when it was not.
func (c *Client) TokenRevoked(ctx context.Context, id int64) (time.Time, error) {
	found, err := first[Event](ctx, c, eventsPath(id), url.Values{"act": {"token.revoked"}}, 1)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].At, nil
}

func eventsPath(id int64) string { return tokenPath(id) + "events/" }
