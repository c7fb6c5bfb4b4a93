package pat

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Role is a kind of user that a stricter rule can be for.
type Role string

const (
	RoleSuperuser Role = "superuser"
	RoleAuditor   Role = "auditor"
	RoleService   Role = "service"
	RolePlain     Role = "plain" // none of the others
)

// Roles are all roles.
var Roles = []Role{RoleSuperuser, RoleAuditor, RoleService, RolePlain}

// Subject is whom a rule is for: a role, a user, or, when zero, everyone.
type Subject struct {
	Role Role
	User UserID
}

// Everyone reports whether the subject is no one in particular.
func (s Subject) Everyone() bool { return s == Subject{} }

// Field names a rule for the subject, as the audit trail does.
func (s Subject) Field(key string) string {
	switch {
	case s.User != 0:
		return "users." + strconv.FormatInt(int64(s.User), 10) + "." + key
	case s.Role != "":
		return "roles." + string(s.Role) + "." + key
	}
	return key
}

// Setting is one rule as it was set for a subject.
type Setting struct {
	Subject Subject
	Key     string
	Value   any
	Since   time.Time // when it got this value
}

// Rules are the policies in force: one for all, and what is stricter for some.
// They are never changed once made.
type Rules struct {
	Everyone Policy
	stricter map[Subject][]Setting
}

// NewRules lays the settings over what holds without any. It fails when one of
// them is not known here: a restriction that is not understood must not read
// as none.
func NewRules(without Policy, set []Setting) (*Rules, error) {
	r := &Rules{Everyone: without}
	for _, s := range set {
		rule, ok := RuleByKey(s.Key)
		switch {
		case !ok:
			return nil, fmt.Errorf("policy: the rule %q is not known to this program", s.Key)
		case rule.Check(s.Value) != nil:
			return nil, fmt.Errorf("policy: the value of the rule %q is not known to this program", s.Key)
		case s.Subject.Everyone():
			rule.set(&r.Everyone, s.Value)
		default:
			if r.stricter == nil {
				r.stricter = map[Subject][]Setting{}
			}
			r.stricter[s.Subject] = append(r.stricter[s.Subject], s)
		}
	}
	return r, nil
}

// LastSet returns when the rule was last given another value, for anyone; the
// zero time when it never was.
func LastSet(set []Setting, key string) (at time.Time) {
	for _, s := range set {
		if s.Key == key && s.Since.After(at) {
			at = s.Since
		}
	}
	return at
}

// For returns the policy for a user: of every rule that applies the strictest.
// It is not to be changed.
func (r *Rules) For(who Standing) *Policy {
	if len(r.stricter) == 0 {
		return &r.Everyone
	}
	p := r.Everyone
	for _, s := range subjects(who) {
		for _, set := range r.stricter[s] {
			rule, _ := RuleByKey(set.Key)
			rule.tighten(&p, set.Value)
		}
	}
	return &p
}

// subjects are those that a user is.
func subjects(who Standing) []Subject {
	all := make([]Subject, 0, 4)
	for _, is := range []struct {
		role Role
		true bool
	}{
		{RoleSuperuser, who.Admin},
		{RoleAuditor, who.Auditor},
		{RoleService, who.Service},
		{RolePlain, !who.Admin && !who.Auditor && !who.Service},
	} {
		if is.true {
			all = append(all, Subject{Role: is.role})
		}
	}
	return append(all, Subject{User: who.ID})
}

// Strictest returns the strictest value that the rule has for anyone.
func (r *Rules) Strictest(rule *Rule) any {
	p := r.Everyone
	for _, s := range slices.Collect(maps.Keys(r.stricter)) {
		for _, set := range r.stricter[s] {
			if set.Key == rule.Key {
				rule.tighten(&p, set.Value)
			}
		}
	}
	return rule.Value(&p)
}

// ChangedRules returns those rules that now may be stricter for someone, or
// looser, than they were, in their order.
func ChangedRules(was, now []Setting) []*Rule {
	values := func(set []Setting) map[string]string {
		m := map[string]string{}
		for _, s := range set {
			m[s.Key] += fmt.Sprintf("%s=%v;", s.Subject.Field(""), s.Value)
		}
		return m
	}
	before, after := values(was), values(now)
	var changed []*Rule
	for i := range PolicyRules {
		if r := &PolicyRules[i]; before[r.Key] != after[r.Key] {
			changed = append(changed, r)
		}
	}
	return changed
}
