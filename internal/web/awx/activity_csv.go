package awx

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// activityHead names the columns of a table of the stream, by the keys of its
// entries where they have one.
var activityHead = []string{
	"id", "timestamp", "act", "operation", "outcome", "reason", "actor", "actor_username", "credential", "credential_token",
	"address", "face", "request_id", "object1", "object_id", "object_name", "changes",
}

// activityRow is an entry as a row of the table. Without a number is what is
// nobody's, or not for whoever asks.
func activityRow(e *pat.Activity, said extracts) ([]string, error) {
	a := activityOf(e, said)
	var changes bytes.Buffer
	err := web.Encode(&changes, a.Changes, 0)
	return []string{
		strconv.FormatInt(int64(a.ID), 10), a.Timestamp, string(a.Act), string(a.Operation), a.Outcome, a.Reason,
		idOrBlank(int64(e.Actor)), e.ActorName, string(a.Credential), idOrBlank(int64(a.Token)),
		a.Address, a.Face, a.RequestID, a.Object1, strconv.FormatInt(e.ObjectID, 10), e.ObjectName, strings.TrimSpace(changes.String()),
	}, err
}

func idOrBlank(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// activityTable is the table of what get finds.
func (f *Face) activityTable(by pat.Principal, get func(context.Context, pat.Query) ([]pat.Activity, int, error)) table {
	return table{name: "activity", head: activityHead, find: func(ctx context.Context, q pat.Query) ([][]string, int64, error) {
		found, _, err := get(ctx, q)
		if err != nil || len(found) == 0 {
			return nil, 0, err
		}
		said, err := f.extracts(ctx, by, found)
		if err != nil {
			return nil, 0, err
		}
		rows := make([][]string, len(found))
		for i := range found {
			if rows[i], err = activityRow(&found[i], said); err != nil {
				return nil, 0, err
			}
		}
		return rows, int64(found[len(found)-1].ID), nil
	}}
}
