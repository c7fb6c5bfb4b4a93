package awx

import "jeton/internal/pat"

// applicationShape is told of applications.
var applicationShape = &shape{
	name: "Application", typ: applicationType,
	search:        []string{"name", "description"},
	relatedSearch: []string{},
	fields: []field{
		{name: "id", typ: "integer", label: "ID", help: "The application's number, which is never given twice."},
		{name: "type", typ: "choice", label: "Type", help: "What kind of object this is.", choices: []choice{{applicationType, "Application"}}},
		{name: "url", typ: "string", label: "Url", help: "The application's path.", hidden: true},
		{name: "related", typ: "object", label: "Related", help: "Paths of what belongs to the application.", hidden: true, inner: links([]string{"named_url", "tokens", "activity_stream", "organization"}, "named_url")},
		{name: "summary_fields", typ: "object", label: "Summary fields", help: "Extracts, and what the caller may do to the application.", hidden: true, inner: []field{
			{name: "organization", typ: "object", inner: []field{{name: "id", typ: "integer"}, {name: "name", typ: "string"}, {name: "description", typ: "string"}}},
			{name: "user_capabilities", typ: "object", inner: capabilityFields},
			{name: "tokens", typ: "object", help: "Those that the caller may see, ten at most.", inner: []field{
				{name: "count", typ: "integer"}, {name: "results", typ: "list", json: "objects", inner: []field{{name: "id", typ: "integer"}, {name: "token", typ: "string"}, {name: "scope", typ: "string"}}},
			}},
		}},
		{name: "created", typ: "datetime", label: "Created", help: "When the application was made."},
		{name: "modified", typ: "datetime", label: "Modified", help: "When the application was last changed."},
		{name: "name", typ: "string", label: "Name", help: "No two applications have the same.", limit: pat.MaxApplicationName, create: &input{must: true}, update: &input{must: true}},
		{
			name: "description", typ: "string", label: "Description", help: "What users are told of the application.",
			limit: pat.MaxTokenDescription, quiet: true, create: &input{preset: "", nullable: true}, update: &input{preset: "", nullable: true},
		},
		{name: "client_id", typ: "string", label: "Client id", help: "What the application calls itself. It is no secret.", hidden: true},
		{name: "client_secret", typ: "string", label: "Client secret", help: "Shown by the POST that makes it, masked ever after. A public application has none.", hidden: true, sparse: true},
		{
			name: "client_type", typ: "choice", label: "Client type", help: "Whether the application can keep a secret: one on a server can, one in a browser or on a phone cannot.",
			choices: clientTypes, create: &input{must: true}, update: &input{must: true},
		},
		{
			name: "redirect_uris", typ: "string", label: "Redirect uris", help: "Where users may be sent back to: whole addresses with blanks between them.",
			limit: pat.MaxRedirectURIs, quiet: true, create: &input{preset: ""}, update: &input{preset: ""},
		},
		{
			name: "authorization_grant_type", typ: "choice", label: "Authorization grant type", help: "How the application obtains tokens. It cannot be changed.",
			choices: grantTypes, create: &input{must: true},
		},
		{name: "skip_authorization", typ: "boolean", label: "Skip authorization", help: "Do not ask users for their consent. Not heeded for public applications.", create: &input{preset: false}, update: &input{preset: false}},
		{name: "organization", typ: "id", label: "Organization", help: "Always 1.", create: &input{must: true}, update: &input{must: true}},
	},
}

// organizationApplicationShape is told where the path names the organisation.
var organizationApplicationShape = applicationShape.without("organization")
