package awx

import "jeton/internal/pat"

// tokenShape is told wherever a token can be made for an application or
// without one. name and expires are ours: POST and PUT take them, which the
// document tells and OPTIONS does not, since clients know exactly what AWX lists.
var tokenShape = &shape{
	name: "Token", typ: tokenType,
	search:        []string{"description", "name"},
	relatedSearch: []string{"application__search", "user__search"},
	fields: []field{
		{name: "id", typ: "integer", label: "ID", help: "The token's number, which is never given twice."},
		{name: "type", typ: "choice", label: "Type", help: "What kind of object this is.", choices: []choice{{tokenType, "Access Token"}}},
		{name: "url", typ: "string", label: "Url", help: "The token's path.", hidden: true},
		{name: "related", typ: "object", label: "Related", help: "Paths of what belongs to the token.", hidden: true, inner: []field{
			{name: "user", typ: "string", help: "Its owner."},
			{name: "application", typ: "string", help: "Its application, if it has one.", sparse: true},
			{name: "activity_stream", typ: "string", help: "What happened to it."},
		}},
		{name: "summary_fields", typ: "object", label: "Summary fields", help: "Extracts of what belongs to the token.", hidden: true, inner: []field{
			{name: "user", typ: "object", help: "Its owner.", sparse: true, inner: userSummaryFields},
			{name: "application", typ: "object", help: "Its application, if it has one.", sparse: true, inner: []field{
				{name: "id", typ: "integer"}, {name: "name", typ: "string"},
			}},
		}},
		{name: "created", typ: "datetime", label: "Created", help: "When the token was made."},
		{name: "modified", typ: "datetime", label: "Modified", help: "When the token was last changed; use does not change it."},
		{
			name: "description", typ: "string", label: "Description", help: "A note on what the token is for.",
			limit: pat.MaxTokenDescription, quiet: true, create: &input{preset: "", nullable: true},
			update: &input{preset: "", nullable: true, note: "A note on what the token is for. Left out, PUT makes it empty."},
		},
		{name: "user", typ: "id", label: "User", help: "The number of the token's owner."},
		{name: "token", typ: "string", label: "Token", help: "The secret: shown by the POST that makes it, masked ever after."},
		{name: "refresh_token", typ: "field", label: "Refresh token", help: "The secret that renews the token of an application: shown by the POST that makes it, then masked.", json: "string", nullable: true, hidden: true},
		{name: "application", typ: "id", label: "Application", note: "The number of the token's application; null: it is a personal token.", nullable: true, create: &input{nullable: true}},
		{
			name: "expires", typ: "datetime", label: "Expires", help: "When the token ends. One that never does shows a date 365,000 days after its creation.",
			create: &input{extra: true, nullable: true, note: "When the token is to end: a time in the future, null for never. Left out, it is in 365 days or what policy says."},
			update: &input{extra: true, nullable: true, note: "A time in the future. An earlier end than the token's takes its place; a later one, or null, changes nothing."},
		},
		{
			name: "scope", typ: "string", label: "Scope", help: "What the token may do: words with blanks between them. read may look, write may change too.",
			create: &input{preset: "write"},
			update: &input{preset: "write", note: "What the token may do. Left out, it stays. Only a password may widen it."},
		},

		{name: "name", typ: "string", label: "Name", help: "The owner's label, unique among the live tokens.", limit: pat.MaxTokenName, create: &input{extra: true, nullable: true}, update: &input{extra: true, nullable: true}},
		{name: "last_used", typ: "datetime", label: "Last used", help: "When the token was last accepted; null when never.", nullable: true},
		{name: "networks", typ: "list", label: "Networks", help: "From where the token may be used, in CIDR notation; none is from anywhere.", json: "strings", create: &input{extra: true, nullable: true}, update: &input{extra: true, nullable: true}},
		{name: "created_from", typ: "string", label: "Created from", help: "The address that asked for the token; null when there was none.", nullable: true},
		{name: "status", typ: "choice", label: "Status", help: "How the token stands: revoked says more than expired, and that more than paused.", choices: []choice{{"live", "Live"}, {"expired", "Expired"}, {"paused", "Paused"}, {"revoked", "Revoked"}}},
		{name: "paused", typ: "datetime", label: "Paused", help: "Since when the token is paused; null when it is not.", nullable: true, hidden: true},
		{name: "retired", typ: "datetime", label: "Retired", help: "When the old value of a rotation stops to be accepted; null when the token was not rotated.", nullable: true, hidden: true},
		{name: "family", typ: "id", label: "Family", help: "The number of the first token of the chain of rotations; the token's own when it began one.", hidden: true},
		{name: "replaces", typ: "id", label: "Replaces", help: "The number of the token that this one is the successor of; null when of none.", nullable: true, hidden: true},
		{name: "replaced_by", typ: "id", label: "Replaced By", help: "The number of the token's successor; null when it was not rotated, or the successor is no longer kept.", nullable: true, hidden: true},
		{name: "last_used_from", typ: "string", label: "Last used from", help: "The address from which the token was last accepted; null when it is not known.", nullable: true, hidden: true},
	},
}

// personalTokenShape is told where no application is asked for.
var personalTokenShape = tokenShape.without("application")

// authorizedTokenShape is told where only tokens of applications are made.
var authorizedTokenShape = tokenShape.demanding("application")

// userSummaryFields is the extract of a user in other objects.
var userSummaryFields = []field{
	{name: "id", typ: "integer"},
	{name: "username", typ: "string"},
	{name: "first_name", typ: "string"},
	{name: "last_name", typ: "string"},
}
