package awx

// rootShape is told at /api/.
var rootShape = &shape{name: "Root", single: true, fields: []field{
	{name: "description", typ: "string", label: "Description", help: "What this is.", hidden: true},
	{name: "current_version", typ: "string", label: "Current version", help: "The path of the API.", hidden: true},
	{name: "available_versions", typ: "object", label: "Available versions", help: "The path of each version.", hidden: true, inner: links([]string{"v2"})},
	{name: "oauth2", typ: "string", label: "Oauth2", help: "The path of the OAuth 2 endpoints.", hidden: true},
	{name: "custom_logo", typ: "string", label: "Custom logo", help: "Always empty.", hidden: true},
	{name: "custom_login_info", typ: "string", label: "Custom login info", help: "Always empty.", hidden: true},
	{name: "login_redirect_override", typ: "string", label: "Login redirect override", help: "Always empty.", hidden: true},
}}

// indexShape is told at /api/v2/: names of collections, and their paths.
var indexShape = &shape{name: "Index", single: true, index: true}

// pingShape is told at /api/v2/ping/.
var pingShape = &shape{name: "Ping", single: true, fields: []field{
	{name: "ha", typ: "boolean", label: "Ha", help: "Always false.", hidden: true},
	{name: "version", typ: "string", label: "Version", help: "The release of AWX whose API this is.", hidden: true},
	{name: "active_node", typ: "string", label: "Active node", help: "Not the machine's name.", hidden: true},
	{name: "install_uuid", typ: "string", label: "Install uuid", help: "Tells installations apart.", hidden: true, format: "uuid"},
	{name: "instances", typ: "list", label: "Instances", help: "Always empty.", hidden: true, json: "strings"},
	{name: "instance_groups", typ: "list", label: "Instance groups", help: "Always empty.", hidden: true, json: "strings"},
}}

// documentShape is told of the OpenAPI document itself.
var documentShape = &shape{name: "Document", single: true, fields: []field{
	{name: "openapi", typ: "string", label: "Openapi", help: "The version of OpenAPI.", hidden: true},
	{name: "info", typ: "object", label: "Info", help: "What the API is.", hidden: true},
	{name: "security", typ: "json", label: "Security", help: "How callers prove who they are, where a path does not say otherwise.", hidden: true, json: "any"},
	{name: "paths", typ: "object", label: "Paths", help: "Each path and its methods.", hidden: true},
	{name: "components", typ: "object", label: "Components", help: "What the paths share.", hidden: true},
}}

// emptyShape is told of collections that AWX has and of which there is nothing
// here. Clients ask for their description before anything else.
var emptyShape = &shape{name: "Nothing", empty: true, roles: true}
