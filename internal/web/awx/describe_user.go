package awx

import "jeton/internal/pat"

// userShape is told of users.
var userShape = &shape{
	name: "User", typ: userType,
	search: []string{"username", "first_name", "last_name", "email"},
	fields: []field{
		{name: "id", typ: "integer", label: "ID", help: "The user's number, which is never given twice."},
		{name: "type", typ: "choice", label: "Type", help: "What kind of object this is.", choices: []choice{{userType, "User"}}},
		{name: "url", typ: "string", label: "Url", help: "The user's path.", hidden: true},
		{name: "related", typ: "object", label: "Related", help: "Paths of what belongs to the user.", hidden: true, inner: links(append([]string{"named_url"}, userLinks...), "named_url")},
		{name: "summary_fields", typ: "object", label: "Summary fields", help: "Extracts, and what the caller may do to the user.", hidden: true, inner: []field{
			{name: "resource", typ: "object", inner: []field{
				{name: "ansible_id", typ: "string", format: "uuid"}, {name: "resource_type", typ: "string"},
			}},
			{name: "user_capabilities", typ: "object", inner: capabilityFields},
		}},
		{name: "created", typ: "datetime", label: "Created", help: "When the user was made."},
		{name: "modified", typ: "datetime", label: "Modified", help: "When the user was last changed."},
		{
			name: "username", typ: "string", label: "Username", help: "Letters, digits and @ . + - _, at most 150. One that differs by case only is taken.",
			limit: pat.MaxUserName, create: &input{must: true}, update: &input{must: true},
		},
		{name: "first_name", typ: "string", label: "First name", help: "May be empty.", limit: pat.MaxFullName, create: &input{preset: ""}, update: &input{preset: ""}},
		{name: "last_name", typ: "string", label: "Last name", help: "May be empty.", limit: pat.MaxFullName, create: &input{preset: ""}, update: &input{preset: ""}},
		{name: "email", typ: "string", label: "Email address", help: "One address, or empty.", limit: pat.MaxEmail, create: &input{preset: ""}, update: &input{preset: ""}},
		{name: "is_superuser", typ: "boolean", label: "Superuser status", help: "May see and change everything.", create: &input{preset: false}, update: &input{preset: false}},
		{name: "is_system_auditor", typ: "boolean", label: "Is system auditor", help: "May see everything and change nothing.", hidden: true, create: &input{preset: false}, update: &input{preset: false}},
		{
			name: "password", typ: "string", label: "Password", help: "Never shown: answers have $encrypted$, which in a request means unchanged.", hidden: true,
			limit: maxPassword, create: &input{must: true}, update: &input{},
		},
		{name: "ldap_dn", typ: "string", label: "Ldap dn", help: "Always empty.", hidden: true},
		{name: "last_login", typ: "datetime", label: "Last login", help: "When the user last signed in; null when never.", nullable: true},
		{name: "external_account", typ: "field", label: "External account", help: "The kind of account elsewhere that the user signs in with; null for none.", json: "string", nullable: true, hidden: true},
		{name: "auth", typ: "field", label: "Auth", help: "Always empty.", json: "strings", hidden: true},

		{name: "is_active", typ: "boolean", label: "Is active", help: "False suspends the user and all their tokens. Shown to administrators and auditors, changed by administrators.", sparse: true, create: &input{preset: true}, update: &input{}},
		{name: "language", typ: "string", label: "Language", help: "A language tag, like en or tr; empty leaves it to the browser.", hidden: true, limit: maxZone, create: &input{preset: ""}, update: &input{}},
		{name: "time_zone", typ: "string", label: "Time zone", help: "Like Europe/Istanbul; empty leaves it to the browser.", hidden: true, limit: maxZone, create: &input{preset: ""}, update: &input{}},
		{name: "is_service_account", typ: "boolean", label: "Is service account", help: "A user for a program: no password and no sign-in, only tokens, and never an administrator. Given when the user is made.", create: &input{preset: false}, update: &input{}},
	},
}

// capabilityFields is what a caller may do to an object.
var capabilityFields = []field{
	{name: "edit", typ: "boolean"},
	{name: "delete", typ: "boolean"},
}

// links are fields that hold paths; those among sparse are not always there.
func links(names []string, sparse ...string) []field {
	list := make([]field, len(names))
	for i, name := range names {
		list[i] = field{name: name, typ: "string"}
		for _, s := range sparse {
			list[i].sparse = list[i].sparse || s == name
		}
	}
	return list
}
