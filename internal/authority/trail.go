package authority

import (
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func tokenEvent(by pat.Principal, at time.Time, act pat.Act, tok *pat.Token, changes ...pat.FieldChange) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Owner, e.Changes = pat.ObjectToken, int64(tok.ID), tok.Name, tok.Owner, changes
	return e
}

// differences are the fields in which two states of a record differ.
type differences []pat.FieldChange

// add compares a field; was and is are of one type, which can be compared.
func (d *differences) add(field string, was, is any) {
	if was != is {
		*d = append(*d, pat.FieldChange{Field: field, Old: was, New: is})
	}
}

// created lists what a new token is, for the audit trail.
func created(tok *pat.Token) []pat.FieldChange {
	return changed(&pat.Token{}, tok)
}

// revoked is the event of the end of a token. It lists what the token was, since
// the record may be pruned.
func revoked(by pat.Principal, at time.Time, tok *pat.Token, why string) pat.Event {
	e := tokenEvent(by, at, pat.TokenRevoked, tok, changed(tok, &pat.Token{})...)
	e.Reason = why
	return e
}

// changed lists the fields in which two states of a token differ.
func changed(old, now *pat.Token) []pat.FieldChange {
	var d differences
	d.add("owner", int64(old.Owner), int64(now.Owner))
	d.add("application", int64(old.Application), int64(now.Application))
	d.add("name", old.Name, now.Name)
	d.add("description", old.Description, now.Description)
	d.add("scope", string(old.Scopes), string(now.Scopes))
	d.add("networks", old.Networks.String(), now.Networks.String())
	d.add("expires", wireTime(old.ExpiresAt), wireTime(now.ExpiresAt))
	d.add("paused", wireTime(old.PausedAt), wireTime(now.PausedAt))
	d.add("retired", wireTime(old.RetiredAt), wireTime(now.RetiredAt))
	d.add("replaces", replaced(old), replaced(now))
	return d
}

// replaced is the token that t took the place of, 0 when it began its family.
func replaced(t *pat.Token) int64 {
	if t.Generation == 0 {
		return 0
	}
	return int64(t.Parent)
}

// wireTime is how the audit trail writes a time; "" is never.
func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// appendUserEvents writes one event for each kind of thing that was done.
func appendUserEvents(tx store.Tx, by pat.Principal, at time.Time, old, now *pat.User, password bool) error {
	var events []pat.Event
	if changes := userChanged(old, now); len(changes) > 0 {
		events = append(events, userEvent(by, at, pat.UserEdited, now, changes...))
	}
	switch was, is := old.DisabledAt.IsZero(), now.DisabledAt.IsZero(); {
	case was && !is:
		events = append(events, userEvent(by, at, pat.UserDisabled, now))
	case !was && is:
		events = append(events, userEvent(by, at, pat.UserEnabled, now))
	}
	if password {
		events = append(events, userEvent(by, at, pat.PasswordSet, now))
	}
	for _, e := range events {
		if err := tx.Append(e); err != nil {
			return err
		}
	}
	return nil
}

func userEvent(by pat.Principal, at time.Time, act pat.Act, u *pat.User, changes ...pat.FieldChange) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Owner, e.Changes = pat.ObjectUser, int64(u.ID), u.Name, u.ID, changes
	return e
}

// userChanged lists the fields in which two states of a user differ.
func userChanged(old, now *pat.User) []pat.FieldChange {
	var d differences
	d.add("username", old.Name, now.Name)
	d.add("first_name", old.FirstName, now.FirstName)
	d.add("last_name", old.LastName, now.LastName)
	d.add("email", old.Email, now.Email)
	d.add("language", old.Language, now.Language)
	d.add("time_zone", old.TimeZone, now.TimeZone)
	d.add("is_superuser", old.Admin, now.Admin)
	d.add("is_system_auditor", old.Auditor, now.Auditor)
	d.add("is_service_account", old.Service, now.Service)
	return d
}
