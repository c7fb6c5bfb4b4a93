package awx_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	organizations = "/api/v2/organizations/"
	noOrg         = `{"detail":"No Organization matches the given query."}`
)

func TestOrganization(t *testing.T) {
	s := open(t)
	const fixed = `"created":"2026-11-22T13:02:30.918`
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"by name", "GET", "?name=Default", alice, "", 200, `{"count":1,"next":null,"previous":null,"results":[{"id":1,"type":"organization","url":"/api/v2/organizations/1/","related":{"users":"/api/v2/organizations/1/users/"`},
		{"its times stand still", "GET", "1/", alice, "", 200, fixed},
		{"its keys", "GET", "1/", alice, "", 200, `"name":"Default","description":"","max_hosts":0,"custom_virtualenv":null,"default_environment":null}`},
		{"nobody may change it", "GET", "1/", admin, "", 200, `"user_capabilities":{"edit":false,"delete":false}`},
		{"by its name", "GET", "Default/", alice, "", 200, `"related":{"named_url":"/api/v2/organizations/Default/",`},
		{"another name", "GET", "default/", alice, "", 404, noOrg},
		{"another id", "GET", "2/", alice, "", 404, noOrg},
		{"to nobody", "GET", "", "", "", 401, noIdentity},
		{"a filter that does not hold", "GET", "1/?name=x", alice, "", 404, noOrg},
		{"a field that there is not", "GET", "?foo=1", alice, "", 400, `{"detail":"Organization has no field named 'foo'"}`},
		{"OPTIONS of another id", "OPTIONS", "7/", alice, "", 200, `"name":"Organization Detail"`},
		{"one more", "POST", "", admin, `{"name":"x"}`, 403, `{"detail":"There is one organization, Default, and no more can be made."}`},
		{"a change", "PATCH", "1/", admin, `{"name":"x"}`, 403, `{"detail":"The organization Default stays as it is."}`},
		{"a change in full", "PUT", "1/", admin, `{"name":"x"}`, 403, `{"detail":"The organization Default stays as it is."}`},
		{"its end", "DELETE", "1/", admin, "", 403, `{"detail":"The organization Default stays as it is."}`},
		{"its users", "GET", "1/users/?username=eve", admin, "", 200, `{"count":1,`},
		{"its users, to a plain user", "GET", "1/users/", alice, "", 200, `{"count":1,"next":null,"previous":null,"results":[{"id":2,`},
		{"another's users", "GET", "2/users/", admin, "", 404, noOrg},
		{"a user who is there", "POST", "1/users/", admin, `{"id":2}`, 204, ""},
		{"a user who is not", "POST", "1/users/", admin, `{"id":99}`, 400, `{"detail":"User matching query does not exist."}`},
		{"an id that is none", "POST", "1/users/", admin, `{"id":"x"}`, 400, `{"detail":"\"id\" field must be an integer."}`},
		{"taking a user out", "POST", "1/users/", admin, `{"id":2,"disassociate":true}`, 403, `{"detail":"Every user belongs to the organization Default. To keep a user out, disable or delete the user."}`},
		{"taking nobody out", "POST", "1/users/", admin, `{"disassociate":true}`, 400, `{"detail":"\"id\" is required to disassociate"}`},
		{"a plain user", "POST", "1/users/", alice, `{"id":2}`, 403, forbidden},
		{"an auditor", "POST", "1/users/", dave, `{}`, 403, forbidden},
		{"a user without a password", "POST", "1/users/", admin, `{"username":"zed"}`, 400, `{"password":["Password required for new User."]}`},
		{"a user", "POST", "1/users/", admin, `{"username":"zed","password":"tangerine-orbit-walnut"}`, 201, `"username":"zed"`},
		{"null", "POST", "1/users/", admin, `null`, 400, `{"__all__":["This field may not be null."]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, s.do(tt.method, organizations+tt.path, tt.as, tt.body), tt.status, tt.want)
		})
	}
}

// What no store keeps is filtered as what a store keeps.
func TestOrganizationFilters(t *testing.T) {
	s := open(t)
	for query, want := range map[string]int{
		"": 1, "id=1": 1, "id=2": 0, "not__id=2": 1, "not__id=1": 0, "id__in=1,2": 1, "id__in=2,3": 0, "id__gt=0": 1, "id__gt=1": 0, "id__lte=1": 1, "id__lt=1": 0, "id__gte=1": 1,
		"name=default": 0, "name__iexact=default": 1, "name__contains=fau": 1, "name__contains=FAU": 0, "name__icontains=FAU": 1, "name__startswith=De": 1,
		"name__startswith=ef": 0, "name__endswith=lt": 1, "name__istartswith=dE": 1, "name__in=x,Default": 1, "not__name__contains=x": 1, "name__gt=A": 1,
		"name__isnull=true": 0, "name__isnull=false": 1, "description=": 1, "max_hosts=0": 1, "created__gt=2026-01-01": 1, "created__lt=2026-01-01": 0,
		"custom_virtualenv__isnull=true": 1, "custom_virtualenv=x": 0, "default_environment=none": 1, "type=organization": 1, "type=user": 0,
		"name=Default&id=1": 1, "name=Default&id=2": 0, "order_by=-name": 1, "page=last": 1,
		"or__id=5&or__name=Default": 1, "or__id=5&or__name=5": 0, "or__not__id=1&or__id=2": 0, "search=fau": 1, "search=x": 0, "name__regex=^D": 1, "name__iregex=^d.*T$": 1,
	} {
		o := s.must(t, 200, "GET", organizations+"?"+query, alice, "")
		if o["count"] != float64(want) || len(o.results()) != want {
			t.Errorf("%s: %v with %d, want %d", query, o["count"], len(o.results()), want)
		}
	}
	expect(t, s.do("GET", organizations+"?page=2", alice, ""), 404, `{"detail":"Invalid page."}`)
}

// TestNamesBelowUsers walks what AWX has below a user and of which there is
// little here.
func TestNamesBelowUsers(t *testing.T) {
	s := open(t)
	const none = `{"count":0,"next":null,"previous":null,"results":[]}`
	for name, want := range map[string]string{
		"teams": none, "projects": none, "credentials": none, "roles": none, "admin_of_organizations": none,
		"organizations": `"results":[{"id":1,"type":"organization"`, "access_list": `{"count":1,"next":null,"previous":null,"results":[{"id":2,`,
	} {
		path := "/api/v2/users/2/" + name + "/"
		expect(t, s.do("GET", path, alice, ""), 200, want)
		expect(t, s.do("GET", path, dave, ""), 200, want)
		expect(t, s.do("OPTIONS", path, alice, ""), 200, `"actions":{"GET":{`)
		for _, method := range []string{"GET", "OPTIONS"} {
			expect(t, s.do(method, path, eve, ""), 403, forbidden)
			expect(t, s.do(method, strings.Replace(path, "users/2", "users/99", 1), admin, ""), 404, `{"detail":"No User matches the given query."}`)
		}
		expect(t, s.do("POST", path, admin, `{"id":1}`), 405, `{"detail":"Method \"POST\" not allowed."}`)
	}
	expect(t, s.do("GET", "/api/v2/users/1/admin_of_organizations/", admin, ""), 200, `"results":[{"id":1,"type":"organization"`)
}

// 147 the awx client asks for these before it does anything to a user.
func TestCollections(t *testing.T) {
	s := open(t)
	index := s.must(t, 200, "GET", "/api/v2/", "", "")
	for _, name := range []string{"projects", "inventories", "teams", "credentials", "job_templates", "workflow_job_templates", "instance_groups"} {
		path := "/api/v2/" + name + "/"
		expect(t, s.do("OPTIONS", path, alice, ""), 200, `"object_roles":[]`)
		expect(t, s.do("GET", path+"?name=x&or__id=1", alice, ""), 200, `{"count":0,"next":null,"previous":null,"results":[]}`)
		expect(t, s.do("GET", path+"?page=2", alice, ""), 404, `{"detail":"Invalid page."}`)
		expect(t, s.do("GET", path, "", ""), 401, noIdentity)
		expect(t, s.do("POST", path, admin, `{}`), 405, `{"detail":"Method \"POST\" not allowed."}`)
		if _, ok := index[name]; ok {
			t.Errorf("the index lists %s", name)
		}
	}
	expect(t, s.do("OPTIONS", organizations, alice, ""), 200, `"object_roles":[]`)
	for _, path := range []string{"/api/gateway/v1/tokens/", "/api/o/nothing/", "/api/v2/nothing/"} { // 146
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			expect(t, s.do(method, path, "", ""), 404, notFound)
		}
	}
}

// The index lists what there is, in AWX's order, and every path of it answers.
func TestIndex(t *testing.T) {
	s := open(t)
	w := s.do("GET", "/api/v2/", "", "")
	order := " " + strings.Join(keys(t, w.Body.Bytes()), " ") + " "
	last := -1
	for _, name := range []string{"ping", "config", "me", "organizations", "users", "tokens", "activity_stream"} { // 135
		at := strings.Index(order, " "+name+" ")
		if at <= last {
			t.Errorf("%s is missing or stands elsewhere in%s", name, order)
		}
		last = at
		o := parse(t, w)
		s.must(t, 200, "GET", o.str(name), admin, "")
	}
}

func TestConfig(t *testing.T) {
	s := open(t)
	w := s.do("GET", "/api/v2/config/", alice, "")
	expect(t, w, 200, `{"time_zone":"UTC","license_info":{"license_type":"open","valid_key":true,"subscription_name":"OPEN","product_name":"AWX"},"version":"24.6.1",`)
	if got := fmt.Sprint(w.Header()["Allow"]); got != "[GET, HEAD, OPTIONS]" {
		t.Errorf("Allow: %s", got)
	}
	expect(t, s.do("GET", "/api/v2/config/", "", ""), 401, noIdentity)
	expect(t, s.do("POST", "/api/v2/config/", admin, `{}`), 405, `{"detail":"Method \"POST\" not allowed."}`)
}
