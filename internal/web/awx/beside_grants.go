package awx

// grantPaths are the paths by which applications obtain tokens.
var grantPaths = []beside{
	{path: oauthPath + "/", about: "The paths of OAuth 2.", methods: []besideMethod{{
		method: "GET", id: "o_root", summary: "OAuth 2", words: "Lists the paths.",
		answers: []besideAnswer{{status: 200, words: "The paths.", content: jsonType, schema: closed(links([]string{"authorize", "token", "revoke_token"}))}},
	}}},
	{path: authorizePath, about: "Where an application sends its user, who is asked whether it may have a token (RFC 6749 §4.1). A page for people.", methods: []besideMethod{
		{
			method: "GET", id: "o_authorize", summary: "Question", words: "Asks the user, who signs in first.",
			parameters: []any{
				parameter("client_id", "query", "The application.", textSchema, true),
				parameter("redirect_uri", "query", "Where the answer goes: one that is registered, in the same characters.", textSchema, false),
				parameter("response_type", "query", "`code`.", textSchema, true),
				parameter("scope", "query", "`read`, `write` or both; left out, both.", textSchema, false),
				parameter("state", "query", "Comes back with the answer.", textSchema, false),
				parameter("code_challenge", "query", "PKCE's. A public application has to send it.", textSchema, false),
				parameter("code_challenge_method", "query", "`S256`.", textSchema, false),
			},
			answers: append([]besideAnswer{{status: 200, words: "The question.", content: pageType}}, authorizeAnswers...),
		},
		{
			method: "POST", id: "o_authorize_answer", summary: "Answer", words: "Takes the form of the page.",
			form: append([]field{{name: "allow", typ: "string", help: "Left out: no.", sparse: true}, {name: "csrfmiddlewaretoken", typ: "string"}},
				optional(carried...)...),
			answers: authorizeAnswers,
		},
	}},
	{path: tokenPath, about: "Where an application obtains tokens.", methods: []besideMethod{{
		method: "POST", id: "o_token", summary: "Token of an application", words: "The application proves itself by Basic or in the form.",
		security: []any{byName},
		form: append([]field{{name: "grant_type", typ: "string", help: "`authorization_code`, `refresh_token` or `password`."}},
			optional("client_id", "client_secret", "scope", "code", "redirect_uri", "code_verifier", "refresh_token", "username", "password")...),
		answers: append([]besideAnswer{{status: 200, words: "The token and what renews it. They are shown only here.", content: jsonType, schema: closed([]field{
			{name: "access_token", typ: "string"},
			{name: "expires_in", typ: "integer", help: "Seconds."},
			{name: "token_type", typ: "string", help: "`Bearer`."},
			{name: "scope", typ: "string"},
			{name: "refresh_token", typ: "string", help: "Good for one use."},
		})}, {status: 403, words: "The refresh token has expired.", content: pageType}}, grantRefusals(400, 401, 413, 414, 429, 431, 500, 503)...),
	}}},
	{path: revokePath, about: "Where an application gives back a token of its own (RFC 7009).", methods: []besideMethod{{
		method: "POST", id: "o_revoke", summary: "Revocation by an application", words: "Whatever is not the application's own is answered alike and stays as it is.",
		security: []any{byName},
		form:     append([]field{{name: "token", typ: "string", help: "An access or a refresh token."}}, optional("token_type_hint", "client_id", "client_secret")...),
		answers:  append([]besideAnswer{{status: 200, words: "It is refused from now on.", content: jsonType, schema: closed(nil)}}, grantRefusals(400, 401, 413, 414, 429, 431, 500, 503)...),
	}}},
}

const pageType = "text/html"

// authorizeAnswers are those that both methods have.
var authorizeAnswers = []besideAnswer{
	{status: 302, words: "To the sign-in; or back to the application, with `code` or `error`, its `state`, and `iss` (RFC 9207) where a public URL is set."},
	{status: 400, words: "There is no such application, or the address is not one of its own.", content: pageType},
	{status: 403, words: "The form was not made for this browser.", content: pageType},
}

// optional are texts that may be left out.
func optional(names ...string) []field { return links(names, names...) }

func grantRefusals(statuses ...int) []besideAnswer {
	return refusing(closed([]field{
		{name: "error", typ: "string", help: "A word for programs."},
		{name: "error_description", typ: "string", help: "What is wrong, for people.", sparse: true},
	}), statuses)
}
