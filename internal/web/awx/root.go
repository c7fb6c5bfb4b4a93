package awx

import (
	"net/http"

	"jeton/internal/web"
)

// root tells clients which versions there are, and gives those that have no
// session the token with which they can begin one.
func (f *Face) root(c *call) error {
	if c.visitor == "" {
		f.Site.EnsureCSRFToken(c.w, c.r)
	}
	return c.answer(http.StatusOK, web.Object{
		{Key: "description", Value: "AWX REST API"},
		{Key: "current_version", Value: "/api/v2/"},
		{Key: "available_versions", Value: web.Object{{Key: "v2", Value: "/api/v2/"}}},
		{Key: "oauth2", Value: "/api/o/"},
		{Key: "custom_logo", Value: ""},
		{Key: "custom_login_info", Value: ""},
		{Key: "login_redirect_override", Value: ""},
	})
}

// indexNames are the collections that the index lists, in AWX's order.
var indexNames = []string{
	"ping", "config", "settings", "me", "organizations", "users", "applications", "tokens", "activity_stream",
}

// versionTwo lists what there is. Each key becomes a command of the awx client,
// so nothing is listed that is not served, nor what is served as empty.
func (f *Face) versionTwo(c *call) error {
	index := web.Object{}
	for _, name := range indexNames {
		if path := "/api/v2/" + name + "/"; f.views[path] != nil {
			index = append(index, web.Member{Key: name, Value: path})
		}
	}
	return c.answer(http.StatusOK, index)
}

// ping tells monitors and Terraform providers that somebody listens.
func (f *Face) ping(c *call) error {
	return c.answer(http.StatusOK, web.Object{
		{Key: "ha", Value: false},
		{Key: "version", Value: version},
		{Key: "active_node", Value: node},
		{Key: "install_uuid", Value: f.installation()},
		{Key: "instances", Value: []string{}},
		{Key: "instance_groups", Value: []string{}},
	})
}

func (f *Face) installation() string {
	if f.Installation == "" {
		return "00000000-0000-0000-0000-000000000000"
	}
	return f.Installation
}
