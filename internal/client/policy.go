package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// Policy is the policy as the API shows it: values by rule.
type Policy struct {
	Rules  map[string]json.RawMessage
	Roles  map[string]map[string]json.RawMessage
	Users  map[string]map[string]json.RawMessage // by id
	DryRun bool
	Breaks PolicyBreaks
}

// PolicyBreaks are the live tokens that break what was changed.
type PolicyBreaks struct {
	Count    int           `json:"count"`
	Complete bool          `json:"complete"`
	Tokens   []PolicyBreak `json:"tokens"`
}

// PolicyBreak is a live token and the rule that it breaks.
type PolicyBreak struct {
	ID       int64  `json:"id"`
	User     int64  `json:"user"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
}

// UnmarshalJSON takes for rules what is nothing else.
func (p *Policy) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &p.Rules); err != nil {
		return err
	}
	for key, to := range map[string]any{"roles": &p.Roles, "users": &p.Users, "dry_run": &p.DryRun, "breaks": &p.Breaks} {
		if raw, ok := p.Rules[key]; ok {
			if err := json.Unmarshal(raw, to); err != nil {
				return err
			}
			delete(p.Rules, key)
		}
	}
	return nil
}

const policyPath = "/api/v2/settings/policy/"

// Policy returns the policy.
func (c *Client) Policy(ctx context.Context) (Policy, error) {
	return ask[Policy](ctx, c, http.MethodGet, policyPath, nil)
}

// SetPolicy sets rules: for everyone, or for the role or the user that is named.
func (c *Client) SetPolicy(ctx context.Context, rules map[string]any, role string, user int64, dryRun bool) (Policy, error) {
	var body any = rules
	switch {
	case role != "":
		body = map[string]any{"roles": map[string]any{role: rules}}
	case user != 0:
		body = map[string]any{"users": map[string]any{strconv.FormatInt(user, 10): rules}}
	}
	return ask[Policy](ctx, c, http.MethodPatch, policyPath+"?dry_run="+strconv.FormatBool(dryRun), body)
}

// ResetPolicy takes rules back, all where none is named: for everyone to their
// defaults, for the role or the user that is named to what holds for everyone.
func (c *Client) ResetPolicy(ctx context.Context, rules []string, role string, user int64, dryRun bool) (Policy, error) {
	query := url.Values{"dry_run": {strconv.FormatBool(dryRun)}, "rule": rules}
	if role != "" {
		query.Set("role", role)
	}
	if user != 0 {
		query.Set("user", strconv.FormatInt(user, 10))
	}
	return ask[Policy](ctx, c, http.MethodDelete, policyPath+"?"+query.Encode(), nil)
}
