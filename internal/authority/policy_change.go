package authority

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// PolicyNow returns the policy. Administrators and auditors may see it. It
// fails with Forbidden and Unauthenticated.
func (a *Authority) PolicyNow(ctx context.Context, by pat.Principal) (pat.PolicyState, error) {
	if err := mayRead(by); err != nil {
		return pat.PolicyState{}, err
	}
	if !by.Admin && !by.Auditor {
		return pat.PolicyState{}, errForbidden
	}
	known, err := a.knownRules(ctx, a.Store)
	if err != nil {
		return pat.PolicyState{}, err
	}
	return pat.PolicyState{Everyone: known.rules.Everyone, Set: known.set, Version: known.version}, nil
}

// ChangePolicy changes the policy and returns it as it is then, with the live
// tokens that break a rule which was changed. Those go on: a rule judges what is
// made, and ends nothing by itself. Administrators may, by a session only while
// it is fresh. It fails with Forbidden, with Unauthenticated, with Invalid, naming
// the rule, and with Conflict when the policy is not of the version any more that
// the change was made from.
func (a *Authority) ChangePolicy(ctx context.Context, by pat.Principal, change pat.PolicyChange) (pat.PolicyState, pat.Breaks, error) {
	if err := mayWrite(by); err != nil {
		return pat.PolicyState{}, pat.Breaks{}, err
	}
	switch {
	case !by.Admin: // said before what is wrong with the change
		return pat.PolicyState{}, pat.Breaks{}, errForbidden
	case by.Credential == pat.BySession && !a.Fresh(by):
		return pat.PolicyState{}, pat.Breaks{}, stale("policy")
	}
	if err := checkChange(change); err != nil {
		return pat.PolicyState{}, pat.Breaks{}, err
	}
	var was, now *knownRules
	err := a.update(ctx, func(tx store.Tx) (err error) {
		was, now, err = a.changePolicy(ctx, tx, by, change)
		return err
	})
	a.policy.changed()
	if err != nil {
		return pat.PolicyState{}, pat.Breaks{}, err
	}
	breaks := a.breaks(ctx, was.rules, now.rules, pat.ChangedRules(was.set, now.set))
	return pat.PolicyState{Everyone: now.rules.Everyone, Set: now.set}, breaks, nil
}

var errOtherPolicy = pat.Fail(pat.Conflict, "the policy was changed meanwhile; look at it again")

// checkChange collects what is wrong with each value, and with each subject.
func checkChange(change pat.PolicyChange) error {
	var errs []error
	for _, s := range slices.Concat(change.Set, change.Reset) {
		rule, ok := pat.RuleByKey(s.Key)
		switch {
		case !ok:
			errs = append(errs, pat.FailField(s.Subject.Field(s.Key), "there is no such rule"))
		case s.Subject.Role != "" && !slices.Contains(pat.Roles, s.Subject.Role):
			errs = append(errs, pat.FailField("roles", "there is no such role; there are: superuser, auditor, service, plain"))
		case rule.Overall && !s.Subject.Everyone():
			errs = append(errs, pat.FailField(s.Subject.Field(s.Key), "this rule is for everyone alike"))
		}
	}
	for _, s := range change.Set {
		if rule, ok := pat.RuleByKey(s.Key); ok && (s.Value != nil || s.Subject.Everyone()) {
			if err := rule.Check(s.Value); err != nil {
				errs = append(errs, pat.FailField(s.Subject.Field(s.Key), pat.AsError(err).Fields[0].Message))
			}
		}
	}
	return joined(errs...)
}

func (a *Authority) changePolicy(ctx context.Context, tx store.Tx, by pat.Principal, change pat.PolicyChange) (was, now *knownRules, err error) {
	by, err = present(ctx, tx, by)
	switch {
	case err != nil:
		return nil, nil, err
	case !by.Admin:
		return nil, nil, errForbidden
	}
	if was, err = a.knownRules(ctx, tx); err != nil {
		return nil, nil, err
	}
	if change.Of != nil && *change.Of != was.version {
		return nil, nil, errOtherPolicy
	}
	now = &knownRules{set: applied(was.set, change, a.now())}
	if now.rules, err = pat.NewRules(a.Policy, now.set); err != nil {
		return nil, nil, err
	}
	if err := checkSettings(ctx, tx, was, now); err != nil {
		return nil, nil, err
	}
	changes := policyChanged(was, now)
	if len(changes) == 0 || change.DryRun {
		return was, now, nil
	}
	if err := tx.SetPolicy(now.set); err != nil {
		return nil, nil, err
	}
	event := pat.EventBy(by, a.now(), pat.PolicyChanged)
	event.Object, event.ObjectName, event.Changes = pat.ObjectPolicy, "policy", changes
	return was, now, tx.Append(event)
}

// applied returns the settings after the change, in their order. One that stays
// as it was has been so since then.
func applied(set []pat.Setting, change pat.PolicyChange, at time.Time) []pat.Setting {
	type place struct {
		subject pat.Subject
		key     string
	}
	all := map[place]pat.Setting{}
	if !change.Replace {
		for _, s := range set {
			all[place{s.Subject, s.Key}] = s
		}
	}
	for _, s := range change.Reset {
		delete(all, place{s.Subject, s.Key})
	}
	for _, s := range change.Set {
		if s.Value == nil && !s.Subject.Everyone() {
			delete(all, place{s.Subject, s.Key})
		} else {
			s.Since = at
			all[place{s.Subject, s.Key}] = s
		}
	}
	for _, s := range set {
		if is, ok := all[place{s.Subject, s.Key}]; ok && reflect.DeepEqual(is.Value, s.Value) {
			all[place{s.Subject, s.Key}] = s
		}
	}
	now := make([]pat.Setting, 0, len(all))
	for _, s := range all {
		now = append(now, s)
	}
	slices.SortFunc(now, func(a, b pat.Setting) int {
		return cmp.Or(cmp.Compare(a.Subject.User, b.Subject.User), cmp.Compare(a.Subject.Role, b.Subject.Role), cmp.Compare(a.Key, b.Key))
	})
	return now
}

// checkSettings judges what one value alone cannot tell: scopes that are allowed
// are to be in the catalogue, and a user with rules is to be there.
func checkSettings(ctx context.Context, tx store.Tx, was, now *knownRules) error {
	var errs []error
	for _, s := range now.set {
		if list, _ := s.Value.([]string); s.Key == "scopes_allowed" {
			for _, w := range list {
				if !now.rules.Everyone.HasScope(w) {
					errs = append(errs, pat.FailField(s.Subject.Field(s.Key), "there is no scope "+strconv.Quote(w)+"; there are: "+
						strings.Join(now.rules.Everyone.ScopeWords(), ", ")))
				}
			}
		}
	}
	for _, s := range now.set {
		known := slices.ContainsFunc(was.set, func(o pat.Setting) bool { return o.Subject == s.Subject })
		if s.Subject.User == 0 || known { // one who was deleted since stays
			continue
		}
		switch _, err := tx.User(ctx, s.Subject.User); {
		case pat.Is(err, pat.NotFound):
			errs = append(errs, pat.FailField("users", "there is no user with the id "+strconv.FormatInt(int64(s.Subject.User), 10)))
		case err != nil:
			return err
		}
	}
	return joined(errs...)
}

// policyChanged lists the rules that differ, for the audit trail. Of a rule for
// everyone it has the values in force, defaults too.
func policyChanged(was, now *knownRules) (changes []pat.FieldChange) {
	add := func(field string, rule *pat.Rule, old, new any) {
		o, n := trailValue(rule, old), trailValue(rule, new)
		if o != n {
			changes = append(changes, pat.FieldChange{Field: field, Old: o, New: n})
		}
	}
	for i := range pat.PolicyRules {
		rule := &pat.PolicyRules[i]
		add(rule.Key, rule, rule.Value(&was.rules.Everyone), rule.Value(&now.rules.Everyone))
	}
	find := func(set []pat.Setting, s pat.Setting) any {
		if i := slices.IndexFunc(set, func(o pat.Setting) bool { return o.Subject == s.Subject && o.Key == s.Key }); i >= 0 {
			return set[i].Value
		}
		return nil
	}
	for _, s := range now.set {
		if rule, _ := pat.RuleByKey(s.Key); !s.Subject.Everyone() {
			add(s.Subject.Field(s.Key), rule, find(was.set, s), s.Value)
		}
	}
	for _, s := range was.set {
		if rule, _ := pat.RuleByKey(s.Key); !s.Subject.Everyone() && find(now.set, s) == nil {
			add(s.Subject.Field(s.Key), rule, s.Value, nil)
		}
	}
	return changes
}

// trailValue is a value as the trail keeps one.
func trailValue(rule *pat.Rule, v any) any {
	if list, ok := v.([]string); ok {
		return strings.Join(list, " ")
	}
	return v
}
