package console

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

var profilePage = page.Parse(templates, "templates/profile.html", "templates/names.html", "templates/token_rows.html", "templates/token_urgent.html")

// profileView is what the profile shows: the form as it is, or as it was typed.
type profileView struct {
	Username, FirstName, LastName, Email string
	Language, TimeZone                   string
	Languages                            []words.Language
	Zones                                []zoneGroup
	Other                                string // a zone that is set and not listed
	CSRF                                 string
	Problems                             page.Problems

	Urgent *urgentView
	Tokens tokenRows
	Total  int

	Notices []noticeChoice
}

// firstTokens is how many tokens the profile shows.
const firstTokens = 10

func (v *visit) profile() error {
	u := &v.user
	view := profileView{FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Language: u.Language, TimeZone: u.TimeZone}
	told, err := v.f.Authority.UnreadNotices(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	view.Notices = noticeChoices(told.Marks.Wants)
	if err := v.completeProfile(&view); err != nil {
		return err
	}
	return v.show(profilePage, "profile", view)
}

// completeProfile adds what does not come from the form.
func (v *visit) completeProfile(view *profileView) error {
	view.Username, view.Languages, view.Zones, view.CSRF = v.user.Name, v.f.Words.Languages(), zoneGroups, v.token()
	if z := v.user.TimeZone; z != "" && z != "UTC" && !isListed(z) {
		view.Other = z
	}
	list, total, err := v.f.Authority.Tokens(v.r.Context(), v.who, v.liveTokens(firstTokens))
	if err != nil {
		return err
	}
	view.Tokens, view.Total = v.rows(list), total
	if view.Urgent, err = v.endsNext(); err != nil {
		return err
	}
	return v.sparks(view.Tokens)
}

// profileProblems are the messages about the fields that the domain refuses.
var profileProblems = map[string]string{
	"first_name": "err.long", "last_name": "err.long", "email": "err.email", "language": "err.language", "time_zone": "err.zone",
}

// saveProfile changes the account. Another email address asks for the password:
// whoever can change it may one day be sent what opens the account.
func (v *visit) saveProfile() error {
	view := profileView{
		FirstName: v.field("first_name"), LastName: v.field("last_name"), Email: v.field("email"),
		Language: v.form["language"], TimeZone: v.form["time_zone"], Notices: noticeChoices(v.wanted),
	}
	if view.Language != "" && !v.f.Words.Has(view.Language) {
		view.Language = v.user.Language
	}
	if v.retyped(&view.Problems) {
		return v.refuseProfile(&view)
	}
	edit := pat.UserEdit{
		FirstName: &view.FirstName, LastName: &view.LastName, Email: &view.Email,
		Language: &view.Language, TimeZone: &view.TimeZone,
	}
	var err error
	if view.Email != v.user.Email && !v.isFresh() {
		if err = v.f.Authority.CheckUserEdit(v.r.Context(), v.who, v.who.User, edit); err == nil {
			return v.confirm("/profile", "confirm.email", view.Email)
		}
	} else {
		_, err = v.f.Authority.EditUser(v.r.Context(), v.who, v.who.User, edit)
	}
	if err == nil {
		if err := v.saveNotices(); err != nil {
			return err
		}
		return v.done("saved", "/profile")
	}
	var ok bool
	if view.Problems, ok = problemsOf(err, profileProblems); !ok {
		return err
	}
	return v.refuseProfile(&view)
}

// refuseProfile shows the profile with the form as it was typed.
func (v *visit) refuseProfile(view *profileView) error {
	if err := v.completeProfile(view); err != nil {
		return err
	}
	return v.refuse(profilePage, "profile", http.StatusUnprocessableEntity, view)
}
