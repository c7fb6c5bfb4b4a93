package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var formPage = page.Parse(templates, "templates/token_form.html")

// tokenNew is where tokens are made.
const tokenNew = "/profile/tokens/new"

// maxNote is how long a note may be that is written here, in characters.
const maxNote = 500

// scopePrefix begins the names of the fields for single scopes.
const scopePrefix = "scope."

// formView is what the form shows on which a token is asked for.
type formView struct {
	Desk                                   desk
	Number                                 string
	Name, Note, Choice, Date, Access, Nets string
	Sure                                   bool
	Presets                                []preset
	Never                                  bool
	First, Last                            time.Time
	MaxDays                                int64 // 0: no bound of whole days
	Scopes                                 []scopeChoice
	MayRead, MayWrite                      bool
	Address                                string
	NetworksRequired                       bool
	CSRF                                   string
	Problems                               page.Problems
	Filled                                 []string // messages: what a link filled in
	Dropped                                []string // what of a link was not taken, as it stood there
	Forbidden                              bool
	lives                                  lives
}

type scopeChoice struct {
	Word   string
	Chosen bool
}

// newForm is the form as the owner's policy has it.
func (v *visit) newForm() (*formView, error) {
	policy, err := v.ownersPolicy()
	if err != nil {
		return nil, err
	}
	l := lives{policy, v.now, v.zone}
	f := &formView{
		Desk: v.desk, Presets: l.presets(), Never: l.never(), First: l.first(), Last: l.last(), MaxDays: policy.MaxLifetime / daySeconds,
		Address: addressText(v.who.Via.Address), NetworksRequired: policy.NetworksRequired,
		CSRF: v.token(), Forbidden: policy.CheckCreator(v.who) != nil, lives: l,
	}
	f.MayRead, f.MayWrite = policy.CheckScopes(pat.ScopeRead) == nil, policy.CheckScopes(pat.ScopeWrite) == nil
	words := policy.ScopeWords()
	if v.who.Admin {
		words = append(words, pat.ScopeIntrospect)
	}
	if len(words) > 2 {
		for _, w := range words {
			if policy.CheckScopes(pat.Scopes(w)) == nil {
				f.Scopes = append(f.Scopes, scopeChoice{Word: w})
			}
		}
	}
	return f, nil
}

// tokenForm shows the form as it is at first, or as a link fills it in.
func (v *visit) tokenForm() error {
	f, err := v.newForm()
	if err != nil {
		return err
	}
	f.Number, f.Choice, f.Access = formNumber(), f.lives.usual(), f.usualAccess()
	v.prefill(f)
	return v.show(formPage, v.desk.section(), f)
}

// usualAccess is the choice that is made beforehand: to read, where that may be.
func (f *formView) usualAccess() string {
	switch {
	case f.MayRead:
		return pat.ScopeRead
	case f.MayWrite:
		return pat.ScopeWrite
	}
	return "choose"
}

// typed fills the form in with what was sent.
func (v *visit) typed(f *formView) {
	f.Number = v.number()
	f.Name, f.Note = v.line("name"), v.field("note")
	f.Choice, f.Date, f.Sure = v.form["expiration"], v.field("date"), v.form["sure"] != ""
	f.Access, f.Nets = v.form["access"], v.form["networks"]
	for i := range f.Scopes {
		f.Scopes[i].Chosen = v.form[scopePrefix+f.Scopes[i].Word] != ""
	}
}

// request is what the form asks for; what is wrong with it is in Problems.
func (v *visit) request(f *formView) pat.TokenRequest {
	req := pat.TokenRequest{Owner: v.owner(), Name: f.Name, Description: f.Note, Origin: pat.OriginConsole}
	switch {
	case f.Name == "":
		f.Problems.Add("name", "err.name", nil)
	case len([]rune(f.Name)) > pat.MaxTokenName:
		f.Problems.Add("name", "err.name.long", map[string]any{"N": pat.MaxTokenName})
	}
	if len([]rune(f.Note)) > maxNote {
		f.Problems.Add("note", "err.note.long", map[string]any{"N": maxNote})
	}
	expiry, field, key := f.lives.chosen(f.Choice, f.Date, f.Sure)
	if req.Expiry = expiry; key != "" {
		v.expiryProblem(f, field, key)
	}
	if req.Scopes = f.scopes(); req.Scopes == "" {
		f.Problems.Add("access", "err.scope", nil)
	}
	req.Networks = v.networks(f)
	return req
}

// expiryProblem says what is wrong with the life, with the limits there are.
func (v *visit) expiryProblem(f *formView, field, key string) {
	args := map[string]any{"Min": v.speak.Date(f.First), "Max": v.speak.Date(f.Last)}
	if (key == "err.never.forbidden" || key == "err.life") && f.MaxDays > 0 {
		key += ".days"
		args["N"] = f.MaxDays
	}
	f.Problems.Add(field, key, args)
}

// scopes are those that were chosen.
func (f *formView) scopes() pat.Scopes {
	switch f.Access {
	case pat.ScopeRead, pat.ScopeWrite:
		return pat.Scopes(f.Access)
	}
	var words []string
	for _, s := range f.Scopes {
		if s.Chosen {
			words = append(words, s.Word)
		}
	}
	return pat.Scopes(strings.Join(words, " "))
}

// networks reads the networks, one a line; the message about one that is none
// names the line.
func (v *visit) networks(f *formView) pat.Networks {
	var texts []string
	for i, line := range strings.Split(f.Nets, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if _, err := pat.ParseNetworks([]string{line}); err != nil {
			f.Problems.Add("networks", "err.network", map[string]any{"Line": i + 1, "Text": cut(line, 60)})
			return nil
		}
		texts = append(texts, line)
	}
	nets, err := pat.ParseNetworks(texts)
	switch {
	case err != nil:
		f.Problems.Add("networks", "err.networks.many", map[string]any{"N": pat.MaxNetworks})
	case len(nets) == 0 && f.NetworksRequired:
		f.Problems.Add("networks", "err.networks.required", nil)
	}
	return nets
}

// prefill takes what a link asks for, and says so. It never sends the form and
// never ticks the box; what is not known or not allowed is named and left out.
func (v *visit) prefill(f *formView) {
	if name := strings.TrimSpace(v.query("name")); name != "" {
		f.Name = cutRunes(name, pat.MaxTokenName)
		f.Filled = append(f.Filled, "name")
	}
	if note := strings.TrimSpace(v.query("note")); note != "" {
		f.Note = cutRunes(note, maxNote)
		f.Filled = append(f.Filled, "note")
	}
	if expires := v.query("expires"); expires != "" {
		if f.fillExpiry(expires) {
			f.Filled = append(f.Filled, "expiration")
		} else {
			f.Dropped = append(f.Dropped, "expires="+cut(expires, 40))
		}
	}
	if scope := v.query("scope"); scope != "" {
		v.fillScopes(f, strings.FieldsFunc(scope, func(c rune) bool { return c == ' ' || c == ',' }))
	}
	if nets := v.query("networks"); nets != "" {
		v.fillNetworks(f, strings.FieldsFunc(nets, func(c rune) bool { return c == ' ' || c == ',' || c == '\n' || c == '\r' }))
	}
}

// fillExpiry takes Nd, a date or never, where the policy allows it.
func (f *formView) fillExpiry(text string) bool {
	if text == chooseNever {
		if f.Never {
			f.Choice = chooseNever
		}
		return f.Never
	}
	date := text
	if number, ok := strings.CutSuffix(text, "d"); ok {
		days, err := strconv.Atoi(number)
		if err != nil || days < 1 || days > 365_000 {
			return false
		}
		if i := slices.IndexFunc(f.Presets, func(p preset) bool { return p.Days == days }); i >= 0 {
			f.Choice = f.Presets[i].Value
			return true
		}
		date = f.First.AddDate(0, 0, days).Format(isoDate)
	}
	if _, ok := f.lives.on(date); !ok {
		return false
	}
	f.Choice, f.Date = chooseCustom, date
	return true
}

func (v *visit) fillScopes(f *formView, words []string) {
	var taken []string
	for _, w := range words {
		known := w == pat.ScopeRead && f.MayRead || w == pat.ScopeWrite && f.MayWrite ||
			slices.ContainsFunc(f.Scopes, func(s scopeChoice) bool { return s.Word == w })
		switch {
		case !known:
			f.Dropped = append(f.Dropped, "scope="+cut(w, 40))
		case !slices.Contains(taken, w):
			taken = append(taken, w)
		}
	}
	if len(taken) == 0 {
		return
	}
	f.Filled = append(f.Filled, "access")
	switch accessOf(pat.Scopes(strings.Join(taken, " "))) {
	case "read":
		f.Access = pat.ScopeRead
	case "write":
		f.Access = pat.ScopeWrite
	default:
		f.Access = "choose"
		for i := range f.Scopes {
			f.Scopes[i].Chosen = slices.Contains(taken, f.Scopes[i].Word)
		}
	}
}

func (v *visit) fillNetworks(f *formView, texts []string) {
	var taken []string
	for _, text := range texts {
		if _, err := pat.ParseNetworks([]string{text}); err != nil || len(taken) == pat.MaxNetworks {
			f.Dropped = append(f.Dropped, "networks="+cut(text, 40))
			continue
		}
		taken = append(taken, text)
	}
	if len(taken) > 0 {
		f.Nets = page.Lines(taken)
		f.Filled = append(f.Filled, "networks")
	}
}

// refuseForm shows the form again, as it was typed.
func (v *visit) refuseForm(f *formView) error {
	f.CSRF = v.token()
	return v.refuse(formPage, v.desk.section(), http.StatusUnprocessableEntity, f)
}
