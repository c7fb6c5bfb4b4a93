package cli

import (
	"encoding/json"
	"strconv"

	"jeton/internal/pat"
)

// policy is the policy as the commands show it; the keys are those of the API.
type policy struct {
	Everyone map[string]any
	Set      []pat.Setting // for roles and users
	Changed  bool          // an answer to a change, with the two fields that follow
	DryRun   bool
	Breaks   policyBreaks
}

type policyBreaks struct {
	Count    int           `json:"count"`
	Complete bool          `json:"complete"`
	Tokens   []policyBreak `json:"tokens"`
}

type policyBreak struct {
	ID       int64  `json:"id"`
	User     int64  `json:"user"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
}

// MarshalJSON writes the rules in their order.
func (p policy) MarshalJSON() ([]byte, error) {
	type member struct {
		key   string
		value any
	}
	var all []member
	for i := range pat.PolicyRules {
		key := pat.PolicyRules[i].Key
		all = append(all, member{key, p.Everyone[key]})
	}
	roles, users := p.stricter()
	all = append(all, member{"roles", roles}, member{"users", users})
	if p.Changed {
		all = append(all, member{"dry_run", p.DryRun}, member{"breaks", p.Breaks})
	}
	b := []byte{'{'}
	for i, m := range all {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, strconv.Quote(m.key)...), ':'), value...)
	}
	return append(b, '}'), nil
}

// stricter sorts the rules that are not for everyone by role and by user.
func (p *policy) stricter() (roles, users map[string]map[string]any) {
	roles, users = map[string]map[string]any{}, map[string]map[string]any{}
	for _, role := range pat.Roles {
		roles[string(role)] = map[string]any{}
	}
	for _, s := range p.Set {
		if s.Subject.User == 0 {
			roles[string(s.Subject.Role)][s.Key] = s.Value
			continue
		}
		id := strconv.FormatInt(int64(s.Subject.User), 10)
		if users[id] == nil {
			users[id] = map[string]any{}
		}
		users[id][s.Key] = s.Value
	}
	return roles, users
}

// rows are the rules as a table: all, or those of one subject.
func (p *policy) rows(of pat.Subject) [][]string {
	rows := [][]string{{"RULE", "FOR", "VALUE"}}
	for i := range pat.PolicyRules {
		rule := &pat.PolicyRules[i]
		if of.Everyone() {
			rows = append(rows, []string{rule.Key, "everyone", rule.Text(p.Everyone[rule.Key])})
		}
		for _, s := range p.Set {
			if s.Key == rule.Key && (of.Everyone() || s.Subject == of) {
				rows = append(rows, []string{rule.Key, subjectText(s.Subject), rule.Text(s.Value)})
			}
		}
	}
	return rows
}

func subjectText(s pat.Subject) string {
	if s.User != 0 {
		return "user " + strconv.FormatInt(int64(s.User), 10)
	}
	return "role " + string(s.Role)
}
