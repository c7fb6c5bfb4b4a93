package awx

import "jeton/internal/pat"

// activityShape is told of the activity stream. What an entry is about stands in
// related and summary_fields under the name that object1 has.
var activityShape = &shape{
	name: "Activity", typ: activityType,
	search: []string{"changes"},
	fields: []field{
		{name: "id", typ: "integer", label: "ID", help: "The entry's number, which grows with time."},
		{name: "type", typ: "choice", label: "Type", help: "What kind of object this is.", choices: []choice{{activityType, "Activity Stream"}}},
		{name: "url", typ: "string", label: "Url", help: "The entry's path.", hidden: true},
		{name: "related", typ: "object", label: "Related", help: "Paths of who acted and of what was changed, while they are there.", hidden: true},
		{name: "summary_fields", typ: "object", label: "Summary fields", help: "Extracts of who acted and of what was changed.", hidden: true},
		{name: "timestamp", typ: "datetime", label: "Timestamp", help: "When it happened."},
		{name: "operation", typ: "choice", label: "Operation", help: "What became of the object.", choices: []choice{
			{string(pat.Creates), "Entity Created"}, {string(pat.Updates), "Entity Updated"}, {string(pat.Deletes), "Entity Deleted"},
		}},
		{name: "changes", typ: "json", label: "Changes", help: "What it was made as, or was when it ended; of a change each field's old and new value. Secrets are masked.", json: "any"},
		{name: "object1", typ: "string", label: "Object1", help: "What kind of object was changed."},
		{name: "object2", typ: "string", label: "Object2", help: "Always empty.", hidden: true},
		{name: "object_association", typ: "string", label: "Object association", help: "Always empty.", hidden: true},
		{name: "action_node", typ: "string", label: "Action node", help: "Not the machine's name.", hidden: true},
		{name: "object_type", typ: "string", label: "Object type", help: "Always empty.", hidden: true},

		{name: "act", typ: "string", label: "Act", help: "What was done, in the words of the audit trail."},
		{name: "face", typ: "string", label: "Face", help: "Where it was asked for: console, api, apiops, cli.", hidden: true},
		{name: "reason", typ: "string", label: "Reason", help: "Why, where somebody has said so.", hidden: true},
		{name: "outcome", typ: "string", label: "Outcome", help: "What came of it: done, or refused.", hidden: true},
		{name: "credential", typ: "string", label: "Credential", help: "How the actor proved who they are. Shown to the actor, administrators and auditors, as what follows.", sparse: true, hidden: true},
		{name: "credential_token", typ: "id", label: "Credential token", help: "The token by which it was done.", sparse: true},
		{name: "address", typ: "string", label: "Address", help: "Where the request came from. A network finds all of its addresses.", sparse: true},
		{name: "request_id", typ: "string", label: "Request ID", help: "Finds the request in the log.", sparse: true, hidden: true},
	},
}
