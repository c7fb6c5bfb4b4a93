package authority

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// PreviewBulk selects tokens that something is to be done to, keeps the
// selection, and returns it with the first of the tokens. Nothing is done to
// them yet: RunBulk does it, to these and to no other. Administrators select
// among all tokens, others among their own. It fails with Invalid, naming the
// field, with Forbidden and with Unauthenticated.
func (a *Authority) PreviewBulk(ctx context.Context, by pat.Principal, req pat.BulkRequest, shown int) (pat.Bulk, []pat.Token, error) {
	fail := func(err error) (pat.Bulk, []pat.Token, error) { return pat.Bulk{}, nil, err }
	if err := mayWrite(by); err != nil {
		return fail(err)
	}
	if err := req.Check(); err != nil {
		return fail(err)
	}
	if !by.Admin {
		if req.Owner != 0 && req.Owner != by.User {
			return fail(errForbidden)
		}
		req.Owner = by.User
	}
	ids, err := a.selected(ctx, &req)
	if err != nil {
		return fail(err)
	}
	bearerLast(ids, by)
	b := pat.Bulk{Act: req.Act, Reason: req.Reason, By: by.User, ByName: by.Name, Wide: by.Admin, At: a.now(), Tokens: ids}
	err = a.Store.Update(ctx, func(tx store.Tx) error {
		now, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		if b.Wide && !now.Admin {
			return errForbidden
		}
		if err := tx.PruneBulks(a.now().Add(-pat.BulkTime)); err != nil {
			return err
		}
		if b.ID, err = tx.InsertBulk(b); err != nil {
			return err
		}
		return tx.TrimBulks(by.User, pat.MaxBulks)
	})
	if err != nil {
		return fail(err)
	}
	first, err := a.bulkTokens(ctx, &b, shown)
	return b, first, err
}

// Bulk returns a selection of by's. It fails with NotFound, also for another's.
func (a *Authority) Bulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error) {
	if err := mayRead(by); err != nil {
		return pat.Bulk{}, err
	}
	b, err := a.Store.Bulk(ctx, id)
	if err == nil && (b.By != by.User || !a.now().Before(b.At.Add(pat.BulkTime))) {
		err = errNoBulk
	}
	return b, err
}

// bearerLast puts the token that by bears at the end: the calls that run the
// selection are made with it.
func bearerLast(ids []pat.TokenID, by pat.Principal) {
	if at := slices.Index(ids, by.Token); at >= 0 {
		copy(ids[at:], ids[at+1:])
		ids[len(ids)-1] = by.Token
	}
}

var errNoBulk = pat.Fail(pat.NotFound, "there is no such selection, or it is older than an hour, or ten others were made since; preview it again")

// bulkTokens returns the first tokens of a selection, up to so many.
func (a *Authority) bulkTokens(ctx context.Context, b *pat.Bulk, shown int) ([]pat.Token, error) {
	ids := make([]int64, min(shown, len(b.Tokens)))
	for i := range ids {
		ids[i] = int64(b.Tokens[i])
	}
	if len(ids) == 0 {
		return nil, nil
	}
	first, _, err := a.Store.Tokens(ctx, pat.Query{
		Where: []pat.Cond{{Field: "id", Op: pat.In, Value: ids}}, Limit: len(ids), Uncounted: true,
	})
	return first, err
}

// selected returns the ids of the tokens that the request is for. Where it asks
// for use, it counts what is in memory too.
func (a *Authority) selected(ctx context.Context, req *pat.BulkRequest) ([]pat.TokenID, error) {
	if len(req.UsedFrom) > 0 || !req.UnusedSince.IsZero() {
		if err := a.Uses.Flush(ctx, a.Store); err != nil {
			return nil, err
		}
	}
	ids, err := a.Store.TokenIDs(ctx, a.bulkConditions(req), pat.MaxBulk+1)
	if err != nil {
		return nil, err
	}
	if len(req.UsedFrom) > 0 {
		from, err := a.usedFrom(ctx, req.UsedFrom)
		if err != nil {
			return nil, err
		}
		ids = slices.DeleteFunc(ids, func(id pat.TokenID) bool { return !from[id] })
	}
	if len(ids) > pat.MaxBulk {
		return nil, pat.FailField("act", "this selects more than 1,000,000 tokens; select fewer at a time")
	}
	return ids, nil
}

func (a *Authority) usedFrom(ctx context.Context, nets pat.Networks) (map[pat.TokenID]bool, error) {
	from := map[pat.TokenID]bool{}
	err := a.Store.UsedFrom(ctx, func(text string) bool {
		addr, err := netip.ParseAddr(text)
		return err == nil && nets.Allow(addr)
	}, func(id pat.TokenID) { from[id] = true })
	return from, err
}

// bulkConditions are those of the request, and those for a token on which the
// act has an effect.
func (a *Authority) bulkConditions(r *pat.BulkRequest) []pat.Cond {
	conds := []pat.Cond{{Field: "revoked", Op: pat.IsNull}}
	add := func(some bool, c pat.Cond) {
		if some {
			conds = append(conds, c)
		}
	}
	paused := pat.Cond{Field: "paused", Op: pat.IsNull, Not: true}
	notPaused := pat.Cond{Field: "paused", Op: pat.IsNull}
	unexpired := pat.Cond{Field: "expires", Op: pat.Greater, Value: a.now()}
	if r.Act == pat.BulkRevoke && r.Status == "" { // what an application was granted can be renewed when it has expired
		unexpired = pat.Cond{Any: []pat.Cond{unexpired, {Field: "application", Op: pat.IsNull, Not: true}}}
	}
	add(r.Status != pat.StatusExpired, unexpired)
	add(r.Status == pat.StatusExpired, pat.Cond{Field: "expires", Op: pat.LessEq, Value: a.now()})
	add(r.Status == pat.StatusPaused || r.Act == pat.BulkResume, paused)
	add(r.Status == pat.StatusLive || r.Act == pat.BulkPause, notPaused)
	add(r.Owner != 0, pat.Cond{Field: "owner", Op: pat.Equal, Value: int64(r.Owner)})
	add(!r.CreatedBefore.IsZero(), pat.Cond{Field: "created", Op: pat.Less, Value: pat.Micro(r.CreatedBefore)})
	add(!r.CreatedAfter.IsZero(), pat.Cond{Field: "created", Op: pat.GreaterEq, Value: pat.Micro(r.CreatedAfter)})
	add(r.NeverExpires, pat.Cond{Field: "never", Op: pat.Equal, Value: true})
	add(r.Family != 0, pat.Cond{Field: "family", Op: pat.Equal, Value: int64(r.Family)})
	add(!r.UnusedSince.IsZero(), unusedSince(r))
	add(r.Scope != "", carries(string(r.Scope)))
	if r.IDs != nil {
		ids := make([]int64, len(r.IDs))
		for i, id := range r.IDs {
			ids[i] = int64(id)
		}
		conds = append(conds, pat.Cond{Field: "id", Op: pat.In, Value: ids})
	}
	return append(conds, r.Where...)
}

func unusedSince(r *pat.BulkRequest) pat.Cond {
	at := pat.Micro(r.UnusedSince)
	return pat.Cond{Any: []pat.Cond{
		{Field: "last_used", Op: pat.Less, Value: at},
		{All: []pat.Cond{{Field: "last_used", Op: pat.IsNull}, {Field: "created", Op: pat.Less, Value: at}}},
	}}
}

// carries is the condition that a list of scopes has the word.
func carries(word string) pat.Cond {
	word = strings.TrimSpace(word)
	is := func(op pat.Op, text string) pat.Cond { return pat.Cond{Field: "scope", Op: op, Value: text} }
	return pat.Cond{Any: []pat.Cond{
		is(pat.Equal, word), is(pat.StartsWith, word+" "), is(pat.EndsWith, " "+word), is(pat.Contains, " "+word+" "),
	}}
}
