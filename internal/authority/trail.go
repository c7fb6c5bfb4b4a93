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
func changed(old, now *pat.Token) (changes []pat.FieldChange) {
	add := func(field string, was, is any) {
		if was != is {
			changes = append(changes, pat.FieldChange{Field: field, Old: was, New: is})
		}
	}
	add("owner", int64(old.Owner), int64(now.Owner))
	add("application", int64(old.Application), int64(now.Application))
	add("name", old.Name, now.Name)
	add("description", old.Description, now.Description)
	add("scope", string(old.Scopes), string(now.Scopes))
	add("networks", old.Networks.String(), now.Networks.String())
	add("expires", wireTime(old.ExpiresAt), wireTime(now.ExpiresAt))
	add("paused", wireTime(old.PausedAt), wireTime(now.PausedAt))
	add("retired", wireTime(old.RetiredAt), wireTime(now.RetiredAt))
	add("replaces", replaced(old), replaced(now))
	return changes
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
func userChanged(old, now *pat.User) (changes []pat.FieldChange) {
	add := func(field string, was, is any) {
		if was != is {
			changes = append(changes, pat.FieldChange{Field: field, Old: was, New: is})
		}
	}
	add("username", old.Name, now.Name)
	add("first_name", old.FirstName, now.FirstName)
	add("last_name", old.LastName, now.LastName)
	add("email", old.Email, now.Email)
	add("language", old.Language, now.Language)
	add("time_zone", old.TimeZone, now.TimeZone)
	add("is_superuser", old.Admin, now.Admin)
	add("is_system_auditor", old.Auditor, now.Auditor)
	add("is_service_account", old.Service, now.Service)
	return changes
}
