package tokenapi

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// tokenAnswer is RFC 6749 §5.1.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in,omitempty"` // whole seconds; left out when it never expires
	Scope       string `json:"scope"`
}

// grantType is the one grant. In it client_id and client_secret are a user's
// name and password.
const grantType = "client_credentials"

// defaultScope is granted to a request that names none, as scripts written
// before there were scopes do: they expect to do what their user may do.
const defaultScope = pat.Scopes(pat.ScopeWrite)

// token serves the client_credentials grant.
func (f *Face) token(w http.ResponseWriter, r *http.Request) error {
	if err := f.Authority.CheckOrigin(r.Context(), pat.OriginAPIOps); err != nil {
		return err
	}
	if err := checkQuery(r); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := readClient(r, form)
	if err != nil {
		return err
	}
	scopes, err := grantRequest(form)
	if err != nil {
		return err
	}
	if err := c.complete(); err != nil {
		return err
	}
	who, err := f.Authority.Authenticate(r.Context(), c.logins, web.ViaOf(r))
	if err != nil {
		return c.refused(err)
	}
	secret, tok, err := f.Authority.CreateToken(r.Context(), who, pat.TokenRequest{
		Owner: who.User, Scopes: scopes, Origin: pat.OriginAPIOps,
	})
	if err != nil {
		return err
	}
	headers(w)
	return web.JSON(w, http.StatusOK, tokenAnswer{secret.Reveal(), "Bearer", lifetime(&tok), string(tok.Scopes)})
}

// lifetime returns the seconds for which the token lives, rounded down, or 0
// when it never expires. It is at least 1, so that the two are told apart.
func lifetime(t *pat.Token) int64 {
	if t.ExpiresAt.IsZero() {
		return 0
	}
	// By seconds and not by Duration, which ends after 292 years.
	s := t.ExpiresAt.Unix() - t.CreatedAt.Unix()
	if t.ExpiresAt.Nanosecond() < t.CreatedAt.Nanosecond() {
		s--
	}
	return max(1, s)
}

// grantRequest returns the scopes that the form asks for. A parameter without
// a value counts as left out (RFC 6749 §3.2).
func grantRequest(form web.Form) (pat.Scopes, error) {
	switch form["grant_type"] {
	case grantType:
	case "":
		return "", invalid("Missing parameter: grant_type")
	default:
		return "", &failure{http.StatusBadRequest, "unsupported_grant_type", "GrantType value must be client_credentials!"}
	}
	scopes, err := pat.ParseScopes(form["scope"])
	if err != nil {
		return "", err
	}
	if scopes == "" {
		scopes = defaultScope
	}
	return scopes, nil
}

// headers sets those that every answer of the token endpoint carries.
// Cache-Control is the floor's (RFC 6749 §5.1 asks for both).
func headers(w http.ResponseWriter) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Pragma", "no-cache")
}
