package pat

import (
	"slices"
	"strings"
)

// Rule is one rule of the policy as administrators set it: under its key, which
// is the same in the API, on the command line and in the audit trail.
//
// Its value is nil, int64, bool, string or []string, by its kind.
type Rule struct {
	Key  string
	Name string // as refusals call it
	Kind RuleKind
	// Overall rules are for everyone alike; the others can be made stricter for
	// a role or a user.
	Overall     bool
	Least, Most int64 // of a number

	field    field
	stricter func(a, b any) any
}

// RuleKind is what values a rule takes.
type RuleKind int

const (
	Seconds       RuleKind = iota // a whole number of seconds
	SecondsOrNone                 // or nil, which is none or never
	Count                         // a whole number
	Truth                         // true or false
	Words                         // a list of scopes
	WordsOrAll                    // or nil, which is all of the catalogue
	Choice                        // one of Creators
)

// maxSpan bounds lifetimes: 365,000 days, what AWX calls for ever.
const maxSpan = 365_000 * day

// maxRefresh is within what a Duration holds: a hundred years.
const maxRefresh = 100 * 365 * day

// PolicyRules are all rules, in the order in which they are shown.
var PolicyRules = []Rule{
	{"max_lifetime", "maximum lifetime", SecondsOrNone, false, 60, maxSpan, number(func(p *Policy) *int64 { return &p.MaxLifetime }), lower},
	{"allow_never", "never expires", Truth, false, 0, 0, truth(func(p *Policy) *bool { return &p.AllowNever }), both},
	{"default_lifetime_console", "default lifetime in the console", SecondsOrNone, false, 60, maxSpan, lifetime(OriginConsole), lower},
	{"default_lifetime_api", "default lifetime at the API", SecondsOrNone, false, 1, maxSpan, lifetime(OriginAPI), lower},
	{"default_lifetime_cli", "default lifetime on the command line", SecondsOrNone, false, 60, maxSpan, lifetime(OriginCLI), lower},
	{"apiops_lifetime", "lifetime of tokens of the token endpoint", SecondsOrNone, false, 60, maxSpan, lifetime(OriginAPIOps), lower},
	{"apiops_enabled", "token endpoint", Truth, true, 0, 0, truth(func(p *Policy) *bool { return &p.APIOps }), both},
	{"scopes", "catalogue of scopes", Words, true, 0, 0, words(func(p *Policy) *[]string { return &p.Scopes }), meet},
	{"scopes_allowed", "allowed scopes", WordsOrAll, false, 0, 0, words(func(p *Policy) *[]string { return &p.AllowedScopes }), meet},
	{"networks_required", "networks required", Truth, false, 0, 0, truth(func(p *Policy) *bool { return &p.NetworksRequired }), either},
	{"max_named_tokens", "live named tokens per user", Count, false, 0, 1_000_000, number(func(p *Policy) *int64 { return &p.MaxNamed }), lower},
	{"max_unnamed_tokens", "live unnamed tokens per user", Count, false, 0, 1_000_000, number(func(p *Policy) *int64 { return &p.MaxUnnamed }), lower},
	{"who_may_create", "who may create", Choice, false, 0, 0, creators{}, fewer},
	{"idle_limit", "idle limit", SecondsOrNone, false, day, maxSpan, number(func(p *Policy) *int64 { return &p.IdlePause }), lower},
	{"rotate_self", "tokens rotate themselves", Truth, false, 0, 0, truth(func(p *Policy) *bool { return &p.RotateSelf }), both},
	{"reuse_ends_family", "reuse ends the family", Truth, false, 0, 0, truth(func(p *Policy) *bool { return &p.ReuseEndsFamily }), either},
	{"max_overlap", "maximum overlap", Seconds, false, 0, 720 * hour, number(func(p *Policy) *int64 { return &p.MaxOverlap }), lower},
	{"public_reports", "public reports", Truth, true, 0, 0, truth(func(p *Policy) *bool { return &p.PublicReports }), both},
	{"password_min_length", "minimum length of passwords", Count, false, 8, 64, number(func(p *Policy) *int64 { return &p.PasswordMinLength }), higher},
	{"reauthentication_window", "re-authentication window", Seconds, false, 60, day, number(func(p *Policy) *int64 { return &p.Reauth }), lower},
	{"retention", "retention of ended tokens", Seconds, true, day, maxSpan, number(func(p *Policy) *int64 { return &p.Retention }), lower},
	{"authorization_code_lifetime", "lifetime of authorization codes", Seconds, true, 1, hour, number(func(p *Policy) *int64 { return &p.CodeLifetime }), lower},
	{"refresh_token_lifetime", "lifetime of refresh tokens", Seconds, true, 1, maxRefresh, number(func(p *Policy) *int64 { return &p.RefreshLifetime }), lower},
}

// RuleByKey returns the rule, and whether there is one.
func RuleByKey(key string) (*Rule, bool) {
	i := slices.IndexFunc(PolicyRules, func(r Rule) bool { return r.Key == key })
	if i < 0 {
		return nil, false
	}
	return &PolicyRules[i], true
}

// Value returns the rule's value in p.
func (r *Rule) Value(p *Policy) any {
	switch v := r.field.get(p); {
	case v == nil && r.Kind == Words:
		return []string{}
	case r.Kind == SecondsOrNone && v == int64(0):
		return nil
	default:
		return v
	}
}

// set gives the rule a value that Check has passed. Nil is the none of its kind.
func (r *Rule) set(p *Policy, v any) {
	if v == nil && r.Kind == SecondsOrNone {
		v = int64(0)
	}
	r.field.set(p, v)
}

// tighten makes the rule at least as strict as v.
func (r *Rule) tighten(p *Policy, v any) {
	if v != nil {
		if old := r.Value(p); old != nil {
			v = r.stricter(old, v)
		}
		r.set(p, v)
	}
}

// Which of two values is the stricter one, neither of them nil.

func lower(a, b any) any  { return min(a.(int64), b.(int64)) }
func higher(a, b any) any { return max(a.(int64), b.(int64)) }
func both(a, b any) any   { return a.(bool) && b.(bool) }
func either(a, b any) any { return a.(bool) || b.(bool) }

func fewer(a, b any) any {
	order := []Creators{Nobody, Administrators, Everyone}
	x, y := slices.Index(order, Creators(a.(string))), slices.Index(order, Creators(b.(string)))
	return string(order[max(0, min(x, y))])
}

// meet returns the words that both lists cover.
func meet(a, b any) any {
	x, y := a.([]string), b.([]string)
	common := []string{}
	for i, w := range slices.Concat(x, y) {
		other := x
		if i < len(x) {
			other = y
		}
		if Scopes(strings.Join(other, " ")).Allows(w) && !slices.Contains(common, w) {
			common = append(common, w)
		}
	}
	return common
}

// field is where a rule's value is in a Policy.
type field interface {
	get(p *Policy) any
	set(p *Policy, v any)
}

type number func(p *Policy) *int64

func (f number) get(p *Policy) any    { return *f(p) }
func (f number) set(p *Policy, v any) { *f(p) = v.(int64) }

type truth func(p *Policy) *bool

func (f truth) get(p *Policy) any    { return *f(p) }
func (f truth) set(p *Policy, v any) { *f(p) = v.(bool) }

type words func(p *Policy) *[]string

func (f words) get(p *Policy) any {
	if list := *f(p); list != nil {
		return list
	}
	return nil
}

func (f words) set(p *Policy, v any) { *f(p), _ = v.([]string) }

type creators struct{}

func (creators) get(p *Policy) any    { return string(p.Creators) }
func (creators) set(p *Policy, v any) { p.Creators = Creators(v.(string)) }

// lifetime is the default of an origin. The map is shared between policies, so
// it is never changed in place.
type lifetime Origin

func (f lifetime) get(p *Policy) any { return p.Lifetime[Origin(f)] }

func (f lifetime) set(p *Policy, v any) {
	changed := map[Origin]int64{Origin(f): v.(int64)}
	for o, n := range p.Lifetime {
		if o != Origin(f) {
			changed[o] = n
		}
	}
	p.Lifetime = changed
}
