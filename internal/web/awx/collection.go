package awx

import (
	"strings"

	"jeton/internal/pat"
)

// collections are AWX's, and empty here. The awx client asks for the description
// of each before it does anything to a user; the index does not list them.
var collections = []struct{ path, name string }{
	{"projects", "Projects"},
	{"inventories", "Inventories"},
	{"teams", "Teams"},
	{"credentials", "Credentials"},
	{"job_templates", "Job Templates"},
	{"workflow_job_templates", "Workflow Job Templates"},
	{"instance_groups", "Instance Groups"},
}

// collectionPaths lists the collections, and what users have of them.
func (f *Face) collectionPaths() map[string]*view {
	views := map[string]*view{
		"/api/v2/users/{id}/organizations/": {
			name: "User Organizations", of: organizationShape, gate: f.personalTokenGate,
			get: f.ofUser(func(c *call, _ *pat.User) error { return f.organizationPage(c, true) }),
		},
		"/api/v2/users/{id}/admin_of_organizations/": {
			name: "User Admin of Organizations", of: organizationShape, gate: f.personalTokenGate,
			get: f.ofUser(func(c *call, u *pat.User) error { return f.organizationPage(c, u.Admin) }),
		},
		"/api/v2/users/{id}/access_list/": {
			name: "User Access List", of: userShape, gate: f.personalTokenGate,
			get: f.ofUser(func(c *call, u *pat.User) error {
				return f.userPage(c, pat.Cond{Field: "id", Op: pat.Equal, Value: int64(u.ID)})
			}),
		},
	}
	for _, name := range []string{"teams", "projects", "credentials", "roles"} {
		views["/api/v2/users/{id}/"+name+"/"] = &view{
			name: "User " + strings.ToUpper(name[:1]) + name[1:], of: emptyShape, gate: f.personalTokenGate,
			get: f.ofUser(func(c *call, _ *pat.User) error { return emptyPage(c) }),
		}
	}
	for _, col := range collections {
		views["/api/v2/"+col.path+"/"] = &view{name: col.name, of: emptyShape, get: emptyPage}
	}
	return views
}

// ofUser answers by get for a user of the path whom the caller may see.
func (f *Face) ofUser(get func(*call, *pat.User) error) handler {
	return func(c *call) error {
		u, err := f.user(c)
		if err != nil {
			return err
		}
		return get(c, &u)
	}
}

// emptyPage answers with a page of nothing. What it is filtered by is passed over:
// of nothing nothing is selected.
func emptyPage(c *call) error {
	query := c.r.URL.Query()
	s := selection{page: query.Get("page"), none: true, countless: query.Has("count_disabled")}
	s.size, s.capped = parsePageSize(query.Get("page_size"))
	return c.page(s, nil, nil)
}
