package awx

import (
	"context"
	"net/http"

	"jeton/internal/pat"
)

// trail is what the face asks of the authority about the audit trail.
type trail interface {
	Activity(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Activity, int, error)
	ActivityByID(ctx context.Context, by pat.Principal, id pat.EventID) (pat.Activity, error)
	ActivityOf(ctx context.Context, by pat.Principal, object pat.ObjectType, id int64, q pat.Query) ([]pat.Activity, int, error)
	TokenEvents(ctx context.Context, by pat.Principal, id pat.TokenID, q pat.Query) ([]pat.Activity, int, error)
}

// activityList serves GET /api/v2/activity_stream/.
func (f *Face) activityList(c *call) error {
	return f.activityPage(c, func(ctx context.Context, q pat.Query) ([]pat.Activity, int, error) {
		return f.Authority.Activity(ctx, c.who, q)
	})
}

// activityShow serves GET /api/v2/activity_stream/{id}/. Filters of the query
// apply to a single object too.
func (f *Face) activityShow(c *call) error {
	found, err := f.activity(c)
	if err != nil {
		return err
	}
	results, err := f.activitiesOf(c.r.Context(), c.who, []pat.Activity{found})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, results[0])
}

// activityGate lets pass whoever may see the entry, or asks for one that is none.
func (f *Face) activityGate(c *call) error {
	_, err := f.activity(c)
	return unlessMissing(err)
}

func (f *Face) activity(c *call) (pat.Activity, error) {
	s, err := parseActivity(c)
	if err != nil {
		return pat.Activity{}, err
	}
	id := number(c.r.PathValue("id"))
	found, err := f.Authority.ActivityByID(c.r.Context(), c.who, pat.EventID(id))
	if err == nil && s.none {
		err = errGone
	}
	if err == nil && len(s.filters) > 0 {
		var n int
		q := pat.Query{Where: append(s.filters, pat.Cond{Field: "id", Op: pat.Equal, Value: id})}
		if _, n, err = f.Authority.Activity(c.r.Context(), c.who, q); err == nil && n == 0 {
			err = errGone
		}
	}
	return found, missing(activityClass, err)
}

// activityPage answers with a page of those events that the query selects, or with
// a table of them all.
func (f *Face) activityPage(c *call, get func(context.Context, pat.Query) ([]pat.Activity, int, error)) error {
	s, err := parseActivity(c)
	if err != nil {
		return err
	}
	if c.table {
		return f.sendAll(c, s, nil, f.activityTable(c.who, get))
	}
	return c.page(s, nil, func(q pat.Query) ([]any, int, error) {
		found, total, err := get(c.r.Context(), q)
		if err != nil {
			return nil, 0, err
		}
		results, err := f.activitiesOf(c.r.Context(), c.who, found)
		return results, total, err
	})
}

// activityOf serves GET …/{id}/activity_stream/ of an object. id returns the
// object's id from the path; whether it may be seen is for the authority to say.
func (f *Face) activityOf(object pat.ObjectType, class string, id func(*call) (int64, error)) handler {
	return func(c *call) error {
		of, err := id(c)
		if err != nil {
			return err
		}
		return f.activityPage(c, func(ctx context.Context, q pat.Query) ([]pat.Activity, int, error) {
			found, total, err := f.Authority.ActivityOf(ctx, c.who, object, of, q)
			return found, total, missing(class, err)
		})
	}
}

// tokenEvents serves GET /api/v2/tokens/{id}/events/: the stream of a token, with
// what ended it. AWX tells plain users of no end, and has no such path.
func (f *Face) tokenEvents(c *call) error {
	return f.activityPage(c, func(ctx context.Context, q pat.Query) ([]pat.Activity, int, error) {
		found, total, err := f.Authority.TokenEvents(ctx, c.who, pat.TokenID(number(c.r.PathValue("id"))), q)
		return found, total, missing(tokenClass, err)
	})
}

// activityOfGate lets pass whoever may see the object.
func (f *Face) activityOfGate(object pat.ObjectType, class string, id func(*call) (int64, error)) handler {
	return func(c *call) error {
		of, err := id(c)
		if err == nil {
			_, _, err = f.Authority.ActivityOf(c.r.Context(), c.who, object, of, pat.Query{})
		}
		return missing(class, err)
	}
}

// idInPath is the id of a path that has only numbers.
func idInPath(c *call) (int64, error) { return number(c.r.PathValue("id")), nil }

// userInPath is the id of the user of the path, who may be named.
func (f *Face) userInPath(c *call) (int64, error) {
	u, err := f.user(c)
	return int64(u.ID), err
}

// applicationInPath is the id of the application of the path, which may be named.
func (f *Face) applicationInPath(c *call) (int64, error) {
	app, err := f.application(c)
	return int64(app.ID), err
}

// activityPaths lists what the stream has. An object's own stays readable when
// it has ended, for whoever may read the object.
func (f *Face) activityPaths() map[string]*view {
	of := func(object pat.ObjectType, class string, numbered bool, id func(*call) (int64, error)) *view {
		return &view{
			name: "Activity Stream", of: activityShape, numbered: numbered,
			get: f.activityOf(object, class, id), gate: f.activityOfGate(object, class, id),
		}
	}
	return map[string]*view{
		"/api/v2/activity_stream/":                   {name: "Activity Stream", of: activityShape, get: f.activityList},
		"/api/v2/activity_stream/{id}/":              {name: "Activity Stream Detail", of: activityShape, numbered: true, get: f.activityShow, gate: f.activityGate},
		"/api/v2/users/{id}/activity_stream/":        of(pat.ObjectUser, userClass, false, f.userInPath),
		"/api/v2/applications/{id}/activity_stream/": of(pat.ObjectApplication, applicationClass, false, f.applicationInPath),
		"/api/v2/tokens/{id}/activity_stream/":       of(pat.ObjectToken, tokenClass, true, idInPath),
		"/api/v2/tokens/{id}/events/": {
			name: "OAuth Token Events", of: activityShape, numbered: true,
			get: f.tokenEvents, gate: f.activityOfGate(pat.ObjectToken, tokenClass, idInPath),
		},
	}
}
