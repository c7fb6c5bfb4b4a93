package awx

import (
	"context"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// extracts are what the entries of a page say of their objects, as these are now.
type extracts map[objectKey]extract

type objectKey struct {
	object pat.ObjectType
	id     int64
}

type extract struct {
	url     string
	name    string
	summary web.Object
}

// extracts looks up together what a page speaks of and by may see.
func (f *Face) extracts(ctx context.Context, by pat.Principal, page []pat.Activity) (extracts, error) {
	said := extracts{}
	for object, ids := range mentioned(page) {
		q := pat.Query{Where: []pat.Cond{{Field: "id", Op: pat.In, Value: ids}}, Limit: len(ids)}
		var err error
		switch object {
		case pat.ObjectToken:
			q.Where = append(q.Where, notRevoked)
			err = f.tokenExtracts(ctx, by, q, said)
		case pat.ObjectUser:
			err = f.userExtracts(ctx, by, q, said)
		case pat.ObjectApplication:
			err = f.applicationExtracts(ctx, by, q, said)
		}
		if err != nil {
			return nil, err
		}
	}
	return said, nil
}

// mentioned lists the objects of a page, and the applications of its tokens, each
// once.
func mentioned(page []pat.Activity) map[pat.ObjectType][]int64 {
	all := map[pat.ObjectType][]int64{}
	add := func(object pat.ObjectType, id int64) {
		if id != 0 && !slices.Contains(all[object], id) {
			all[object] = append(all[object], id)
		}
	}
	for i := range page {
		e := &page[i]
		add(e.Object, e.ObjectID)
		for _, c := range e.Changes {
			if c.Field != "application" {
				continue
			}
			for _, v := range []any{c.Old, c.New} {
				id, _ := v.(int64)
				add(pat.ObjectApplication, id)
			}
		}
	}
	return all
}

func (f *Face) tokenExtracts(ctx context.Context, by pat.Principal, q pat.Query, said extracts) error {
	found, _, err := f.Authority.Tokens(ctx, by, q)
	for i := range found {
		t := &found[i]
		said[objectKey{pat.ObjectToken, int64(t.ID)}] = extract{tokenURL(t.ID), t.Name, web.Object{
			{Key: "id", Value: t.ID},
			{Key: "user_id", Value: t.Owner},
			{Key: "description", Value: t.Description},
			{Key: "scope", Value: string(t.Scopes)},
		}}
	}
	return err
}

func (f *Face) userExtracts(ctx context.Context, by pat.Principal, q pat.Query, said extracts) error {
	found, _, err := f.Authority.Users(ctx, by, q)
	for i := range found {
		u := &found[i]
		said[objectKey{pat.ObjectUser, int64(u.ID)}] = extract{userURL(u.ID), u.Name, actorSummary(u.ID, u.Name, u.FirstName, u.LastName)}
	}
	return err
}

func (f *Face) applicationExtracts(ctx context.Context, by pat.Principal, q pat.Query, said extracts) error {
	found, _, err := f.Authority.Applications(ctx, by, q)
	for i := range found {
		app := &found[i]
		said[objectKey{pat.ObjectApplication, int64(app.ID)}] = extract{
			applicationURL(app.ID), app.Name,
			web.Object{{Key: "id", Value: app.ID}, {Key: "name", Value: app.Name}},
		}
	}
	return err
}
