package awx

import "jeton/internal/web"

// changesBesides describe the feed for programs that keep what introspection said.
var changesBesides = []beside{{
	path: "/oauth2/changes", about: "Which tokens and users have changed: for APIs that keep the verdicts of introspection.",
	methods: []besideMethod{{
		method: "GET", id: "changes", summary: "Changes",
		words:    "Answers as soon as something has changed after the place, else with nothing when the wait is over. The credential is that of introspection, by header.",
		security: []any{byName, byToken},
		parameters: []any{
			parameter("after", "query", "The cursor of the answer before. Without it the answer is where to begin.", integerSchema, false),
			parameter("wait", "query", "For how many seconds to wait, at most 25.", web.Object{{Key: "type", Value: "number"}}, false),
		},
		answers: append([]besideAnswer{{status: 200, words: "What has changed.", content: jsonType, schema: object(
			web.Member{Key: "cursor", Value: integerSchema},
			web.Member{Key: "changes", Value: web.Object{{Key: "type", Value: "array"}, {Key: "items", Value: closed([]field{
				{name: "jti", typ: "string", help: "A token's number.", sparse: true},
				{name: "sub", typ: "string", help: "A user's number: of all tokens of theirs.", sparse: true},
			})}}},
			web.Member{Key: "behind", Value: web.Object{{Key: "type", Value: "boolean"}, {Key: "description", Value: "What has changed since the place cannot be told: forget everything."}}},
			web.Member{Key: "waited_ms", Value: integerSchema},
			web.Member{Key: "age_ms", Value: integerSchema},
		)}}, oauthRefusals(400, 401, 403, 414, 431, 500, 503)...),
	}},
}}

var integerSchema = web.Object{{Key: "type", Value: "integer"}}

// object is the schema of an object that has all of the members and no others.
func object(members ...web.Member) web.Object {
	var names []string
	for _, m := range members {
		names = append(names, m.Key)
	}
	return web.Object{
		{Key: "type", Value: "object"},
		{Key: "properties", Value: web.Object(members)},
		{Key: "required", Value: names},
		{Key: "additionalProperties", Value: false},
	}
}
