package awx

import (
	"errors"
	"net/http"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// defaultGrantScope is what an application gets that asks for no scope. It
// differs from the API's, as in AWX.
const defaultGrantScope = pat.Scopes(pat.ScopeRead + " " + pat.ScopeWrite)

// tokenRequest is a request to the token endpoint.
type tokenRequest struct {
	r    *http.Request
	form web.Form
	app  pat.Application
}

// grants are the ways to a token: what each needs in the form, and how it is
// granted. An empty parameter counts as left out (RFC 6749 §3.2).
var grants = map[string]struct {
	needs [][2]string // parameter, and what is said when it is missing
	grant func(*Face, tokenRequest) (pat.Pair, error)
}{
	"authorization_code": {[][2]string{{"code", "Missing code parameter."}}, (*Face).grantByCode},
	"refresh_token":      {[][2]string{{"refresh_token", "Missing refresh token parameter."}}, (*Face).grantByRefresh},
	"password": {[][2]string{
		{"username", "Request is missing username parameter."}, {"password", "Request is missing password parameter."},
	}, (*Face).grantByPassword},
	// Known, and no application's.
	"client_credentials": {nil, func(*Face, tokenRequest) (pat.Pair, error) { return pat.Pair{}, errUnauthorizedClient }},
}

// grant serves POST /api/o/token/.
func (f *Face) grant(w http.ResponseWriter, r *http.Request) error {
	form, err := readGrantForm(r)
	if errors.Is(err, web.ErrMediaType) { // where JSON is sent the grant is not seen
		return errGrantType
	}
	if err != nil {
		return err
	}
	way, ok := grants[form["grant_type"]]
	if !ok {
		return errGrantType
	}
	for _, n := range way.needs {
		if form[n[0]] == "" {
			return &grantFailure{http.StatusBadRequest, "invalid_request", n[1]}
		}
	}
	q := tokenRequest{r: r, form: form}
	if q.app, err = f.client(r, form); err != nil {
		return err
	}
	pair, err := way.grant(f, q)
	if err != nil {
		return err
	}
	return writeSpaced(w, http.StatusOK, web.Object{
		{Key: "access_token", Value: pair.Access.Reveal()},
		{Key: "expires_in", Value: secondsOf(&pair.Token)},
		{Key: "token_type", Value: "Bearer"},
		{Key: "scope", Value: string(pair.Token.Scopes)},
		{Key: "refresh_token", Value: pair.Refresh.Reveal()},
	})
}

// readGrantForm reads a form. What stands in the address ends up in logs, so
// that nothing may stand there.
func readGrantForm(r *http.Request) (web.Form, error) {
	if r.URL.RawQuery != "" {
		return nil, &grantFailure{http.StatusBadRequest, "invalid_request", "URL query parameters are not allowed"}
	}
	return web.ReadForm(r)
}

// secondsOf returns for how long the token lives, rounded down. For one that
// never expires it is AWX's own default, since clients need a number.
func secondsOf(t *pat.Token) int64 {
	end := t.ShownExpiry()
	s := end.Unix() - t.CreatedAt.Unix() // not by Duration, which ends after 292 years
	if end.Nanosecond() < t.CreatedAt.Nanosecond() {
		s--
	}
	return max(1, s)
}

// scopes reads the scope that is asked for; "" is preset.
func (q *tokenRequest) scopes(preset pat.Scopes) (pat.Scopes, error) {
	if strings.TrimSpace(q.form["scope"]) == "" {
		return preset, nil
	}
	return pat.ParseScopes(q.form["scope"])
}

func (f *Face) grantByCode(q tokenRequest) (pat.Pair, error) {
	return f.Authority.ExchangeCode(q.r.Context(), q.app, q.form["code"], q.form["redirect_uri"], q.form["code_verifier"], web.ViaOf(q.r))
}

func (f *Face) grantByRefresh(q tokenRequest) (pat.Pair, error) {
	scopes, err := q.scopes("")
	if err != nil {
		return pat.Pair{}, err
	}
	return f.Authority.Refresh(q.r.Context(), q.app, q.form["refresh_token"], scopes, web.ViaOf(q.r))
}

// grantByPassword asks for the password only where it could lead to a token, so
// that no other application is a place to guess at.
func (f *Face) grantByPassword(q tokenRequest) (pat.Pair, error) {
	if q.app.Grant != pat.GrantPassword {
		return pat.Pair{}, errUnauthorizedClient
	}
	scopes, err := q.scopes(defaultGrantScope)
	if err != nil {
		return pat.Pair{}, err
	}
	by, err := f.Authority.Authenticate(q.r.Context(), []pat.Login{{Name: q.form["username"], Password: q.form["password"]}}, web.ViaOf(q.r))
	if pat.Is(err, pat.Unauthenticated) {
		return pat.Pair{}, errGrantPassword
	}
	if err != nil {
		return pat.Pair{}, err
	}
	return f.Authority.GrantPassword(q.r.Context(), q.app, by, scopes)
}
