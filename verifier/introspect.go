package verifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	introspectPath = "/oauth2/introspect"
	maxAnswer      = 64 << 10 // bytes
)

// introspection is RFC 7662 §2.2, as Jeton answers.
type introspection struct {
	Active   *bool  `json:"active"`
	ID       string `json:"jti"`
	Owner    string `json:"sub"`
	Username string `json:"username"`
	Scope    string `json:"scope"`
	ClientID string `json:"client_id"`
	IssuedAt int64  `json:"iat"`
	Expires  *int64 `json:"exp"`
}

var errStrange = errors.New("the answer is not one of Jeton's")

// introspect asks Jeton. Of the answer asked is not set, and ends is how many ns
// after the question the token's life ends.
func (v *Verifier) introspect(ctx context.Context, q *question) answer {
	form := "token=" + url.QueryEscape(q.text)
	if q.from.IsValid() {
		form += "&client_ip=" + url.QueryEscape(q.from.String())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.o.URL+introspectPath, strings.NewReader(form))
	if err != nil {
		return answer{err: err}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	body, header, err := v.send(r, maxAnswer)
	if err != nil {
		return answer{err: err}
	}
	var found introspection
	if err := json.Unmarshal(body, &found); err != nil || found.Active == nil {
		return answer{err: errStrange} // and never a verdict
	}
	switch {
	case !*found.Active:
		return answer{}
	case found.ID == "" || found.Owner == "": // no change could ever end it
		return answer{err: errStrange}
	}
	return answer{active: true, token: found.Token(), ends: life(found.Expires, header)}
}

// Token is what is told of the token.
func (i *introspection) Token() Token {
	t := Token{ID: i.ID, Owner: i.Owner, Username: i.Username, Scope: i.Scope, ClientID: i.ClientID}
	if i.IssuedAt != 0 {
		t.IssuedAt = time.Unix(i.IssuedAt, 0).UTC()
	}
	if i.Expires != nil {
		t.ExpiresAt = time.Unix(*i.Expires, 0).UTC()
	}
	return t
}

// life returns for how many ns an answer may be remembered for the token's
// expiry: by Jeton's clock, since this machine's may be wrong, and up to a second
// less than it lives, since both times are in whole seconds. In that last second
// each request asks.
func life(expires *int64, header http.Header) int64 {
	if expires == nil {
		return math.MaxInt64 / 2
	}
	now := time.Now()
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	seconds := *expires - now.Unix() - 1
	return max(0, min(seconds, 1<<30)) * int64(time.Second)
}

// send sends a request with the credential and returns the body of a 200.
func (v *Verifier) send(r *http.Request, limit int64) ([]byte, http.Header, error) {
	secret, err := v.o.Credential(r.Context())
	if err != nil {
		return nil, nil, fmt.Errorf("credential: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Accept", "application/json")
	res, err := v.client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	switch {
	case err != nil:
		return nil, nil, err
	case res.StatusCode != http.StatusOK:
		return nil, nil, statusError(res)
	case int64(len(body)) > limit:
		return nil, nil, errStrange
	}
	return body, res.Header, nil
}

// statusError says what a status means to whoever reads the log.
func statusError(res *http.Response) error {
	text := "Jeton answers " + res.Status
	switch res.StatusCode {
	case http.StatusUnauthorized:
		text = "Jeton does not accept this program's own credential"
	case http.StatusForbidden:
		text = "this program's own credential does not have the scope introspect"
	}
	seconds, _ := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 32)
	return &unavailable{errors.New(text), time.Duration(max(0, min(seconds, 60))) * time.Second}
}
