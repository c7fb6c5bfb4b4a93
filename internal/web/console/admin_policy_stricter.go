package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var stricterPage = page.Parse(templates, "templates/admin_policy_stricter.html", "templates/admin_policy_parts.html")

const stricterPath = "/admin/policy/stricter"

// stricterRow is a rule that is stricter for a role or a user.
type stricterRow struct {
	Role   pat.Role // the message is "roles." and this; "" for a user
	User   ownerOf
	Rule   string
	Value  string
	Href   string // where it is changed or removed
	Always string // the value for everyone
}

// ruleSome is what a stricter rule can be for, and which rules can be.
type ruleSome struct {
	Roles []pat.Role
	Rules []string
	Now   pat.Role
	User  string
	Rule  string
}

func someRules() ruleSome {
	s := ruleSome{Roles: pat.Roles}
	for _, g := range policyGroups {
		for _, key := range g.rules {
			if rule, _ := pat.RuleByKey(key); !rule.Overall {
				s.Rules = append(s.Rules, key)
			}
		}
	}
	return s
}

// stricterView is one rule for a role or a user, to be set.
type stricterView struct {
	Row      stricterRow
	Field    ruleField
	Set      bool // it is there already
	Version  int64
	CSRF     string
	Problems page.Problems
}

func (v *visit) stricterRows(set []pat.Setting) ([]stricterRow, error) {
	var ids []int64
	for _, s := range set {
		if s.Subject.User != 0 {
			ids = append(ids, int64(s.Subject.User))
		}
	}
	users, err := v.owners(ids)
	if err != nil {
		return nil, err
	}
	var rows []stricterRow
	for _, s := range set {
		if rule, ok := pat.RuleByKey(s.Key); ok && !s.Subject.Everyone() {
			row := stricterRow{Role: s.Subject.Role, Rule: s.Key, Value: v.ruleText(rule, s.Value), Href: stricterHref(s.Subject, s.Key)}
			if s.Subject.User != 0 {
				row.User = users.of(s.Subject.User)
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func stricterHref(who pat.Subject, key string) string {
	q := url.Values{"rule": {key}}
	if who.User != 0 {
		q.Set("user", strconv.FormatInt(int64(who.User), 10))
	} else {
		q.Set("role", string(who.Role))
	}
	return stricterPath + "?" + q.Encode()
}

// subject reads for whom a rule is to be, and which.
func subject(get func(string) string) (pat.Subject, *pat.Rule, error) {
	rule, ok := pat.RuleByKey(get("rule"))
	who := pat.Subject{Role: pat.Role(get("role"))}
	if who.Role == "" {
		id, err := strconv.ParseInt(get("user"), 10, 64)
		if err != nil || id < 1 {
			return who, nil, errNoPage
		}
		who.User = pat.UserID(id)
	}
	if !ok || rule.Overall || who.Role != "" && !slices.Contains(pat.Roles, who.Role) {
		return who, nil, errNoPage
	}
	return who, rule, nil
}

func setting(set []pat.Setting, who pat.Subject, key string) any {
	for _, s := range set {
		if s.Subject == who && s.Key == key {
			return s.Value
		}
	}
	return nil
}

func (v *visit) stricterForm() error {
	who, rule, err := subject(v.query)
	if err != nil {
		return err
	}
	view, err := v.stricterView(who, rule)
	if err != nil {
		return err
	}
	return v.show(stricterPage, "policy", view)
}

func (v *visit) stricterView(who pat.Subject, rule *pat.Rule) (*stricterView, error) {
	state, err := v.f.Authority.PolicyNow(v.r.Context(), v.who)
	if err != nil {
		return nil, err
	}
	all := rule.Value(&state.Everyone)
	now := setting(state.Set, who, rule.Key)
	value := now
	if now == nil {
		value = all
	}
	rows, err := v.stricterRows([]pat.Setting{{Subject: who, Key: rule.Key, Value: value}})
	if err != nil {
		return nil, err
	}
	if who.User != 0 && rows[0].User.Name == "" && now == nil {
		return nil, errNoPage
	}
	view := &stricterView{Row: rows[0], Field: v.ruleField(rule, value), Set: now != nil, Version: state.Version, CSRF: v.token()}
	view.Row.Always = v.ruleText(rule, all)
	view.Field.Empty = "" // nothing is stricter than none
	return view, nil
}

// saveStricter sets or removes a stricter rule, or, for a form that says only
// for whom one is to be, leads to where it is set.
func (v *visit) saveStricter() error {
	if !v.who.Admin {
		return errNoPage
	}
	if v.field("who") != "" {
		return v.chooseStricter()
	}
	who, rule, err := subject(v.field)
	if err != nil {
		return err
	}
	view, err := v.stricterView(who, rule)
	if err != nil {
		return err
	}
	again := func(problems page.Problems) error {
		view.Problems = problems
		return v.refuse(stricterPage, "policy", http.StatusUnprocessableEntity, view)
	}
	if v.retyped(&view.Problems) {
		view.Field.retype(v)
		return again(view.Problems)
	}
	if v.version() != view.Version {
		view.Field.retype(v)
		return again(page.Problems{{Key: "err.policy.meantime"}})
	}
	change := pat.PolicyChange{Of: new(v.version())}
	if v.field("act") == "remove" {
		change.Reset = []pat.Setting{{Subject: who, Key: rule.Key}}
		return v.changePolicy(stricterPath, change, again)
	}
	view.Field.read(v)
	value := view.Field.parsed(v, &view.Problems)
	if len(view.Problems) > 0 {
		return again(view.Problems)
	}
	if value == nil {
		return again(page.Problems{{Field: rule.Key, Key: "err.rule.empty"}})
	}
	change.Set = []pat.Setting{{Subject: who, Key: rule.Key, Value: value}}
	return v.changePolicy(stricterPath, change, again)
}

// chooseStricter finds the user by name: names are typed into forms only, and
// never become part of an address.
func (v *visit) chooseStricter() error {
	some := someRules()
	some.Rule, some.User = v.field("rule"), v.field("username")
	who := pat.Subject{}
	var problems page.Problems
	if v.field("who") != "user" {
		who.Role = pat.Role(v.field("who"))
		some.Now = who.Role
	} else if list, _, err := v.f.Authority.Users(v.r.Context(), v.who, pat.Query{
		Where: []pat.Cond{is("username", pat.Equal, some.User)}, Limit: 1, Uncounted: true,
	}); err != nil {
		return err
	} else if len(list) == 0 {
		problems.Add("username", "err.rule.user", nil)
	} else {
		who.User = list[0].ID
	}
	if len(problems) == 0 {
		return v.seeOther(stricterHref(who, some.Rule))
	}
	view, err := v.policyView()
	if err != nil {
		return err
	}
	view.Some, view.Problems = some, problems
	return v.refuse(policyPage, "policy", http.StatusUnprocessableEntity, view)
}
