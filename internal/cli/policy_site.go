package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"jeton/internal/client"
	"jeton/internal/pat"
)

// Policy shows the policy of the data folder.
func (d *direct) Policy(ctx context.Context) (policy, error) {
	state, err := d.auth.PolicyNow(ctx, d.by)
	return shownPolicy(&state), err
}

// ChangePolicy changes that of the data folder.
func (d *direct) ChangePolicy(ctx context.Context, c policyChange) (policy, error) {
	change := pat.PolicyChange{DryRun: c.dryRun, Replace: c.all && c.subject.Everyone()}
	for _, s := range c.set {
		s.Subject = c.subject
		change.Set = append(change.Set, s)
	}
	reset := c.reset
	for i := range pat.PolicyRules {
		if c.all && !change.Replace && !pat.PolicyRules[i].Overall {
			reset = append(reset, pat.PolicyRules[i].Key)
		}
	}
	for _, key := range reset {
		change.Reset = append(change.Reset, pat.Setting{Subject: c.subject, Key: key})
	}
	state, breaks, err := d.auth.ChangePolicy(ctx, d.by, change)
	if err != nil {
		return policy{}, err
	}
	shown := shownPolicy(&state)
	shown.Changed, shown.DryRun = true, c.dryRun
	shown.Breaks = policyBreaks{breaks.Count, breaks.Complete, []policyBreak{}}
	for _, b := range breaks.Tokens {
		shown.Breaks.Tokens = append(shown.Breaks.Tokens, policyBreak{
			int64(b.Token.ID), int64(b.Token.Owner), b.Owner, b.Token.Name, b.Rule, b.Message,
		})
	}
	return shown, nil
}

func shownPolicy(state *pat.PolicyState) policy {
	shown := policy{Everyone: map[string]any{}}
	for i := range pat.PolicyRules {
		shown.Everyone[pat.PolicyRules[i].Key] = pat.PolicyRules[i].Value(&state.Everyone)
	}
	for _, s := range state.Set {
		if !s.Subject.Everyone() {
			shown.Set = append(shown.Set, s)
		}
	}
	return shown
}

// Policy shows the policy of the server.
func (r *remote) Policy(ctx context.Context) (policy, error) {
	return r.policy(r.client.Policy(ctx))
}

// ChangePolicy changes that of the server.
func (r *remote) ChangePolicy(ctx context.Context, c policyChange) (policy, error) {
	role, user := string(c.subject.Role), int64(c.subject.User)
	if len(c.set) == 0 {
		return r.changed(r.client.ResetPolicy(ctx, c.reset, role, user, c.dryRun))
	}
	rules := map[string]any{}
	for _, s := range c.set {
		rules[s.Key] = s.Value
	}
	return r.changed(r.client.SetPolicy(ctx, rules, role, user, c.dryRun))
}

func (r *remote) changed(p client.Policy, err error) (policy, error) {
	shown, err := r.policy(p, err)
	if err != nil {
		return policy{}, err
	}
	shown.Changed, shown.DryRun = true, p.DryRun
	shown.Breaks = policyBreaks{p.Breaks.Count, p.Breaks.Complete, []policyBreak{}}
	for _, b := range p.Breaks.Tokens {
		shown.Breaks.Tokens = append(shown.Breaks.Tokens, policyBreak(b))
	}
	return shown, nil
}

// policy reads the rules that this program knows. A newer server may have more.
func (r *remote) policy(p client.Policy, err error) (policy, error) {
	if err != nil {
		return policy{}, err
	}
	shown := policy{Everyone: map[string]any{}}
	for key, raw := range p.Rules {
		shown.Everyone[key] = wireValue(raw)
	}
	for i := range pat.PolicyRules {
		key := pat.PolicyRules[i].Key
		for _, role := range pat.Roles {
			if raw, ok := p.Roles[string(role)][key]; ok {
				shown.Set = append(shown.Set, pat.Setting{Subject: pat.Subject{Role: role}, Key: key, Value: wireValue(raw)})
			}
		}
		for _, id := range userIDs(p.Users) {
			if raw, ok := p.Users[strconv.FormatInt(id, 10)][key]; ok {
				shown.Set = append(shown.Set, pat.Setting{Subject: pat.Subject{User: pat.UserID(id)}, Key: key, Value: wireValue(raw)})
			}
		}
	}
	return shown, nil
}

func userIDs(users map[string]map[string]json.RawMessage) (ids []int64) {
	for key := range users {
		if id, err := strconv.ParseInt(key, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// wireValue is a value of a rule as pat has it.
func wireValue(raw json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	switch v := v.(type) {
	case json.Number:
		n, _ := v.Int64()
		return n
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i], _ = v[i].(string)
		}
		return words
	}
	return v
}
