package awx

import (
	"encoding/json"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// newApplication reads the fields of an application in AWX's order.
func (f *form) newApplication(mustOrganization bool) (req pat.ApplicationRequest) {
	set(&req.Name, f.demanded("name", pat.MaxApplicationName, true))
	set(&req.Description, f.label("description", pat.MaxTokenDescription))
	req.Type = pat.ClientType(f.choice("client_type", clientTypes, true))
	set(&req.RedirectURIs, f.text("redirect_uris", pat.MaxRedirectURIs))
	req.Grant = pat.GrantType(f.choice("authorization_grant_type", grantTypes, true))
	set(&req.SkipConsent, f.truth("skip_authorization"))
	f.organization(mustOrganization)
	return req
}

// application reads the fields of an application that is to change. The way of
// obtaining tokens cannot be changed and is passed over, as in AWX. Neither can
// the type: an application that turned confidential would have a secret that
// nobody has seen.
func (f *form) application(now *pat.Application, put bool) pat.ApplicationEdit {
	edit := pat.ApplicationEdit{
		Name:        f.demanded("name", pat.MaxApplicationName, put),
		Description: f.label("description", pat.MaxTokenDescription),
	}
	if is := f.choice("client_type", clientTypes, put); is != "" && is != string(now.Type) {
		f.errs.add("client_type", "The type of an application stays as it is. Make another application.")
	}
	edit.RedirectURIs = f.text("redirect_uris", pat.MaxRedirectURIs)
	edit.SkipConsent = f.truth("skip_authorization")
	f.organization(put)
	return edit
}

var (
	clientTypes = []choice{{string(pat.Confidential), "Confidential"}, {string(pat.Public), "Public"}}
	grantTypes  = []choice{{string(pat.GrantCode), "Authorization code"}, {string(pat.GrantPassword), "Resource owner password-based"}}
)

// demanded is text that may have to be there.
func (f *form) demanded(key string, limit int, must bool) *string {
	if _, ok := f.body.Get(key); !ok && must {
		f.errs.add(key, required)
		return nil
	}
	return f.text(key, limit)
}

// choice reads one of several words; "" stands for a field that is absent or
// wrong.
func (f *form) choice(key string, choices []choice, must bool) string {
	v, ok := f.body.Get(key)
	switch {
	case !ok && must:
		f.errs.add(key, required)
		return ""
	case !ok:
		return ""
	case v == nil:
		f.errs.add(key, notNull)
		return ""
	}
	word := spelled(v)
	for _, c := range choices {
		if c.value == word {
			return word
		}
	}
	f.errs.add(key, `"`+word+`" is not a valid choice.`)
	return ""
}

// spelled writes a value as AWX quotes it, as far as anybody sends one.
func spelled(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)[:1]) + strconv.FormatBool(v)[1:]
	case []any:
		return "[]"
	case web.Object:
		return "{}"
	}
	return ""
}

// organization reads the id of the organisation, of which there is one.
func (f *form) organization(must bool) {
	const key = "organization"
	v, ok := f.body.Get(key)
	switch {
	case !ok && must:
		f.errs.add(key, required)
		return
	case !ok:
		return
	case v == nil || v == "":
		f.errs.add(key, notNull)
		return
	}
	id, isKey := primaryKey(v)
	switch {
	case !isKey:
		f.errs.add(key, "Incorrect type. Expected pk value, received "+pythonType(v)+".")
	case number(id) != organizationID:
		f.errs.add(key, noSuchKey(id))
	}
}

// applicationErrors says in AWX's words what the authority has found. Of the
// model's own checks AWX blames no field.
func applicationErrors(err error, uris string) error {
	e := pat.AsError(err)
	if len(e.Fields) == 0 {
		return err
	}
	said := ""
	switch field := e.Fields[0].Name; {
	case field == "name" && e.Kind == pat.Conflict:
		said = "Application with this Name and Organization already exists."
	case field == "redirect_uris" && strings.TrimSpace(uris) == "":
		said = "redirect_uris cannot be empty with grant_type authorization-code"
	case field == "redirect_uris":
		said = "Enter a valid URL."
	default:
		return err
	}
	return fieldErrors{{unbound, []string{said}}}
}
