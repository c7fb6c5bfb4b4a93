package authority

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Bounds of the search for tokens that break a rule.
const (
	breaksTime  = 2 * time.Second
	breaksMost  = 100_000 // tokens that are looked at for one rule
	breaksShown = 100
)

// search looks for tokens that break rules.
type search struct {
	a      *Authority
	ctx    context.Context
	was    *pat.Rules
	rules  *pat.Rules
	now    time.Time
	owners map[pat.UserID]ownerPolicy
	paused []pat.TokenID // of what was found; the others are in breaks.IDs
	counts map[pat.UserID]int
	whole  bool // not only rules that are new for the owner
	breaks pat.Breaks
}

// ownerPolicy is an owner's name and policy, before and after the change.
type ownerPolicy struct {
	name     string
	was, now *pat.Policy
}

// breaks finds the live tokens that break one of the rules that were changed,
// where it is another than before for the owner. By an index for what they are
// likely to be, and for no longer than breaksTime, whatever there is.
func (a *Authority) breaks(ctx context.Context, was, rules *pat.Rules, changed []*pat.Rule) pat.Breaks {
	s := &search{a: a, was: was, rules: rules}
	return s.run(ctx, changed)
}

// PolicyBreaks finds the live tokens that break the policy as it is, as far as
// that can be found in a short time. Administrators and auditors may see it. It
// fails with Forbidden and Unauthenticated.
func (a *Authority) PolicyBreaks(ctx context.Context, by pat.Principal) (pat.Breaks, error) {
	if err := mayRead(by); err != nil {
		return pat.Breaks{}, err
	}
	if !by.Admin && !by.Auditor {
		return pat.Breaks{}, errForbidden
	}
	rules, err := a.rules(ctx, a.Store)
	if err != nil {
		return pat.Breaks{}, err
	}
	all := make([]*pat.Rule, len(pat.PolicyRules))
	for i := range all {
		all[i] = &pat.PolicyRules[i]
	}
	s := &search{a: a, was: rules, rules: rules, whole: true}
	return s.run(ctx, all), nil
}

// run looks for tokens that break one of the rules.
func (s *search) run(ctx context.Context, changed []*pat.Rule) pat.Breaks {
	ctx, cancel := context.WithTimeout(ctx, breaksTime)
	defer cancel()
	s.ctx, s.now = ctx, s.a.now()
	s.owners, s.counts = map[pat.UserID]ownerPolicy{}, map[pat.UserID]int{}
	s.breaks.Complete, s.breaks.Rules = true, map[pat.TokenID]string{}
	for _, rule := range changed {
		if err := s.byRule(rule); err != nil {
			s.breaks.Complete = false
		}
	}
	b := &s.breaks
	b.Count = len(b.Rules)
	slices.Sort(b.IDs)
	slices.Sort(s.paused)
	b.IDs = append(b.IDs, s.paused...)
	slices.SortFunc(b.Tokens, func(a, b pat.Break) int { return int(a.Token.ID - b.Token.ID) })
	for id, n := range s.counts {
		b.Owners = append(b.Owners, pat.Breaker{User: id, Name: s.owners[id].name, Count: n})
	}
	slices.SortFunc(b.Owners, func(a, b pat.Breaker) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.User, b.User))
	})
	return *b
}

// never is the life that a token is shown with that has no end, less a second.
const never = 365_000*24*60*60 - 1

// byRule looks where those are that may break the rule for anyone, and judges
// each by what holds for its owner.
func (s *search) byRule(rule *pat.Rule) error {
	strictest := s.rules.Strictest(rule)
	switch rule.Key {
	case "max_lifetime":
		if bound, ok := strictest.(int64); ok {
			return s.look(rule, store.LiveSelection{Longer: bound}, brokenLife)
		}
	case "allow_never":
		if strictest == false {
			return s.look(rule, store.LiveSelection{Longer: never}, brokenNever)
		}
	case "scopes", "scopes_allowed":
		return s.byScope(rule)
	case "networks_required":
		if strictest == true {
			return s.look(rule, store.LiveSelection{}, func(p *pat.Policy, t *pat.Token, _ time.Time) error { return p.CheckNetworks(t.Networks) })
		}
	case "idle_limit":
		if strictest != nil {
			return s.look(rule, store.LiveSelection{}, brokenIdle)
		}
	case "max_named_tokens":
		return s.byRoom(rule, true)
	case "max_unnamed_tokens":
		return s.byRoom(rule, false)
	}
	return nil // it judges no token that there is
}

func brokenLife(p *pat.Policy, t *pat.Token, _ time.Time) error {
	bound := pat.Policy{MaxLifetime: p.MaxLifetime, AllowNever: true}
	return bound.CheckLife(t)
}

func brokenNever(p *pat.Policy, t *pat.Token, _ time.Time) error {
	never := pat.Policy{AllowNever: p.AllowNever}
	return never.CheckLife(t)
}

func brokenIdle(p *pat.Policy, t *pat.Token, now time.Time) error {
	used := t.CreatedAt
	if t.LastUsedAt.After(used) {
		used = t.LastUsedAt
	}
	return p.CheckIdle(used, now)
}

func (s *search) byScope(rule *pat.Rule) error {
	lists, err := s.a.Store.LiveScopes(s.ctx)
	if err != nil {
		return err
	}
	breaks := func(p *pat.Policy, t *pat.Token, _ time.Time) error { return p.CheckScopes(t.Scopes) }
	narrowest := s.rules.Everyone
	narrowest.AllowedScopes, _ = s.rules.Strictest(rule).([]string)
	if rule.Key == "scopes" {
		narrowest.AllowedScopes = nil
	}
	for _, scopes := range lists {
		if narrowest.CheckScopes(scopes) == nil {
			continue
		}
		if err := s.look(rule, store.LiveSelection{Scopes: scopes}, breaks); err != nil {
			return err
		}
	}
	return nil
}

// byRoom takes the youngest tokens of an owner who has too many.
func (s *search) byRoom(rule *pat.Rule, named bool) error {
	most, _ := s.rules.Strictest(rule).(int64)
	bounds := [2]int64{most, 1 << 40}
	if !named {
		bounds = [2]int64{1 << 40, most}
	}
	owners, err := s.a.Store.Crowded(s.ctx, bounds[0], bounds[1], breaksMost)
	if err != nil {
		return err
	}
	for _, id := range owners {
		owner, err := s.owner(id)
		if err != nil {
			return err
		}
		room := owner.now.MaxUnnamed
		if named {
			room = owner.now.MaxNamed
		}
		breaks := func(p *pat.Policy, _ *pat.Token, _ time.Time) error { return p.CheckRoom(named, room) }
		if _, err := s.lookAt(rule, store.LiveSelection{Owner: id, Named: named, Offset: room}, breaks); err != nil {
			return err
		}
	}
	return nil
}

// look judges the tokens that sel selects, those that are not paused first:
// where there are too many, so it comes to others when these were paused.
func (s *search) look(rule *pat.Rule, sel store.LiveSelection, breaks func(*pat.Policy, *pat.Token, time.Time) error) error {
	for _, sel.Status = range []pat.Status{pat.StatusLive, pat.StatusPaused} {
		if more, err := s.lookAt(rule, sel, breaks); more || err != nil {
			return err
		}
	}
	return nil
}

// lookAt judges the tokens that sel selects, and reports whether there may be
// more of them than one looks at.
func (s *search) lookAt(rule *pat.Rule, sel store.LiveSelection, breaks func(*pat.Policy, *pat.Token, time.Time) error) (bool, error) {
	seen := 0
	var candidates []pat.Token
	err := s.a.Store.LiveTokens(s.ctx, sel, s.now, breaksMost, func(t pat.Token) {
		seen++
		if s.breaks.Rules[t.ID] == "" {
			candidates = append(candidates, t)
		}
	})
	more := seen >= breaksMost
	if more {
		s.breaks.Complete = false
	}
	for i := range candidates {
		if err := s.judge(rule, &candidates[i], breaks); err != nil {
			return more, err
		}
	}
	return more, err
}

func (s *search) judge(rule *pat.Rule, t *pat.Token, breaks func(*pat.Policy, *pat.Token, time.Time) error) error {
	owner, err := s.owner(t.Owner)
	if err != nil || !s.whole && reflect.DeepEqual(rule.Value(owner.was), rule.Value(owner.now)) {
		return err
	}
	broken := breaks(owner.now, t, s.now)
	if broken == nil {
		return nil
	}
	s.breaks.Rules[t.ID] = rule.Key
	if t.PausedAt.IsZero() {
		s.breaks.IDs = append(s.breaks.IDs, t.ID)
	} else {
		s.paused = append(s.paused, t.ID)
	}
	s.counts[t.Owner]++
	if len(s.breaks.Tokens) < breaksShown {
		s.breaks.Tokens = append(s.breaks.Tokens, pat.Break{
			Token: *t, Owner: owner.name, Rule: rule.Key, Message: pat.AsError(broken).Fields[0].Message,
		})
	}
	return nil
}

func (s *search) owner(id pat.UserID) (ownerPolicy, error) {
	if o, ok := s.owners[id]; ok {
		return o, nil
	}
	who, err := s.a.Store.Standing(s.ctx, id)
	if err != nil {
		return ownerPolicy{}, err
	}
	o := ownerPolicy{who.Name, s.was.For(who), s.rules.For(who)}
	s.owners[id] = o
	return o, nil
}
