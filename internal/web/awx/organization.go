package awx

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// beginning is what the face asks of the authority about the installation.
type beginning interface {
	Began(ctx context.Context, by pat.Principal) (time.Time, error)
}

// There is one organization, to which everybody belongs: clients of AWX want one
// to put users and applications into.
const (
	organizationID   = 1
	organizationName = "Default"
	organizationType = "organization"
	organizationURL  = "/api/v2/organizations/1/"
)

// organizationPaths lists what the organization has.
func (f *Face) organizationPaths() map[string]*view {
	return map[string]*view{
		"/api/v2/organizations/": {
			name: "Organizations", of: organizationShape, may: nobodyMay,
			get: f.organizationList, post: refuse("There is one organization, Default, and no more can be made."),
		},
		"/api/v2/organizations/{id}/": {
			name: "Organization Detail", of: organizationShape, may: nobodyMay,
			get: f.organizationShow, put: refuse(organizationStays), patch: refuse(organizationStays), delete: refuse(organizationStays),
			gate: f.organizationGate,
		},
		"/api/v2/organizations/{id}/users/": {
			name: "Organization Users", of: userShape, may: mayManage, joins: true,
			get: f.organizationUsers, post: f.organizationUserAdd, gate: organizationOfPath,
		},
	}
}

const organizationStays = "The organization Default stays as it is."

func nobodyMay(*call) bool { return false }

// refuse answers with 403 and the reason, whoever asks.
func refuse(reason string) handler {
	return func(*call) error { return &refusal{status: http.StatusForbidden, detail: reason} }
}

// organizationOfPath fails unless the path is of the organization, by id or name.
func organizationOfPath(c *call) error {
	segment := c.r.PathValue("id")
	switch {
	case segment == organizationName, isNumber(segment) && number(segment) == organizationID:
		return nil
	case !isNumber(segment):
		c.w.Header().Del("Allow") // as for every name that there is none of
	}
	return missing("Organization", pat.Fail(pat.NotFound, "no such organization"))
}

// organizationGate lets pass whoever asks, by an id for one that is none too.
func (f *Face) organizationGate(c *call) error {
	err := organizationOfPath(c)
	if isNumber(c.r.PathValue("id")) {
		return unlessMissing(err)
	}
	return err
}

// organizationList serves GET /api/v2/organizations/.
func (f *Face) organizationList(c *call) error { return f.organizationPage(c, true) }

// organizationPage answers with a page of the organization, or of none.
func (f *Face) organizationPage(c *call, belongs bool) error {
	began, s, err := f.organizationQuery(c)
	if err != nil {
		return err
	}
	listed := belongs && organizationIn(s, began)
	return c.page(s, nil, func(q pat.Query) ([]any, int, error) {
		switch {
		case !listed:
			return nil, 0, nil
		case q.Limit == 0 || q.Offset > 0:
			return nil, 1, nil
		}
		return []any{f.organization(began, false)}, 1, nil
	})
}

// organizationShow serves GET /api/v2/organizations/{id}/. Filters of the query
// apply to a single object too.
func (f *Face) organizationShow(c *call) error {
	if err := organizationOfPath(c); err != nil {
		return err
	}
	began, s, err := f.organizationQuery(c)
	switch {
	case err != nil:
		return err
	case !organizationIn(s, began):
		return missing("Organization", errGone)
	}
	return c.answer(http.StatusOK, f.organization(began, true))
}

func (f *Face) organizationQuery(c *call) (began time.Time, s selection, err error) {
	if s, err = organizations.parse(c.r.URL.RawQuery, c.now()); err != nil {
		return began, s, err
	}
	began, err = f.Authority.Began(c.r.Context(), c.who)
	return began, s, err
}

// organizationUsers serves GET /api/v2/organizations/{id}/users/.
func (f *Face) organizationUsers(c *call) error {
	if err := organizationOfPath(c); err != nil {
		return err
	}
	return f.userPage(c)
}

// organizationUserAdd serves POST on the same path: a new user, or, where the
// body has an id, one who belongs to the organization as it is.
func (f *Face) organizationUserAdd(c *call) error {
	if err := organizationOfPath(c); err != nil {
		return err
	}
	id, ok := c.body.Get("id")
	leaving, _ := c.body.Get("disassociate")
	switch {
	case !c.who.Admin:
		return errForbidden
	case !ok && truthy(leaving):
		return invalid(`"id" is required to disassociate`)
	case !ok:
		return f.userCreate(c)
	}
	key, isKey := primaryKey(id)
	if !isKey {
		return invalid(`"id" field must be an integer.`)
	}
	if _, err := f.Authority.User(c.r.Context(), c.who, pat.UserID(number(key))); err != nil {
		if pat.Is(err, pat.NotFound) {
			return invalid("User matching query does not exist.")
		}
		return err
	}
	if truthy(leaving) {
		return &refusal{status: http.StatusForbidden, detail: "Every user belongs to the organization Default. To keep a user out, disable or delete the user."}
	}
	return c.noContent()
}

// truthy reads a value as Python does: clients send true as well as 1.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		n, err := v.Float64()
		return err != nil || n != 0
	case []any:
		return len(v) > 0
	case web.Object:
		return len(v) > 0
	}
	return true
}

// organization returns the answer for the organization, which has been there as
// long as there have been users.
func (f *Face) organization(began time.Time, named bool) web.Object {
	related := web.Object{}
	if named {
		related = append(related, web.Member{Key: "named_url", Value: "/api/v2/organizations/" + organizationName + "/"})
	}
	for _, name := range []string{"users", "applications"} {
		if f.views["/api/v2/organizations/{id}/"+name+"/"] != nil {
			related = append(related, web.Member{Key: name, Value: organizationURL + name + "/"})
		}
	}
	return web.Object{
		{Key: "id", Value: organizationID},
		{Key: "type", Value: organizationType},
		{Key: "url", Value: organizationURL},
		{Key: "related", Value: related},
		{Key: "summary_fields", Value: web.Object{
			{Key: "resource", Value: userResource{f.uuid(organizationURL), "shared.organization"}},
			{Key: "user_capabilities", Value: userCapabilities{}},
		}},
		{Key: "created", Value: stamp(began)},
		{Key: "modified", Value: stamp(began)},
		{Key: "name", Value: organizationName},
		{Key: "description", Value: ""},
		{Key: "max_hosts", Value: 0},
		{Key: "custom_virtualenv", Value: nil},
		{Key: "default_environment", Value: nil},
	}
}

// organizations is what the list of the organization can be filtered by.
var organizations = &list{
	class:  "Organization",
	typ:    organizationType,
	search: []string{"name", "description"},
	columns: map[string]column{
		"id":          {field: "id", kind: pat.Int},
		"pk":          {field: "id", kind: pat.Int},
		"name":        {field: "name", kind: pat.String},
		"description": {field: "description", kind: pat.String},
		"created":     {field: "created", kind: pat.Time},
		"modified":    {field: "created", kind: pat.Time},
		"max_hosts":   {field: "max_hosts", kind: pat.Int},

		"custom_virtualenv":   {kind: pat.String},
		"default_environment": {kind: pat.Int, relation: true},
	},
}

// organizationIn reports whether the selection has the organization in it.
func organizationIn(s selection, began time.Time) bool {
	return !s.none && matches(s.filters, map[string]any{
		"id": int64(organizationID), "name": organizationName, "description": "", "created": began, "max_hosts": int64(0),
	})
}

// lowered is a text without regard to case, as the store compares.
func lowered(v any) any {
	if text, ok := v.(string); ok {
		return strings.ToLower(strings.ToUpper(text))
	}
	return v
}
