package oauth

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

const (
	changesPath = "/oauth2/changes"

	// maxWaiting is how many requests may wait at the same time.
	maxWaiting = 1000

	// mostWait is how many seconds a client may ask for. What web.MaxWait says
	// of its connection bounds the wait itself.
	mostWait = 3600
)

// Feed tells what changes.
type Feed interface {
	// News returns what has changed after a place in the feed, and a channel
	// that is closed as soon as there is more.
	News(after pat.Seq) (pat.News, <-chan struct{})
}

// changes serves programs that keep the answers of introspection and are to
// forget them in time. It answers as soon as something has changed after the
// place in `after`, and else when `wait` is over, with nothing: then too the
// client learns that it has missed nothing. Without `after` it tells the place
// to begin at.
//
// Which token changed is told, and which user, never how: the client asks again.
func (f *Face) changes(w http.ResponseWriter, r *http.Request) error {
	began := f.Now()
	follower, err := f.follower(w, r)
	if err != nil {
		return err
	}
	ask, err := readFollowing(r)
	if err != nil {
		return err
	}
	if f.waiting.Add(1) > maxWaiting {
		f.waiting.Add(-1)
		return errCrowded
	}
	defer f.waiting.Add(-1)
	waited, found := f.await(w, r, ask, began)
	if r.Context().Err() != nil {
		return nil // the client is gone: nobody reads an answer
	}
	if ask.wait > 0 && (len(found.Changes) > 0 || found.Behind) { // the credential may be what has ended
		if err := f.mayFollow(r, follower, web.QuietVia(w)); err != nil {
			return err
		}
	}
	web.Bytes(w, http.StatusOK, jsonType, appendNews(nil, &found, waited))
	return nil
}

var errCrowded = error(&pat.Error{Kind: pat.Unavailable, Message: "too many programs follow the changes", RetryAfter: time.Second})

// follower returns the credential of whoever asks, which is by header only.
func (f *Face) follower(w http.ResponseWriter, r *http.Request) (client, error) {
	c, err := readClient(r, nil)
	if err != nil {
		return client{}, err
	}
	return c, f.mayFollow(r, c, web.QuietVia(w))
}

func (f *Face) mayFollow(r *http.Request, c client, via pat.Via) error {
	who, err := f.verify(r, c, via)
	if err != nil {
		return err
	}
	return f.Authority.MayFollow(who)
}

// following is the question of one request.
type following struct {
	after pat.Seq
	begin bool // there was no after
	wait  time.Duration
}

// readFollowing reads the query, in which no credential may stand.
func readFollowing(r *http.Request) (following, error) {
	if err := checkQuery(r); err != nil {
		return following{}, err
	}
	query, err := web.ParseForm(r.URL.RawQuery)
	if err != nil {
		return following{}, err
	}
	after, there := query["after"]
	ask := following{begin: !there}
	if there {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil || n < 0 {
			return ask, invalid("after must be the cursor of an earlier answer")
		}
		ask.after = pat.Seq(n)
	}
	if text, there := query["wait"]; there {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || !(seconds >= 0 && seconds <= mostWait) {
			return ask, invalid(fmt.Sprintf("wait must be a number of seconds from 0 to %d", mostWait))
		}
		ask.wait = min(time.Duration(seconds*float64(time.Second)), web.MaxWait(r))
	}
	return ask, nil
}

// await returns the news, and how long the request had waited when they were
// new. A place that this server has not reached is waited for, since another one
// may be ahead; in the end it is one of a database that has been replaced.
func (f *Face) await(w http.ResponseWriter, r *http.Request, ask following, began time.Time) (time.Duration, pat.News) {
	if ask.begin {
		waited := f.Now().Sub(began)
		found, _ := f.Feed.News(0)
		return waited, pat.News{Cursor: found.Cursor, Age: found.Age}
	}
	// The deadline of the server's reading would end the request's context.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	over := time.NewTimer(ask.wait)
	defer over.Stop()
	for last := ask.wait == 0; ; {
		waited := f.Now().Sub(began) // first: the news may be younger, never older
		found, more := f.Feed.News(ask.after)
		switch {
		case found.Behind || len(found.Changes) > 0 || last && found.Cursor >= ask.after:
			return waited, found
		case last:
			found.Behind = true
			return waited, found
		}
		select {
		case <-more:
		case <-over.C:
			last = true
		case <-f.Stopping:
			last = true
		case <-r.Context().Done():
			return waited, found
		}
	}
}

// appendNews appends the answer. age_ms is rounded up and waited_ms down, so
// that nobody thinks himself better informed than he is.
func appendNews(b []byte, n *pat.News, waited time.Duration) []byte {
	b = append(b, `{"cursor":`...)
	b = strconv.AppendInt(b, int64(n.Cursor), 10)
	b = append(b, `,"changes":[`...)
	for i, c := range n.Changes {
		if i > 0 {
			b = append(b, ',')
		}
		if c.User != 0 {
			b = append(b, `{"sub":"`...)
			b = strconv.AppendInt(b, int64(c.User), 10)
		} else {
			b = append(b, `{"jti":"`...)
			b = strconv.AppendInt(b, int64(c.Token), 10)
		}
		b = append(b, `"}`...)
	}
	b = append(b, `],"behind":`...)
	b = strconv.AppendBool(b, n.Behind)
	b = append(b, `,"waited_ms":`...)
	b = strconv.AppendInt(b, max(0, waited.Milliseconds()), 10)
	b = append(b, `,"age_ms":`...)
	b = strconv.AppendInt(b, max(0, (n.Age+time.Millisecond-1).Milliseconds()), 10)
	return append(b, '}')
}
