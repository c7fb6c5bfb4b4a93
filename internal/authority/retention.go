package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	// fleetingTime is for how long unnamed tokens that lived for a day at most
	// are kept: tools make them by the dozen and drop them.
	fleetingTime = 24 * time.Hour

	pruneBatch = 500
	idleBatch  = 100 // so many are paused in one transaction
)

// PruneTokens removes selections that are too old, and the records of tokens
// that ended longer ago than the policy keeps them, in small steps between
// which others write. The audit trail keeps what was done to them.
func (a *Authority) PruneTokens(ctx context.Context) error {
	if err := a.TellExpired(ctx); err != nil { // while there is a record of them
		return err
	}
	rules, err := a.rules(ctx, a.Store)
	if err != nil {
		return err
	}
	err = a.Store.Update(ctx, func(tx store.Tx) error { return tx.PruneBulks(a.now().Add(-pat.BulkTime)) })
	if err != nil {
		return err
	}
	brief, ended := a.now().Add(-fleetingTime), a.now().Add(-span(rules.Everyone.Retention))
	for _, prune := range []func() (int, error){
		func() (int, error) { return a.Store.PruneTokens(ctx, brief, pruneBatch) },
		func() (int, error) { return a.Store.PruneFleeting(ctx, brief, pruneBatch) },
		func() (int, error) { return a.Store.PruneEnded(ctx, ended, pruneBatch) },
	} {
		for n := pruneBatch; n == pruneBatch; {
			if n, err = prune(); err != nil {
				return err
			}
		}
	}
	return nil
}

// PauseIdle pauses tokens that were not used for as long as their owners' policy
// allows. What counts is the last use, else the creation; an edit or a resume
// counts as well, and so does the setting of the rule: whoever sets it has seen
// which tokens it will stop, and their owners have all that time to use them.
func (a *Authority) PauseIdle(ctx context.Context) error {
	known, err := a.knownRules(ctx, a.Store)
	if err != nil {
		return err
	}
	rule, _ := pat.RuleByKey("idle_limit")
	limit, some := known.rules.Strictest(rule).(int64)
	now := a.now()
	if !some || now.Unix()-pat.LastSet(known.set, rule.Key).Unix() < limit {
		return nil
	}
	if err := a.Uses.Flush(ctx, a.Store); err != nil { // what is in memory counts too
		return err
	}
	since := now.Add(-span(limit) + time.Second) // the rule counts whole seconds, and judges each again
	for after := pat.TokenID(0); ; {
		idle, err := a.Store.IdleTokens(ctx, after, since, now, idleBatch)
		if err != nil || len(idle) == 0 {
			return err
		}
		after = idle[len(idle)-1].ID
		if err := a.update(ctx, func(tx store.Tx) error { return a.pauseIdle(ctx, tx, idle, now) }); err != nil {
			return err
		}
	}
}

// pauseIdle pauses those that were idle at asOf, until when all use is in the
// store. A use since then is none: it may have kept a token from being idle that
// was not yet.
func (a *Authority) pauseIdle(ctx context.Context, tx store.Tx, idle []pat.Token, asOf time.Time) error {
	known, err := a.knownRules(ctx, tx)
	if err != nil {
		return err
	}
	set := pat.LastSet(known.set, "idle_limit")
	for i := range idle {
		tok, err := tx.Token(ctx, idle[i].ID)
		if pat.Is(err, pat.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		owner, err := tx.Standing(ctx, tok.Owner)
		if err != nil {
			return err
		}
		broken := known.rules.For(owner).CheckIdle(latest(tok.ModifiedAt, tok.LastUsedAt, set), asOf)
		if broken == nil {
			continue
		}
		if err := a.pauseByRule(tx, &tok, pat.AsError(broken).Fields[0].Message); err != nil {
			return err
		}
	}
	return nil
}

func (a *Authority) pauseByRule(tx store.Tx, tok *pat.Token, why string) error {
	now := a.now()
	paused, err := tx.PauseToken(tok.ID, now)
	if err != nil || !paused {
		return err
	}
	event := tokenEvent(pat.ThePolicy(), now, pat.TokenPaused, tok, pat.FieldChange{Field: "paused", Old: "", New: wireTime(now)})
	event.Reason = why
	return tx.Append(event)
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
