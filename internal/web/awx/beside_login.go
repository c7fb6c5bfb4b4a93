package awx

import "jeton/internal/web"

// loginBesides are the pages by which browsers, and the awx client without a
// token, sign in and out.
var loginBesides = []beside{
	{path: "/api/login/", about: "Where browsers, and the awx client without a token, sign in.", methods: []besideMethod{
		{
			method: "GET", id: "login_form", summary: "Sign-in form", words: "Answers the form, and sets the cookie `csrftoken` where there is none.",
			parameters: []any{parameter("next", "query", "The path to go on to.", textSchema, false)},
			answers: append([]besideAnswer{
				{status: 200, words: "The form.", content: htmlType},
				{status: 406, words: "The form is HTML only.", content: jsonType, schema: reference("schemas", "Detail")},
			}, pageRefusals(414, 431, 500)...),
		},
		{
			method: "POST", id: "login", summary: "Sign-in", words: "Begins a session. The cookie `csrftoken` is sent back in the header or in the form.",
			parameters: []any{parameter("X-CSRFToken", "header", "The cookie `csrftoken`.", textSchema, false)},
			form: []field{
				{name: "username", typ: "string"},
				{name: "password", typ: "string"},
				{name: "next", typ: "string", help: "The path to go on to; left out, `/api/`.", sparse: true},
				{name: "csrfmiddlewaretoken", typ: "string", help: "The cookie `csrftoken`, where no header has it.", sparse: true},
			},
			answers: append([]besideAnswer{
				{status: 302, words: "Signed in: the session's cookie is set.", headers: []web.Member{
					header("Location", "`next`.", "string"),
					header("X-API-Session-Cookie-Name", "The name of the session's cookie.", "string"),
					header("Session-Timeout", "For how many seconds the session lasts unseen.", "integer"),
				}},
				{status: 401, words: "The form again: name or password is wrong.", content: htmlType, headers: []web.Member{header("WWW-Authenticate", "As everywhere under `/api/`.", "string")}},
			}, pageRefusals(400, 403, 413, 414, 415, 429, 431, 500, 503)...),
		},
	}},
	{path: "/api/logout/", about: "Where they sign out.", methods: []besideMethod{
		signOut("GET", "logout_link", "Ends the session, unless another site leads here or the browser only looks ahead."),
		signOut("POST", "logout", "Ends the session."),
	}},
}

func signOut(method, id, words string) besideMethod {
	return besideMethod{
		method: method, id: id, summary: "Sign-out", words: words,
		answers: append([]besideAnswer{
			{status: 302, words: "Signed out.", headers: []web.Member{header("Location", "`/api/`.", "string")}},
		}, pageRefusals(403, 414, 431, 500, 503)...),
	}
}

const htmlType = "text/html"

// pageRefusals are the answers that refuse with a page.
func pageRefusals(statuses ...int) []besideAnswer {
	list := refusing(nil, statuses)
	for i := range list {
		list[i].content = htmlType
	}
	return list
}
