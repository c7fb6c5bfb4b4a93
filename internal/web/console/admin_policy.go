package console

import (
	"context"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

// policies is the policy, as administrators change it and auditors read it.
type policies interface {
	PolicyNow(ctx context.Context, by pat.Principal) (pat.PolicyState, error)
	ChangePolicy(ctx context.Context, by pat.Principal, change pat.PolicyChange) (pat.PolicyState, pat.Breaks, error)
	PolicyBreaks(ctx context.Context, by pat.Principal) (pat.Breaks, error)
}

var policyPage = page.Parse(templates, "templates/admin_policy.html", "templates/admin_policy_parts.html")

const policyPath = "/admin/policy"

// policyView is the whole policy.
type policyView struct {
	Groups   []ruleGroup
	Stricter []stricterRow
	Some     ruleSome // what a further stricter rule can be for
	Version  int64
	Meantime bool // somebody else has changed it since the form was made
	Edits    bool // the visitor may change it
	CSRF     string
	Problems page.Problems
}

type ruleGroup struct {
	Name   string
	Fields []ruleField
}

func (v *visit) policy() error {
	view, err := v.policyView()
	if err != nil {
		return err
	}
	return v.show(policyPage, "policy", view)
}

// policyView is the policy as it is.
func (v *visit) policyView() (*policyView, error) {
	state, err := v.f.Authority.PolicyNow(v.r.Context(), v.who)
	if err != nil {
		return nil, err
	}
	view := &policyView{Version: state.Version, Edits: v.who.Admin, CSRF: v.token(), Some: someRules()}
	for _, g := range policyGroups {
		group := ruleGroup{Name: g.name}
		for _, key := range g.rules {
			rule, _ := pat.RuleByKey(key)
			group.Fields = append(group.Fields, v.ruleField(rule, rule.Value(&state.Everyone)))
		}
		view.Groups = append(view.Groups, group)
	}
	view.Stricter, err = v.stricterRows(state.Set)
	return view, err
}

// savePolicy changes what was edited, after a look at what would break it. What
// was not edited stays as it is now, whatever it was when the form was made.
func (v *visit) savePolicy() error {
	if !v.who.Admin {
		return errNoPage
	}
	view, err := v.policyView()
	if err != nil {
		return err
	}
	change := v.policyEdits(view)
	v.retyped(&view.Problems)
	again := func(status int) error { return v.refuse(policyPage, "policy", status, view) }
	switch {
	case len(view.Problems) > 0:
		return again(http.StatusUnprocessableEntity)
	case len(change.Set) == 0:
		return v.done("policy.same", policyPath)
	case *change.Of != view.Version:
		view.Meantime = true
		view.Problems.Add("", "err.policy.meantime", nil)
		return again(http.StatusConflict)
	}
	return v.changePolicy(policyPath, change, func(problems page.Problems) error {
		view.Problems = problems
		return again(http.StatusUnprocessableEntity)
	})
}

// policyEdits lays what was typed over the view, and returns the change that
// makes it so. What is wrong with it is in Problems.
func (v *visit) policyEdits(view *policyView) pat.PolicyChange {
	change := pat.PolicyChange{Of: new(v.version())}
	for i := range view.Groups {
		for j := range view.Groups[i].Fields {
			now := &view.Groups[i].Fields[j]
			typed := *now
			typed.read(v)
			if !typed.Changed() {
				continue
			}
			value := typed.parsed(v, &view.Problems)
			typed.Was = now.Was
			*now = typed
			change.Set = append(change.Set, pat.Setting{Key: typed.Key, Value: value})
		}
	}
	return change
}

// version is that of the policy from which the form was made; one that there is
// never when it does not say.
func (v *visit) version() int64 {
	n, err := strconv.ParseInt(v.field("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// ruleProblems translates what the authority says is wrong with a change; the
// fields are those of the form.
func ruleProblems(err error, fields ...string) (problems page.Problems) {
	if !pat.Is(err, pat.Invalid) {
		return nil
	}
	for _, f := range pat.AsError(err).Fields {
		rule, ok := pat.RuleByKey(f.Name)
		if !ok && len(fields) > 0 {
			rule, ok = pat.RuleByKey(fields[0])
		}
		if ok && (rule.Kind == pat.Words || rule.Kind == pat.WordsOrAll) {
			problems.Add(rule.Key, "err.rule.catalogue", nil)
		}
	}
	return problems
}
