package awx

import (
	"slices"

	"jeton/internal/web"
)

const jsonType = "application/json"

// besides are all paths that are no views.
var besides = slices.Concat(otherFaces, grantPaths)

// otherFaces are the paths of the other faces that programs ask.
var otherFaces = []beside{
	{path: "/verify", about: "Whether the bearer of a token may pass, and who it is: for proxies. Every path beneath it is the same, and so is every method.", methods: []besideMethod{{
		method: "GET", id: "verify", summary: "Forward authentication",
		words:    "Reads no body and no cookie. A `scope` of `auto` demands what the method of the original request does, which proxies send in `X-Forwarded-Method` or `X-Original-Method`.",
		security: byBearer,
		parameters: []any{
			parameter("scope", "query", "`read`, `write`, another scope, or `auto`. Left out, every live token passes.", textSchema, false),
			parameter("X-Forwarded-Method", "header", "The method of the original request.", textSchema, false),
			parameter("X-Original-Method", "header", "The same, as nginx is told to send it.", textSchema, false),
		},
		answers: append([]besideAnswer{{status: 200, words: "It may pass.", headers: []web.Member{
			header("X-Auth-User", "The owner's name.", "string"),
			header("X-Auth-User-Id", "The owner's number.", "integer"),
			header("X-Auth-Token-Id", "The token's number.", "integer"),
			header("X-Auth-Scope", "The token's scopes, with those that they imply.", "string"),
		}}}, oauthRefusals(400, 401, 403, 414, 431, 500, 503)...),
	}}},
	{path: "/apiops/auth/token", about: "Trades a user's name and password for a token.", methods: []besideMethod{{
		method: "POST", id: "apiops_token", summary: "Token by name and password",
		words:    "Name and password are sent in the form, or by Basic and then not in the form.",
		security: []any{web.Object{}, byName},
		form: []field{
			{name: "grant_type", typ: "string", help: "`client_credentials`."},
			{name: "client_id", typ: "string", help: "The user's name.", sparse: true},
			{name: "client_secret", typ: "string", help: "The user's password.", sparse: true},
			{name: "scope", typ: "string", help: "`read` or `write`; left out, `write`.", sparse: true},
		},
		answers: append([]besideAnswer{{status: 200, words: "The token. It is shown only here.", content: jsonType, schema: closed([]field{
			{name: "access_token", typ: "string", help: "The secret."},
			{name: "token_type", typ: "string", help: "`Bearer`."},
			{name: "expires_in", typ: "integer", help: "Seconds. A token that never ends has none.", sparse: true},
			{name: "scope", typ: "string"},
		})}, {
			status: 401, words: "Unknown name, wrong password or disabled user. With `WWW-Authenticate` only when Basic was used.",
			content: jsonType, schema: oauthError,
		}}, oauthRefusals(400, 403, 413, 414, 429, 431, 500, 503)...),
	}}},
	{path: "/apiops/test/healthcheck", about: "A sign of life.", methods: []besideMethod{{
		method: "GET", id: "apiops_healthcheck", summary: "Health check", words: "Answers `OK` as long as the server does.",
		answers: []besideAnswer{{status: 200, words: "`OK`.", content: "text/plain"}},
	}}},
	{
		path: "/apiops/test/hello/{name}", about: "Tries a token out.",
		parameters: []any{parameter("name", "path", "Who is greeted.", textSchema, true)},
		methods: []besideMethod{{
			method: "GET", id: "apiops_hello", summary: "Hello", words: "Greets whoever bears a live token with `read`.", security: byBearer,
			answers: append([]besideAnswer{{status: 200, words: "The greeting.", content: "text/plain"}}, envelopes(400, 401, 500, 503)...),
		}},
	},
	{path: "/oauth2/introspect", about: "Whether a token is live, and whose it is (RFC 7662): for APIs.", methods: []besideMethod{{
		method: "POST", id: "introspect", summary: "Introspection", words: "The API that asks proves itself by a token with the scope `introspect`, as a bearer, or beside its owner's name by header or form. A password is none.",
		security: []any{web.Object{}, byName, byToken},
		form: []field{
			{name: "token", typ: "string", help: "The secret that is asked about."},
			{name: "token_type_hint", typ: "string", help: "Says nothing here.", sparse: true},
			{name: "client_ip", typ: "string", help: "Added: the address that the token came from.", sparse: true},
			{name: "client_id", typ: "string", sparse: true},
			{name: "client_secret", typ: "string", sparse: true},
		},
		answers: append([]besideAnswer{{status: 200, words: "The verdict.", content: jsonType, schema: closed(introspectionFields)}}, oauthRefusals(400, 401, 403, 413, 414, 429, 431, 500, 503)...),
	}}},
	{path: "/oauth2/introspect/batch", about: "The same about up to 100 tokens at once.", methods: []besideMethod{{
		method: "POST", id: "introspect_batch", summary: "Introspection of many", words: "Answers in the order of the question.",
		security: []any{byName, byToken},
		json:     []field{{name: "tokens", typ: "list", json: "strings", help: "The secrets that are asked about."}},
		answers: append([]besideAnswer{{status: 200, words: "The verdicts.", content: jsonType, schema: web.Object{
			{Key: "type", Value: "object"},
			{Key: "properties", Value: web.Object{{Key: "results", Value: web.Object{{Key: "type", Value: "array"}, {Key: "items", Value: closed(introspectionFields)}}}}},
			{Key: "required", Value: []string{"results"}},
			{Key: "additionalProperties", Value: false},
		}}}, oauthRefusals(400, 401, 403, 413, 414, 429, 431, 500, 503)...),
	}}},
	{path: "/oauth2/revoke", about: "Revokes a token by its secret (RFC 7009).", methods: []besideMethod{{
		method: "POST", id: "revoke", summary: "Revocation", words: "The client is the token itself, its owner or an administrator. A token that is not there, or not theirs, is answered alike and stays as it is.",
		security: []any{web.Object{}, byName, byToken},
		form: []field{
			{name: "token", typ: "string", help: "The secret."},
			{name: "token_type_hint", typ: "string", help: "Says nothing here.", sparse: true},
			{name: "client_id", typ: "string", sparse: true},
			{name: "client_secret", typ: "string", sparse: true},
		},
		answers: append([]besideAnswer{{status: 200, words: "It is refused from now on.", content: jsonType, schema: closed(nil)}}, oauthRefusals(400, 401, 403, 413, 414, 429, 431, 500, 503)...),
	}}},
	{path: "/.well-known/oauth-authorization-server", about: "What programs need to know of the OAuth 2 endpoints (RFC 8414).", methods: []besideMethod{{
		method: "GET", id: "oauth_metadata", summary: "Metadata", words: "Is the same for everybody.",
		answers: []besideAnswer{{status: 200, words: "The metadata.", content: jsonType, schema: closed(metadataFields)}},
	}}},
	{path: "/healthz", about: "Whether the process lives.", methods: []besideMethod{{
		method: "GET", id: "healthz", summary: "Liveness", words: "Answers as long as the server does.",
		answers: []besideAnswer{{status: 200, words: "It lives.", content: jsonType, schema: closed(healthFields)}},
	}}},
	{path: "/readyz", about: "Whether requests should be sent here.", methods: []besideMethod{{
		method: "GET", id: "readyz", summary: "Readiness", words: "Asks the database.",
		answers: []besideAnswer{
			{status: 200, words: "Send them.", content: jsonType, schema: closed(healthFields)},
			{status: 503, words: "Do not: the database cannot be read, or the server is stopping.", content: jsonType, schema: closed(healthFields)},
		},
	}}},
}

var textSchema = web.Object{{Key: "type", Value: "string"}}

// How callers prove who they are, in the words of the document.
var (
	byToken  = web.Object{{Key: "bearer", Value: []string{}}}
	byName   = web.Object{{Key: "basic", Value: []string{}}}
	byBearer = []any{byToken}
)

var healthFields = []field{{name: "status", typ: "string"}}

// introspectionFields is RFC 7662 §2.2. A token that is not live has active only.
var introspectionFields = []field{
	{name: "active", typ: "boolean"},
	{name: "scope", typ: "string", sparse: true},
	{name: "client_id", typ: "string", sparse: true},
	{name: "username", typ: "string", sparse: true},
	{name: "sub", typ: "string", help: "The owner's number.", sparse: true},
	{name: "exp", typ: "integer", help: "Seconds since 1970. A token that never ends has none.", sparse: true},
	{name: "iat", typ: "integer", help: "Seconds since 1970.", sparse: true},
	{name: "jti", typ: "string", help: "The token's number.", sparse: true},
	{name: "token_type", typ: "string", help: "`Bearer`.", sparse: true},
	{name: "iss", typ: "string", help: "The issuer, where a public URL is set.", sparse: true},
}

var metadataFields = []field{
	{name: "issuer", typ: "string"},
	{name: "authorization_endpoint", typ: "string", sparse: true},
	{name: "token_endpoint", typ: "string"},
	{name: "token_endpoint_auth_methods_supported", typ: "list", json: "strings"},
	{name: "introspection_endpoint", typ: "string"},
	{name: "introspection_endpoint_auth_methods_supported", typ: "list", json: "strings"},
	{name: "revocation_endpoint", typ: "string"},
	{name: "revocation_endpoint_auth_methods_supported", typ: "list", json: "strings"},
	{name: "scopes_supported", typ: "list", json: "strings"},
	{name: "response_types_supported", typ: "list", json: "strings"},
	{name: "grant_types_supported", typ: "list", json: "strings"},
	{name: "code_challenge_methods_supported", typ: "list", json: "strings", sparse: true},
}

// oauthRefusals are the answers that refuse in the words of RFC 6749 §5.2.
func oauthRefusals(statuses ...int) []besideAnswer {
	return refusing(oauthError, statuses)
}

var oauthError = closed([]field{
	{name: "error", typ: "string", help: "A word for programs."},
	{name: "error_description", typ: "string", help: "What is wrong, for people."},
	{name: "retry_after", typ: "integer", help: "Seconds to wait.", sparse: true},
})

// envelopes are the answers that refuse in the words of /apiops/test/.
func envelopes(statuses ...int) []besideAnswer {
	return refusing(closed([]field{
		{name: "status", typ: "string", help: "`FAILURE`."},
		{name: "resultMessage", typ: "string", help: "What is wrong, for people."},
	}), statuses)
}

func refusing(schema web.Object, statuses []int) (list []besideAnswer) {
	for _, status := range statuses {
		a := besideAnswer{status: status, words: refusalWords[status], content: jsonType, schema: schema}
		switch {
		case status == 401:
			a.headers = []web.Member{header("WWW-Authenticate", "How to prove who you are.", "string")}
		case slices.Contains([]int{429, 503}, status):
			a.headers = []web.Member{header("Retry-After", "Seconds to wait.", "integer")}
		}
		list = append(list, a)
	}
	return list
}
