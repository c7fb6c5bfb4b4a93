package console

import (
	"jeton/internal/pat"
	"jeton/internal/web"
)

// prefer keeps the language and the theme that were chosen in the shell. A
// language that the profile names is changed there, since it comes first.
func (v *visit) prefer() error {
	site := v.f.Site
	if tag := v.form["language"]; v.f.Words.Has(tag) {
		site.Keep(v.w, v.r, languageCookie, tag, chosenLife)
		if v.who.Known() && v.user.Language != "" && v.user.Language != tag {
			if _, err := v.f.Authority.EditUser(v.r.Context(), v.who, v.who.User, pat.UserEdit{Language: &tag}); err != nil {
				return err
			}
		}
	}
	switch theme := v.form["theme"]; theme {
	case "light", "dark":
		site.Keep(v.w, v.r, themeCookie, theme, chosenLife)
	case "system":
		site.Keep(v.w, v.r, themeCookie, "", 0)
	}
	return v.seeOther(web.LocalPath(v.form["next"], "/"))
}
