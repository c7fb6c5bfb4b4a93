package awx

import (
	"strings"

	"jeton/internal/pat"
)

// consentView is what the page shows that asks a user.
type consentView struct {
	Application, Description string
	Public                   bool
	Username                 string
	Scopes                   []scopeView
	Host                     string
	CSRF                     string
	Hidden                   []hiddenField
}

type scopeView struct{ Word, Meaning string }

type hiddenField struct{ Name, Value string }

// carried are the parameters that the form brings back.
var carried = []string{
	"client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method", "nonce", "claims",
}

// meanings says what a scope lets an application do.
var meanings = map[string]string{
	"read":       "see whatever you may see here",
	"write":      "change whatever you may change here, and make and revoke tokens in your name",
	"introspect": "ask about other people's tokens",
}

func consentOf(v visit, a asking) consentView {
	view := consentView{
		Application: a.app.Name, Description: a.app.Description, Public: a.app.Type == pat.Public,
		Username: v.who.Name, Host: origin(a.redirect).Host, CSRF: v.secret.CSRFToken(),
	}
	wants, _ := a.granted() // was judged before
	for word := range strings.FieldsSeq(string(wants.Scopes)) {
		meaning := meanings[word]
		if meaning == "" {
			meaning = "use what this installation calls " + word
		}
		view.Scopes = append(view.Scopes, scopeView{word, meaning})
	}
	for _, name := range carried {
		if value := a.form[name]; value != "" {
			view.Hidden = append(view.Hidden, hiddenField{name, value})
		}
	}
	return view
}
