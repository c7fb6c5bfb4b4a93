package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var editPage = page.Parse(templates, "templates/token_edit.html")

// editView is the form on which a token is changed.
type editView struct {
	Token            tokenRow
	Name, Note, Nets string
	Date             string // "" leaves the end as it is
	First, Last      time.Time
	Address          string
	Filled           bool        // the networks are those of a link, and not saved yet
	Was              []keptField // what stood in the fields before they were edited
	CSRF             string
	Problems         page.Problems
}

// live returns the token of the path where it can still be changed.
func (v *visit) live() (pat.Token, error) {
	t, err := v.ownToken()
	if err == nil && !t.Live(v.now) {
		return t, &endedError{t}
	}
	return t, err
}

func (v *visit) editForm() error {
	t, err := v.live()
	if err != nil {
		return err
	}
	view := v.editView(&t)
	view.Name, view.Note, view.Nets = t.Name, t.Description, page.Lines(t.Networks.Texts())
	view.Was = view.was()
	v.fillOnly(view)
	return v.show(editPage, v.desk.section(), view)
}

func (v *visit) editView(t *pat.Token) *editView {
	l := lives{policy: &pat.Policy{}, now: v.now, zone: v.zone}
	view := &editView{Token: v.row(t), First: l.first(), Last: l.last(), Address: addressText(v.who.Via.Address), CSRF: v.token()}
	if !t.ExpiresAt.IsZero() {
		view.Last = v.at(t.ExpiresAt)
	}
	return view
}

// editToken changes name, note and networks, and shortens the life. Networks
// that let more in ask for the password.
func (v *visit) editToken() error {
	t, err := v.live()
	if err != nil {
		return err
	}
	view := v.editView(&t)
	view.Name, view.Note, view.Nets, view.Date = v.line("name"), v.field("note"), v.form["networks"], v.field("date")
	edit := v.edit(view, &t)
	v.dropUnedited(view, &edit)
	v.retyped(&view.Problems)
	if len(view.Problems) > 0 {
		return v.refuse(editPage, v.desk.section(), http.StatusUnprocessableEntity, view)
	}
	if edit.Networks != nil && !t.Networks.Cover(*edit.Networks) && !v.isFresh() {
		return v.confirm(v.desk.page(t.ID)+"/edit", "confirm.networks", view.Token.Title)
	}
	_, err = v.f.Authority.EditToken(v.r.Context(), v.who, t.ID, edit)
	if err == nil {
		return v.done("saved", v.desk.page(t.ID))
	}
	for _, f := range pat.AsError(err).Fields {
		switch f.Name {
		case "name":
			view.Problems.Add("name", v.desk.words().Taken, map[string]any{"Name": view.Name})
		case "networks":
			view.Problems.Add("networks", "err.networks.required", nil)
		case "expires":
			view.Problems.Add("date", "err.date", v.dates(view))
		}
	}
	if len(view.Problems) == 0 {
		return err
	}
	return v.refuse(editPage, v.desk.section(), http.StatusUnprocessableEntity, view)
}

func (v *visit) dates(view *editView) map[string]any {
	return map[string]any{"Min": v.speak.Date(view.First), "Max": v.speak.Date(view.Last)}
}

// edit is what the form asks for; what is wrong with it is in Problems.
func (v *visit) edit(view *editView, t *pat.Token) pat.TokenEdit {
	f := formView{Name: view.Name, Nets: view.Nets}
	if view.Name == "" && t.Name != "" {
		f.Problems.Add("name", "err.name", nil)
	}
	if len([]rune(view.Name)) > pat.MaxTokenName {
		f.Problems.Add("name", "err.name.long", map[string]any{"N": pat.MaxTokenName})
	}
	if len([]rune(view.Note)) > max(maxNote, len([]rune(t.Description))) {
		f.Problems.Add("note", "err.note.long", map[string]any{"N": maxNote})
	}
	edit := pat.TokenEdit{Name: &view.Name, Description: &view.Note}
	if view.Date != "" {
		l := lives{policy: &pat.Policy{}, now: v.now, zone: v.zone}
		end, ok := l.on(view.Date)
		if !ok || view.Date > view.Last.Format(isoDate) {
			f.Problems.Add("date", "err.date", v.dates(view))
		}
		edit.ExpiresAt = &end
	}
	nets := v.networks(&f)
	edit.Networks = &nets
	view.Problems = slices.Clone(f.Problems)
	return edit
}

// was are the hidden fields for a form that begins as it is now.
func (e *editView) was() []keptField {
	return []keptField{
		{wasThere, "1"},
		{wasPrefix + "name", e.Name},
		{wasPrefix + "note", e.Note},
		{wasPrefix + "networks", e.Nets},
	}
}

// dropUnedited leaves out of the edit what stands as it was when the form was
// made, whatever it is now: a network that was taken out meanwhile stays out. A
// form that does not say what was there asks for all of it.
func (v *visit) dropUnedited(view *editView, edit *pat.TokenEdit) {
	if v.form[wasThere] == "" {
		return
	}
	was := editView{Name: v.line(wasPrefix + "name"), Note: v.field(wasPrefix + "note"), Nets: v.form[wasPrefix+"networks"]}
	view.Was = was.was()
	onlyEdited(&edit.Name, was.Name)
	onlyEdited(&edit.Description, was.Note)
	if slices.Equal(strings.Fields(view.Nets), strings.Fields(was.Nets)) {
		edit.Networks = nil
	}
}
