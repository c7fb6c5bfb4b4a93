package awx

import "jeton/internal/pat"

// bulkShape is told of a selection of tokens.
var bulkShape = &shape{name: "TokenBulk", single: true, fields: []field{
	{name: "id", typ: "integer", label: "ID", help: "The selection's number.", hidden: true},
	{name: "url", typ: "string", label: "Url", help: "The selection's path: POST there does it.", hidden: true},
	{name: "act", typ: "choice", label: "Act", help: "What is done to the tokens.", choices: bulkActs, hidden: true},
	{name: "reason", typ: "string", label: "Reason", help: "Why, for the audit trail.", hidden: true},
	{name: "count", typ: "integer", label: "Count", help: "How many tokens were selected.", hidden: true},
	{name: "done", typ: "integer", label: "Done", help: "How many were gone through.", hidden: true},
	{name: "changed", typ: "integer", label: "Changed", help: "How many of those the act changed.", hidden: true},
	{name: "left", typ: "integer", label: "Left", help: "How many are left.", hidden: true},
	{name: "expires", typ: "datetime", label: "Expires", help: "Until when the selection can be run.", hidden: true},
	{name: "results", typ: "json", label: "Results", help: "The first 100 of the tokens, shown by the POST that selects them.", sparse: true, hidden: true, json: "objects", inner: tokenShape.fields},
}}

var bulkActs = []choice{{"revoke", "Revoke"}, {"pause", "Pause"}, {"resume", "Resume"}}

// bulkRequestShape is told of what selects tokens. All that is given has to hold.
var bulkRequestShape = &shape{name: "TokenBulkRequest", single: true, exact: true, fields: []field{
	{name: "act", typ: "choice", label: "Act", help: "What is to be done.", choices: bulkActs, create: &input{must: true}},
	{name: "reason", typ: "string", label: "Reason", help: "Why, for the audit trail.", limit: pat.MaxReason, create: &input{nullable: true}},
	{name: "owner", typ: "id", label: "Owner", help: "The number of the owner. Plain users select among their own tokens in any case.", create: &input{nullable: true}},
	{name: "created_before", typ: "datetime", label: "Created before", help: "Made before that time.", create: &input{nullable: true}},
	{name: "created_after", typ: "datetime", label: "Created after", help: "Made at that time or later.", create: &input{nullable: true}},
	{name: "used_from", typ: "list", label: "Used from", help: "Accepted from an address in one of these networks, as far as addresses are kept.", json: "strings", create: &input{nullable: true}},
	{name: "scope", typ: "string", label: "Scope", help: "Carrying this scope.", create: &input{nullable: true}},
	{name: "unused_since", typ: "datetime", label: "Unused since", help: "Not used at that time or later; never used, and made before it.", create: &input{nullable: true}},
	{name: "never_expires", typ: "boolean", label: "Never expires", help: "Without an end.", create: &input{nullable: true}},
	{name: "family", typ: "id", label: "Family", help: "Of this chain of rotations.", create: &input{nullable: true}},
	{name: "status", typ: "choice", label: "Status", help: "How they stand. Left out, live and paused.", choices: []choice{{"live", "Live"}, {"paused", "Paused"}, {"expired", "Expired"}}, create: &input{nullable: true}},
	{name: "ids", typ: "list", label: "Ids", help: "Among these, at most 5,000.", json: "integers", create: &input{nullable: true}},
}}
