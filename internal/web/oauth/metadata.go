package oauth

import (
	"net/http"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Grants says where and how tokens are had, as paths of this server.
type Grants struct {
	Authorize    string // "": there is no such page
	Token        string
	Types        []string // grant_type
	AuthMethods  []string // of the token endpoint
	ResponseType []string // of the authorization endpoint
	Challenges   []string // code_challenge_method
}

// metadataAnswer is RFC 8414 §2.
type metadataAnswer struct {
	Issuer               string   `json:"issuer"`
	Authorization        string   `json:"authorization_endpoint,omitempty"`
	Token                string   `json:"token_endpoint"`
	TokenMethods         []string `json:"token_endpoint_auth_methods_supported"`
	Introspection        string   `json:"introspection_endpoint"`
	IntrospectionMethods []string `json:"introspection_endpoint_auth_methods_supported"`
	Revocation           string   `json:"revocation_endpoint"`
	RevocationMethods    []string `json:"revocation_endpoint_auth_methods_supported"`
	Scopes               []string `json:"scopes_supported"`
	ResponseTypes        []string `json:"response_types_supported"`
	GrantTypes           []string `json:"grant_types_supported"`
	CodeChallengeMethods []string `json:"code_challenge_methods_supported,omitempty"`
	TellsIssuer          bool     `json:"authorization_response_iss_parameter_supported,omitempty"` // RFC 9207
}

// clientMethods are how a client proves itself at this face, in the words of
// IANA's registry, which has none for a bearer token.
var clientMethods = []string{"client_secret_basic", "client_secret_post"}

// revokerMethods has none for applications without a secret.
var revokerMethods = append(slices.Clone(clientMethods), "none")

// metadata serves RFC 8414. It is the same for everybody and may be kept for a
// while.
func (f *Face) metadata(w http.ResponseWriter, r *http.Request) error {
	scopes, err := f.scopes(r)
	if err != nil {
		return err
	}
	g := f.Grants
	answer := metadataAnswer{
		Issuer: f.Issuer,
		Token:  f.Issuer + g.Token, TokenMethods: g.AuthMethods,
		Introspection: f.Issuer + introspectPath, IntrospectionMethods: clientMethods,
		Revocation: f.Issuer + revokePath, RevocationMethods: revokerMethods,
		Scopes:        scopes,
		ResponseTypes: append([]string{}, g.ResponseType...), GrantTypes: g.Types, CodeChallengeMethods: g.Challenges,
	}
	if g.Authorize != "" {
		answer.Authorization = f.Issuer + g.Authorize
		answer.TellsIssuer = f.Public
	}
	w.Header()["Cache-Control"] = []string{"public, max-age=300"}
	return web.JSON(w, http.StatusOK, answer)
}

// scopes are all that may be granted, each once.
func (f *Face) scopes(r *http.Request) ([]string, error) {
	there, err := f.Authority.ScopeWords(r.Context())
	words := []string{pat.ScopeRead, pat.ScopeWrite, pat.ScopeIntrospect}
	for _, w := range there {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words, err
}
