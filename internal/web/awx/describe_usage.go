package awx

// usageShape is told of how a token was used.
var usageShape = &shape{name: "Usage", single: true, fields: []field{
	{name: "token", typ: "id", label: "Token", help: "The number of the token.", hidden: true},
	{name: "first_used", typ: "datetime", label: "First used", help: "When the token was first accepted; null when never, or before that was recorded.", nullable: true, hidden: true},
	{name: "last_used", typ: "datetime", label: "Last used", help: "When the token was last accepted; null when never.", nullable: true, hidden: true},
	{name: "last_used_from", typ: "string", label: "Last used from", help: "The address from which that was, where it is known.", nullable: true, hidden: true},
	{name: "accepted", typ: "integer", label: "Accepted", help: "How often the token was accepted.", hidden: true},
	{name: "refused", typ: "integer", label: "Refused", help: "How often it was refused.", hidden: true},
	{name: "from", typ: "datetime", label: "From", help: "Where what follows begins; the parameter from sets it.", hidden: true},
	{name: "to", typ: "datetime", label: "To", help: "Where it ends; the parameter to sets it.", hidden: true},
	{name: "refused_by_reason", typ: "object", label: "Refused by reason", help: "How often the token was refused in that time, for each reason.", hidden: true},
	{name: "periods", typ: "json", label: "Periods", help: "Hours, and days where they are older than a week, in which the token was used.", hidden: true, json: "objects", inner: []field{
		{name: "start", typ: "datetime"},
		{name: "seconds", typ: "integer", help: "How long it is: an hour or a day."},
		{name: "accepted", typ: "integer"},
		{name: "refused", typ: "object", help: "How often the token was refused, for each reason."},
	}},
	{name: "addresses", typ: "json", label: "Addresses", help: "From where the token was used, the latest first.", hidden: true, json: "objects", inner: []field{
		{name: "address", typ: "string"},
		{name: "first_used", typ: "datetime"},
		{name: "last_used", typ: "datetime"},
		{name: "accepted", typ: "integer"},
		{name: "refused", typ: "integer"},
	}},
}}
