package awx

import "jeton/internal/pat"

// What the acts on tokens take. They answer with a token.
var (
	nothingShape = &shape{name: "Nothing", single: true}

	reasonShape = &shape{name: "Reason", single: true, fields: []field{
		{name: "reason", typ: "string", label: "Reason", help: "Why, for the audit trail.", limit: pat.MaxReason, create: &input{nullable: true}},
	}}

	rotationShape = &shape{name: "Rotation", single: true, exact: true, fields: []field{
		{
			name: "overlap", typ: "integer", label: "Overlap", help: "For how many seconds the old secret goes on, from 0 to 2,592,000 (30 days) or what policy says. Left out, a day, or what policy allows of it.",
			create: &input{preset: pat.DefaultOverlap},
		},
		{
			name: "expires", typ: "datetime", label: "Expires", help: "When the successor is to end: a time in the future, null for never. Left out, it lives for as long as the old token was made for.",
			create: &input{nullable: true},
		},
	}}
)

// familyShape is told of a chain of rotations, which is one page.
var familyShape = &shape{name: "TokenFamily", single: true, fields: []field{
	{name: "count", typ: "integer", label: "Count", help: "How many tokens there are.", hidden: true},
	{name: "next", typ: "string", label: "Next", help: "Always null.", nullable: true, hidden: true},
	{name: "previous", typ: "string", label: "Previous", help: "Always null.", nullable: true, hidden: true},
	{name: "results", typ: "json", label: "Results", help: "The tokens, the oldest first.", hidden: true, json: "objects", inner: tokenShape.fields},
}}
