package cli

import (
	"context"
	"fmt"
	osuser "os/user"
	"strconv"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
)

// direct is a data folder. A server may be running on it at the same time.
type direct struct {
	auth   *authority.Authority
	close  func() error
	by     pat.Principal
	maxAge time.Duration
	now    func() time.Time

	owners map[pat.UserID]string // names looked up so far
}

// osUser is who acts, for the audit trail.
func osUser() string {
	if u, err := osuser.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "operator"
}

func (d *direct) Close() error { return d.close() }

func (d *direct) Promise() string {
	return fmt.Sprintf("by a running server within its max-age (%s)", d.maxAge)
}

// batch is how many records are read at a time.
const batch = 500

// all reads a list to its end.
func all[T any](list func(pat.Query) ([]T, int, error), where ...pat.Cond) ([]T, error) {
	var found []T
	for {
		some, total, err := list(pat.Query{Where: where, Limit: batch, Offset: len(found)})
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		if len(some) == 0 || len(found) >= total {
			return found, nil
		}
	}
}

// ownerName returns the name of a token's owner. One who was deleted is shown
// by id alone: the name may be another's by now.
func (d *direct) ownerName(ctx context.Context, id pat.UserID) (string, error) {
	if name, ok := d.owners[id]; ok {
		return name, nil
	}
	u, err := d.auth.User(ctx, d.by, id)
	switch {
	case pat.Is(err, pat.NotFound):
		u.Name = "deleted user " + strconv.FormatInt(int64(id), 10)
	case err != nil:
		return "", err
	}
	if d.owners == nil {
		d.owners = map[pat.UserID]string{}
	}
	d.owners[id] = u.Name
	return u.Name, nil
}
