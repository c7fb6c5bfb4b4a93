package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"jeton/internal/pat"
)

// eventColumns are in the order of scanEvent.
const eventColumns = `e.id, e.at, e.actor_id, e.actor_name, e.credential, e.token_id, e.face, e.address, e.request_id,
	e.act, e.object_type, e.object_id, e.object_name, e.owner, e.changes, e.reason, e.outcome`

const insertEvent = `insert into events (at, actor_id, actor_name, credential, token_id, face, address, request_id,
	act, operation, object_type, object_id, object_name, owner, changes, reason, outcome)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// Append implements store.Tx.
func (t *tx) Append(e pat.Event) error {
	changes, err := changesText(e.Changes)
	if err != nil {
		return fmt.Errorf("append event: %w", err)
	}
	_, _, err = t.w.exec(insertEvent, e.At.UnixMicro(), int64(e.Actor), e.ActorName, string(e.Credential), int64(e.Token),
		e.Via.Face, addrText(e.Via.Address), e.Via.RequestID,
		string(e.Act), string(e.Act.Operation()), string(e.Object), e.ObjectID, e.ObjectName, int64(e.Owner), changes, e.Reason, e.Outcome)
	return failed("append event", err)
}

const eventsAfter = `select ` + eventColumns + ` from events e where e.id > ? order by e.id limit ?`

// Events implements store.Reader.
func (r reader) Events(ctx context.Context, after pat.EventID, limit int) (page []pat.Event, err error) {
	err = r.query(r.patience(ctx), eventsAfter, []any{int64(after), int64(limit)}, func(r *row) {
		page = append(page, scanEvent(r))
	})
	return page, failed("events", err)
}

func scanEvent(r *row) pat.Event {
	e := pat.Event{
		ID: pat.EventID(r.int()), At: r.time(), Actor: pat.UserID(r.int()), ActorName: r.text(),
		Credential: pat.Credential(r.text()), Token: pat.TokenID(r.int()),
		Via: pat.Via{Face: r.text(), Address: r.addr(), RequestID: r.text()},
		Act: pat.Act(r.text()), Object: pat.ObjectType(r.text()), ObjectID: r.int(), ObjectName: r.text(), Owner: pat.UserID(r.int()),
	}
	changes, err := parseChanges(r.text())
	if err != nil {
		r.err = err
	}
	e.Changes, e.Reason, e.Outcome = changes, r.text(), r.text()
	return e
}

// changesText writes the changes as {"field":[old,new]}, in their order. None
// are the empty text.
func changesText(changes []pat.FieldChange) (string, error) {
	if len(changes) == 0 {
		return "", nil
	}
	var b bytes.Buffer
	for i, c := range changes {
		b.WriteByte("{,"[min(i, 1)])
		for j, v := range []any{c.Field, c.Old, c.New} {
			switch v.(type) {
			case nil, bool, int64, string:
			default:
				return "", fmt.Errorf("change of %s: a %T is not kept", c.Field, v)
			}
			text, err := json.Marshal(v)
			if err != nil {
				return "", err
			}
			b.WriteString([]string{"", ":[", ","}[j])
			b.Write(text)
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return b.String(), nil
}

// parseChanges reads what changesText wrote. It goes by tokens, because a map
// would lose the order.
func parseChanges(text string) (changes []pat.FieldChange, err error) {
	if text == "" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		field, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("changes of an event: %w", err)
		}
		var values [2]any
		if err := d.Decode(&values); err != nil {
			return nil, fmt.Errorf("changes of an event: %w", err)
		}
		c := pat.FieldChange{Old: kept(values[0]), New: kept(values[1])}
		c.Field, _ = field.(string)
		changes = append(changes, c)
	}
	return changes, nil
}

// kept turns a number back into the int64 that it was.
func kept(v any) any {
	if n, ok := v.(json.Number); ok {
		i, _ := n.Int64()
		return i
	}
	return v
}
