package awx

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// belonging finds out which application a new token is to belong to, 0 for
// none. What is wrong with the field is among the form's errors, or returned
// where AWX tells it before everything else.
type belonging func(*form) (pat.ApplicationID, error)

// mayBelong reads a field that may be absent or null. Administrators are told
// what is wrong with it among the other fields, everybody else at once.
func (f *Face) mayBelong(c *call) belonging {
	return func(fields *form) (pat.ApplicationID, error) {
		v, ok := fields.body.Get("application")
		if !ok || v == nil || c.who.Admin && v == "" {
			return 0, nil
		}
		if c.who.Admin {
			return f.applicationField(c, fields, v)
		}
		key, isKey := primaryKey(v)
		if !isKey {
			return 0, invalid("Bad data found in related field application.")
		}
		app, err := f.Authority.Application(c.r.Context(), c.who, pat.ApplicationID(number(key)))
		if pat.Is(err, pat.NotFound) {
			err = quoting("no such application", applicationClass+" matching query does not exist.")
		}
		return app.ID, err
	}
}

// mustBelong reads a field that has to be there.
func (f *Face) mustBelong(c *call) belonging {
	return func(fields *form) (pat.ApplicationID, error) {
		v, ok := fields.body.Get("application")
		switch {
		case !ok:
			fields.errs.add("application", required)
			return 0, nil
		case v == nil || v == "":
			fields.errs.add("application", notNull)
			return 0, nil
		}
		return f.applicationField(c, fields, v)
	}
}

const required = "This field is required."

func (f *Face) applicationField(c *call, fields *form, v any) (pat.ApplicationID, error) {
	key, isKey := primaryKey(v)
	if !isKey {
		fields.errs.add("application", "Incorrect type. Expected pk value, received "+pythonType(v)+".")
		return 0, nil
	}
	app, err := f.Authority.Application(c.r.Context(), c.who, pat.ApplicationID(number(key)))
	if pat.Is(err, pat.NotFound) {
		fields.errs.add("application", noSuchKey(key))
		return 0, nil
	}
	return app.ID, err
}

// noSuchKey is what AWX says of an id that nothing has.
func noSuchKey(key string) string {
	return "Invalid pk " + strconv.Quote(key) + " - object does not exist."
}

// primaryKey returns the integer that v is or spells.
func primaryKey(v any) (string, bool) {
	text, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	text = strings.TrimSpace(text)
	return text, ok && isNumber(strings.TrimPrefix(text, "-"))
}

// pythonType is what Python calls the type of a value of JSON that is no key.
func pythonType(v any) string {
	switch v.(type) {
	case bool:
		return "bool"
	case json.Number: // an integer would be a key
		return "float"
	case []any:
		return "list"
	case web.Object:
		return "dict"
	}
	return "str"
}

// applicationSummary is the extract of an application in other objects.
type applicationSummary struct {
	ID   pat.ApplicationID `json:"id"`
	Name string            `json:"name"`
}

// ofApplication makes the answer one for a token of an application; app is nil
// when that was deleted. The refresh token is masked.
func (a *tokenAnswer) ofApplication(id pat.ApplicationID, app *pat.Application) {
	secret := mask
	a.RefreshToken = &secret
	a.Application = &id
	a.Related.Application = applicationURL(id)
	if app != nil {
		a.Summary.Application = &applicationSummary{app.ID, app.Name}
	}
}

// applicationsOf returns the applications of the tokens, looked up together.
func (f *Face) applicationsOf(ctx context.Context, by pat.Principal, tokens []pat.Token) (map[pat.ApplicationID]*pat.Application, error) {
	found := map[pat.ApplicationID]*pat.Application{}
	var ids []int64
	for i := range tokens {
		if id := tokens[i].Application; id != 0 && found[id] == nil {
			found[id] = &pat.Application{}
			ids = append(ids, int64(id))
		}
	}
	clear(found)
	if len(ids) == 0 {
		return found, nil
	}
	apps, _, err := f.Authority.Applications(ctx, by, pat.Query{Where: []pat.Cond{{Field: "id", Op: pat.In, Value: ids}}, Limit: len(ids)})
	for i := range apps {
		found[apps[i].ID] = &apps[i]
	}
	return found, err
}
