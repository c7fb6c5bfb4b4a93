package cli

import (
	"context"
	"time"

	"jeton/internal/client"
	"jeton/internal/pat"
)

// bulkSite does something to many tokens.
type bulkSite interface {
	PreviewBulk(ctx context.Context, act, reason string, s selection) (bulk, error)
	RunBulk(ctx context.Context, id int64) (bulk, error)
}

// selection says which tokens: those for which all that is given holds.
type selection struct {
	Owner                                    string
	CreatedBefore, CreatedAfter, UnusedSince time.Time
	UsedFrom                                 []string
	Scope                                    string
	NeverExpires                             bool
	Family                                   int64
	Status                                   string
}

// bulk is a selection of tokens and how far it was run.
type bulk struct {
	ID      int64   `json:"-"`
	Act     string  `json:"act"`
	Count   int     `json:"count"`
	Done    int     `json:"done"`
	Changed int     `json:"changed"`
	Left    int     `json:"left"`
	First   []token `json:"tokens,omitempty"` // of the preview
}

// bulkShown is how many of the tokens a preview shows.
const bulkShown = 100

func (d *direct) PreviewBulk(ctx context.Context, act, reason string, s selection) (bulk, error) {
	req := pat.BulkRequest{
		Act: pat.BulkAct(act), Reason: reason, CreatedBefore: s.CreatedBefore, CreatedAfter: s.CreatedAfter, UnusedSince: s.UnusedSince,
		Scope: pat.Scopes(s.Scope), NeverExpires: s.NeverExpires, Family: pat.TokenID(s.Family), Status: pat.Status(s.Status),
	}
	var err error
	if req.UsedFrom, err = pat.ParseNetworks(s.UsedFrom); err != nil {
		return bulk{}, err
	}
	if s.Owner != "" {
		owner, err := d.named(ctx, s.Owner)
		if err != nil {
			return bulk{}, err
		}
		req.Owner = owner.ID
	}
	b, first, err := d.auth.PreviewBulk(ctx, d.by, req, bulkShown)
	if err != nil {
		return bulk{}, err
	}
	shown := shownBulk(&b)
	for i := range first {
		t, err := d.shown(ctx, &first[i])
		if err != nil {
			return bulk{}, err
		}
		shown.First = append(shown.First, t)
	}
	return shown, nil
}

func shownBulk(b *pat.Bulk) bulk {
	return bulk{ID: int64(b.ID), Act: string(b.Act), Count: len(b.Tokens), Done: b.Done, Changed: b.Changed, Left: b.Left()}
}

func (d *direct) RunBulk(ctx context.Context, id int64) (bulk, error) {
	b, err := d.auth.RunBulk(ctx, d.by, pat.BulkID(id))
	return shownBulk(&b), err
}

func (r *remote) PreviewBulk(ctx context.Context, act, reason string, s selection) (bulk, error) {
	req := client.BulkRequest{
		Act: act, Reason: reason, CreatedBefore: stamp(s.CreatedBefore), CreatedAfter: stamp(s.CreatedAfter), UnusedSince: stamp(s.UnusedSince),
		UsedFrom: s.UsedFrom, Scope: s.Scope, NeverExpires: s.NeverExpires, Family: s.Family, Status: s.Status,
	}
	if s.Owner != "" {
		owner, err := r.named(ctx, s.Owner)
		if err != nil {
			return bulk{}, err
		}
		req.Owner = owner.ID
	}
	b, err := r.client.PreviewBulk(ctx, req)
	return r.shownBulk(&b), err
}

func (r *remote) shownBulk(b *client.Bulk) bulk {
	shown := bulk{ID: b.ID, Act: b.Act, Count: b.Count, Done: b.Done, Changed: b.Changed, Left: b.Left}
	for i := range b.Results {
		shown.First = append(shown.First, r.shown(&b.Results[i]))
	}
	return shown
}

func (r *remote) RunBulk(ctx context.Context, id int64) (bulk, error) {
	b, err := r.client.RunBulk(ctx, id)
	return r.shownBulk(&b), err
}
