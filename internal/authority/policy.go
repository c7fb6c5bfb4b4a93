package authority

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// DefaultPolicyAge is how old knowledge of the policy may be where no
// transaction judges; see Authority.PolicyAge.
const DefaultPolicyAge = time.Second

// knownRules are the rules of one version, as they were heard of last.
type knownRules struct {
	rules   *pat.Rules
	set     []pat.Setting
	version int64
	at      time.Time // when that was asked
}

// lastRules are those that were heard of last.
type lastRules struct {
	known atomic.Pointer[knownRules]

	mu      sync.Mutex
	changes uint64 // made by this process
}

// began says which of this process's changes a reading that begins now sees.
func (l *lastRules) began() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// heard keeps what a reading found, unless a change was made since it began.
func (l *lastRules) heard(k *knownRules, began uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changes == began {
		l.known.Store(k)
	}
}

// changed forgets the rules: whoever asks next reads them.
func (l *lastRules) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.known.Store(nil)
}

// rules returns the rules in force as r sees them: within a transaction those
// that no other change precedes. It reads one number, and the settings only
// when that is another than before.
func (a *Authority) rules(ctx context.Context, r store.Reader) (*pat.Rules, error) {
	known, err := a.knownRules(ctx, r)
	if err != nil {
		return nil, err
	}
	return known.rules, nil
}

func (a *Authority) knownRules(ctx context.Context, r store.Reader) (*knownRules, error) {
	began, at := a.policy.began(), a.Now() // before reading: what is read may be as old as that
	version, err := r.PolicyVersion(ctx)
	if err != nil {
		return nil, err
	}
	known := a.policy.known.Load()
	switch {
	case version == 0:
		known = &knownRules{}
	case known == nil || known.version != version:
		if known, err = a.readRules(ctx, r); err != nil {
			return nil, err
		}
	}
	heard := *known
	heard.at = at
	heard.rules = a.inForce(known)
	a.policy.heard(&heard, began)
	return &heard, nil
}

// inForce returns the rules, which are the program's while nothing was ever set.
func (a *Authority) inForce(known *knownRules) *pat.Rules {
	if known.version == 0 {
		return &pat.Rules{Everyone: a.Policy}
	}
	return known.rules
}

func (a *Authority) readRules(ctx context.Context, r store.Reader) (*knownRules, error) {
	set, version, err := r.Policy(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := pat.NewRules(a.Policy, set)
	if err != nil {
		return nil, err
	}
	return &knownRules{rules: rules, set: set, version: version}, nil
}

// recentRules returns rules that were in force at most PolicyAge ago, at no cost
// while they are. It is for what is asked so often that no transaction judges.
// It fails with Unavailable when that cannot be known.
func (a *Authority) recentRules(ctx context.Context) (*pat.Rules, error) {
	age := a.PolicyAge
	if age <= 0 {
		age = DefaultPolicyAge
	}
	if known := a.policy.known.Load(); known != nil {
		if since := a.Now().Sub(known.at); since >= 0 && since < age {
			return a.inForce(known), nil
		}
	}
	rules, err := a.rules(ctx, a.Store)
	if err != nil && !pat.Is(err, pat.Unavailable) {
		err = &pat.Error{Kind: pat.Unavailable, Message: "the policy cannot be read now", RetryAfter: time.Second, Cause: err}
	}
	return rules, err
}

// standingOf is a principal as the policy judges one who signed in.
func standingOf(by pat.Principal) pat.Standing {
	return pat.Standing{ID: by.User, Name: by.Name, Admin: by.Admin, Auditor: by.Auditor}
}

// policyOf returns what r sees of the policy for a user.
func (a *Authority) policyOf(ctx context.Context, r store.Reader, who pat.Standing) (*pat.Policy, error) {
	rules, err := a.rules(ctx, r)
	if err != nil {
		return nil, err
	}
	return rules.For(who), nil
}

// ownersPolicy is policyOf by the user's id.
func (a *Authority) ownersPolicy(ctx context.Context, r store.Reader, id pat.UserID) (*pat.Policy, error) {
	rules, err := a.rules(ctx, r)
	if err != nil {
		return nil, err
	}
	who, err := r.Standing(ctx, id)
	if err != nil {
		return nil, err
	}
	return rules.For(who), nil
}

// ScopeWords lists the scopes that there are, for faces that name all that is
// wrong with a request at once. The authority judges again.
func (a *Authority) ScopeWords(ctx context.Context) ([]string, error) {
	rules, err := a.rules(ctx, a.Store)
	if err != nil {
		return nil, err
	}
	return rules.Everyone.ScopeWords(), nil
}

// CheckOrigin fails with Unavailable where the policy has switched off what the
// origin stands for, before anybody is authenticated for it. CreateToken judges
// again.
func (a *Authority) CheckOrigin(ctx context.Context, o pat.Origin) error {
	rules, err := a.recentRules(ctx)
	if err != nil {
		return err
	}
	return rules.Everyone.CheckOrigin(o)
}

// hasScope fails with Forbidden when there is no such scope.
func (a *Authority) hasScope(ctx context.Context, word string) error {
	if word == pat.ScopeRead || word == pat.ScopeWrite {
		return nil
	}
	rules, err := a.recentRules(ctx)
	if err == nil && !rules.Everyone.HasScope(word) {
		err = errScope
	}
	return err
}

// thereOf returns those of the scopes that there are: whoever decides by what a
// token carries must not find what administrators took away. It costs nothing
// where only words are that every installation has, and fails with Unavailable.
func (a *Authority) thereOf(ctx context.Context, s pat.Scopes) (pat.Scopes, error) {
	if isBuiltIn(s) {
		return s, nil
	}
	rules, err := a.recentRules(ctx)
	if err != nil {
		return "", err
	}
	there := s
	for word := range strings.FieldsSeq(string(s)) {
		if !rules.Everyone.HasScope(word) {
			there = there.Without(word)
		}
	}
	return there, nil
}

func isBuiltIn(s pat.Scopes) bool {
	for word := range strings.FieldsSeq(string(s)) {
		if word != pat.ScopeRead && word != pat.ScopeWrite && !pat.IsReserved(word) {
			return false
		}
	}
	return true
}
