package awx

import (
	"net/url"
	"strconv"
	"strings"

	"jeton/internal/pat"
)

// applicationAnswer is an application, its keys in AWX's order.
type applicationAnswer struct {
	ID                pat.ApplicationID  `json:"id"`
	Type              string             `json:"type"`
	URL               string             `json:"url"`
	Related           applicationRelated `json:"related"`
	Summary           applicationExtract `json:"summary_fields"`
	Created           string             `json:"created"`
	Modified          string             `json:"modified"`
	Name              string             `json:"name"`
	Description       string             `json:"description"`
	ClientID          string             `json:"client_id"`
	ClientSecret      *string            `json:"client_secret,omitempty"` // a public application has none
	ClientType        pat.ClientType     `json:"client_type"`
	RedirectURIs      string             `json:"redirect_uris"`
	GrantType         pat.GrantType      `json:"authorization_grant_type"`
	SkipAuthorization bool               `json:"skip_authorization"`
	Organization      int                `json:"organization"`
}

type applicationRelated struct {
	NamedURL       string `json:"named_url,omitempty"` // not in lists
	Tokens         string `json:"tokens"`
	ActivityStream string `json:"activity_stream"`
	Organization   string `json:"organization"`
}

type applicationExtract struct {
	Organization organizationSummary `json:"organization"`
	Capabilities userCapabilities    `json:"user_capabilities"`
	Tokens       tokensSummary       `json:"tokens"`
}

type organizationSummary struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type tokensSummary struct {
	Count   int            `json:"count"`
	Results []tokenExtract `json:"results"`
}

type tokenExtract struct {
	ID    pat.TokenID `json:"id"`
	Token string      `json:"token"`
	Scope string      `json:"scope"`
}

const applicationType = "o_auth2_application"

// extractedTokens is how many tokens AWX lists with an application.
const extractedTokens = 10

// applicationOf returns the answer for an application as the caller sees it,
// its secret masked; named adds the path by name, which lists leave out.
func (f *Face) applicationOf(c *call, app *pat.Application, named bool) (*applicationAnswer, error) {
	tokens, err := f.tokensSummary(c, app.ID)
	if err != nil {
		return nil, err
	}
	url := applicationURL(app.ID)
	mayEdit := mayManage(c)
	a := &applicationAnswer{
		ID: app.ID, Type: applicationType, URL: url,
		Related: applicationRelated{Tokens: url + "tokens/", ActivityStream: url + "activity_stream/", Organization: organizationURL},
		Summary: applicationExtract{
			Organization: organizationSummary{organizationID, organizationName, ""},
			Capabilities: userCapabilities{Edit: mayEdit, Delete: mayEdit},
			Tokens:       tokens,
		},
		Created: stamp(app.CreatedAt), Modified: stamp(app.ModifiedAt), Name: app.Name, Description: app.Description,
		ClientID: app.ClientID, ClientType: app.Type, RedirectURIs: app.RedirectURIs, GrantType: app.Grant,
		SkipAuthorization: app.SkipConsent, Organization: organizationID,
	}
	if app.Type == pat.Confidential {
		secret := mask
		a.ClientSecret = &secret
	}
	if named {
		a.Related.NamedURL = applicationNamedURL(app)
	}
	return a, nil
}

// tokensSummary counts those of the application's tokens that the caller may
// see, and lists the first.
func (f *Face) tokensSummary(c *call, id pat.ApplicationID) (tokensSummary, error) {
	found, total, err := f.Authority.Tokens(c.r.Context(), c.who, pat.Query{
		Where: []pat.Cond{ofApplication(id), notRevoked}, Limit: extractedTokens,
	})
	s := tokensSummary{Count: total, Results: make([]tokenExtract, len(found))}
	for i := range found {
		s.Results[i] = tokenExtract{found[i].ID, mask, string(found[i].Scopes)}
	}
	return s, err
}

func ofApplication(id pat.ApplicationID) pat.Cond {
	return pat.Cond{Field: "application", Op: pat.Equal, Value: int64(id)}
}

// applicationNamedURL returns the path of an application by its name and that
// of the organisation. A plus within a name stands in brackets.
func applicationNamedURL(app *pat.Application) string {
	escaped := strings.ReplaceAll(url.PathEscape(app.Name), "@", "%40")
	return "/api/v2/applications/" + strings.ReplaceAll(escaped, "+", "[+]") + betweenNames + organizationName + "/"
}

func applicationURL(id pat.ApplicationID) string {
	return "/api/v2/applications/" + strconv.FormatInt(int64(id), 10) + "/"
}
