package awx

import (
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// changesOf says what an act has changed, as AWX does: field by field the old
// value and the new, or, of what was made or ended, what it is or was.
func changesOf(e *pat.Event, said extracts) web.Object {
	if e.Act.Operation() != pat.Updates {
		return stateOf(e, said)
	}
	changes := web.Object{}
	for _, c := range e.Changes {
		key := wireField(c.Field)
		changes = append(changes, web.Member{Key: key, Value: []any{wireValue(key, c.Old, said), wireValue(key, c.New, said)}})
	}
	if len(changes) > 0 {
		return changes
	}
	switch e.Act { // whose name says it all
	case pat.UserDisabled:
		return web.Object{{Key: "is_active", Value: []any{true, false}}}
	case pat.UserEnabled:
		return web.Object{{Key: "is_active", Value: []any{false, true}}}
	case pat.PasswordSet:
		return web.Object{{Key: "password", Value: []any{encrypted, encrypted}}}
	}
	return changes
}

// stateOf lists the fields of what was made or ended: those that AWX lists,
// whatever they hold, and then what else is known.
func stateOf(e *pat.Event, said extracts) web.Object {
	var state web.Object
	switch e.Object {
	case pat.ObjectToken:
		state = web.Object{
			{Key: "description", Value: ""},
			{Key: "application", Value: nil},
			{Key: "scope", Value: ""},
			{Key: "id", Value: e.ObjectID},
			{Key: "token", Value: mask},
		}
	case pat.ObjectUser:
		state = web.Object{{Key: "username", Value: e.ObjectName}, {Key: "id", Value: e.ObjectID}, {Key: "password", Value: encrypted}}
	default:
		state = web.Object{{Key: "name", Value: e.ObjectName}, {Key: "id", Value: e.ObjectID}}
		if e.Object == pat.ObjectApplication {
			state = append(state, web.Member{Key: "client_secret", Value: mask})
		}
	}
	for _, c := range e.Changes {
		key, value := wireField(c.Field), c.New
		if e.Act.Operation() == pat.Deletes {
			value = c.Old
		}
		if value = wireValue(key, value, said); key == "id" || value == nil {
			continue
		}
		if i := slices.IndexFunc(state, func(m web.Member) bool { return m.Key == key }); i >= 0 {
			state[i].Value = value
		} else {
			state = append(state, web.Member{Key: key, Value: value})
		}
	}
	return state
}

// wireField is what this face calls a field of the audit trail.
func wireField(field string) string {
	if field == "owner" {
		return "user"
	}
	return field
}

// wireValue is a value as this face writes it. What is a secret by its name is
// masked, whatever it holds.
func wireValue(key string, value any, said extracts) any {
	switch key {
	case "token", "refresh_token", "client_secret", "secret":
		return mask
	case "password":
		return encrypted
	case "application": // by its name, while there is one
		id, _ := value.(int64)
		switch app, there := said[objectKey{pat.ObjectApplication, id}]; {
		case there:
			return app.name
		case id == 0:
			return nil
		}
	case "expires":
		text, _ := value.(string)
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil // never
		}
		return stamp(at)
	}
	return value
}
