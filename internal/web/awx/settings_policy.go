package awx

import (
	"encoding/json"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// policyShow serves GET /api/v2/settings/policy/.
func (f *Face) policyShow(c *call) error {
	state, err := f.Authority.PolicyNow(c.r.Context(), c.who)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, policyOf(&state))
}

// policyPut sets what the body has, and the rest to its defaults.
func (f *Face) policyPut(c *call) error { return f.policyWrite(c, true) }

// policyPatch sets what the body has.
func (f *Face) policyPatch(c *call) error { return f.policyWrite(c, false) }

func (f *Face) policyWrite(c *call, replace bool) error {
	if !c.who.Admin { // said before the body is judged
		return errForbidden
	}
	if _, err := c.form(); err != nil {
		return err
	}
	q, err := parsePolicyQuery(c.r.URL.RawQuery)
	if err == nil && len(q.rules)+len(q.subjects) > 0 {
		err = invalid("The parameters rule, role and user go with DELETE.")
	}
	if err != nil {
		return err
	}
	set, errs := readSettings(c.body)
	if len(errs) > 0 {
		return errs
	}
	return f.changePolicy(c, pat.PolicyChange{Replace: replace, Set: set, DryRun: q.dryRun})
}

// policyDelete takes rules back: those that the query names, or all.
func (f *Face) policyDelete(c *call) error {
	if !c.who.Admin {
		return errForbidden
	}
	q, err := parsePolicyQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	change := pat.PolicyChange{DryRun: q.dryRun, Replace: len(q.rules)+len(q.subjects) == 0, Reset: q.reset()}
	return f.changePolicy(c, change)
}

func (f *Face) changePolicy(c *call, change pat.PolicyChange) error {
	state, breaks, err := f.Authority.ChangePolicy(c.r.Context(), c.who, change)
	if err != nil {
		return ruleErrors(err)
	}
	answer := policyOf(&state)
	answer = append(answer,
		web.Member{Key: dryRunKey, Value: change.DryRun},
		web.Member{Key: breaksKey, Value: breaksOf(&breaks)})
	return c.answer(http.StatusOK, answer)
}

// The keys beside those of the rules. The last two are of answers, and passed
// over where an answer is sent back.
const (
	rolesKey  = "roles"
	usersKey  = "users"
	dryRunKey = "dry_run"
	breaksKey = "breaks"
)

// policyOf returns the answer for a policy: the rules for everyone as they are
// in force, and what is stricter for some.
func policyOf(state *pat.PolicyState) web.Object {
	answer := make(web.Object, 0, len(pat.PolicyRules)+4)
	for i := range pat.PolicyRules {
		rule := &pat.PolicyRules[i]
		answer = append(answer, web.Member{Key: rule.Key, Value: rule.Value(&state.Everyone)})
	}
	roles, users := web.Object{}, web.Object{}
	for _, role := range pat.Roles {
		roles = append(roles, web.Member{Key: string(role), Value: settingsOf(state.Set, pat.Subject{Role: role})})
	}
	last := pat.UserID(0)
	for _, s := range state.Set { // users in order, each with rules side by side
		if id := s.Subject.User; id != last {
			users = append(users, web.Member{Key: strconv.FormatInt(int64(id), 10), Value: settingsOf(state.Set, s.Subject)})
			last = id
		}
	}
	return append(answer, web.Member{Key: rolesKey, Value: roles}, web.Member{Key: usersKey, Value: users})
}

func settingsOf(set []pat.Setting, of pat.Subject) web.Object {
	o := web.Object{}
	for _, s := range set {
		if s.Subject == of {
			o = append(o, web.Member{Key: s.Key, Value: s.Value})
		}
	}
	return o
}

// breaksAnswer says which live tokens break what was changed.
type breaksAnswer struct {
	Count    int           `json:"count"`
	Complete bool          `json:"complete"`
	Tokens   []breakAnswer `json:"tokens"`
}

type breakAnswer struct {
	ID       pat.TokenID `json:"id"`
	URL      string      `json:"url"`
	User     pat.UserID  `json:"user"`
	Username string      `json:"username"`
	Name     string      `json:"name"`
	Rule     string      `json:"rule"`
	Message  string      `json:"message"`
}

func breaksOf(b *pat.Breaks) breaksAnswer {
	answer := breaksAnswer{b.Count, b.Complete, make([]breakAnswer, len(b.Tokens))}
	for i, t := range b.Tokens {
		answer.Tokens[i] = breakAnswer{
			t.Token.ID, "/api/v2/tokens/" + strconv.FormatInt(int64(t.Token.ID), 10) + "/",
			t.Token.Owner, t.Owner, t.Token.Name, t.Rule, t.Message,
		}
	}
	return answer
}

// readSettings reads the rules of a body. Whether there are such rules, and
// whether they may have such values, is for the authority to say.
func readSettings(body web.Object) (set []pat.Setting, errs settingErrors) {
	add := func(of pat.Subject, rules web.Object) {
		for _, m := range rules {
			set = append(set, pat.Setting{Subject: of, Key: m.Key, Value: ruleValue(m.Value)})
		}
	}
	for _, m := range body {
		switch m.Key {
		case dryRunKey, breaksKey:
		case rolesKey, usersKey:
			of, wrong := readSubjects(m)
			errs = append(errs, wrong...)
			for _, s := range of {
				add(s.subject, s.rules)
			}
		default:
			add(pat.Subject{}, web.Object{m})
		}
	}
	return set, errs
}

type subjectRules struct {
	subject pat.Subject
	rules   web.Object
}

// readSubjects reads {"plain":{"max_lifetime":…}}, or the like with the ids of
// users for keys.
func readSubjects(m web.Member) (all []subjectRules, wrong settingErrors) {
	of, ok := m.Value.(web.Object)
	if !ok {
		return nil, settingErrors{{Key: m.Key, Value: []string{"Use an object of objects, like {\"plain\":{\"max_lifetime\":86400}} for roles."}}}
	}
	for _, o := range of {
		rules, ok := o.Value.(web.Object)
		subject, known := pat.Subject{Role: pat.Role(o.Key)}, true
		if m.Key == usersKey {
			subject = pat.Subject{User: pat.UserID(number(o.Key))}
			known = isNumber(o.Key) && subject.User > 0
		}
		switch {
		case !known || o.Key == "":
			return nil, settingErrors{{Key: m.Key, Value: []string{"Name each user by the id."}}}
		case !ok:
			return nil, settingErrors{{Key: m.Key, Value: []string{"Use an object of rules for each, like {\"max_lifetime\":86400}."}}}
		default:
			all = append(all, subjectRules{subject, rules})
		}
	}
	return all, nil
}

// ruleValue turns a value of JSON into one of a rule; what can be none stays as
// it is, and is refused as such.
func ruleValue(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
	case []any:
		words := make([]string, len(v))
		for i := range v {
			word, ok := v[i].(string)
			if !ok {
				return v
			}
			words[i] = word
		}
		return words
	}
	return v
}

// policyQuery is what the query of a change says.
type policyQuery struct {
	dryRun   bool
	rules    []string
	subjects []pat.Subject
}

func parsePolicyQuery(raw string) (q policyQuery, err error) {
	params, err := parameters(raw)
	if err != nil {
		return q, err
	}
	for _, p := range params {
		switch p.key {
		case dryRunKey:
			if q.dryRun, err = strconv.ParseBool(p.value); err != nil {
				return q, invalid("dry_run is true or false.")
			}
		case "rule":
			q.rules = append(q.rules, p.value)
		case "role":
			q.subjects = append(q.subjects, pat.Subject{Role: pat.Role(p.value)})
		case "user":
			q.subjects = append(q.subjects, pat.Subject{User: pat.UserID(number(p.value))})
		default:
			return q, quoting("no such parameter", "There is no parameter "+strconv.Quote(p.key)+" here; there are: dry_run, rule, role, user.")
		}
	}
	return q, nil
}

// reset lists the rules to take back: for everyone where no role and no user is
// named; all of a role or a user where no rule is.
func (q *policyQuery) reset() (all []pat.Setting) {
	subjects, rules := q.subjects, q.rules
	if len(subjects) == 0 {
		subjects = []pat.Subject{{}}
	}
	if len(rules) == 0 && len(q.subjects) > 0 {
		for i := range pat.PolicyRules {
			if !pat.PolicyRules[i].Overall {
				rules = append(rules, pat.PolicyRules[i].Key)
			}
		}
	}
	for _, s := range subjects {
		for _, key := range rules {
			all = append(all, pat.Setting{Subject: s, Key: key})
		}
	}
	return all
}
