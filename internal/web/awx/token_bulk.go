package awx

import (
	"context"
	"net/http"
	"strconv"

	"jeton/internal/pat"
)

// tokenBulk does something to many tokens.
type tokenBulk interface {
	PreviewBulk(ctx context.Context, by pat.Principal, req pat.BulkRequest, shown int) (pat.Bulk, []pat.Token, error)
	Bulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error)
	RunBulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error)
}

// bulkShown is how many of the tokens a preview shows.
const bulkShown = 100

// bulkPaths are what is done to many tokens. AWX has none of them.
func (f *Face) bulkPaths() map[string]*view {
	return map[string]*view{
		"/api/v2/tokens/bulk/": {name: "OAuth Tokens in Bulk", of: bulkShape, takes: bulkRequestShape, makes: true, wide: true, post: f.bulkPreview},
		"/api/v2/tokens/bulk/{id}/": {
			name: "OAuth Tokens in Bulk", of: bulkShape, takes: nothingShape, numbered: true,
			get: f.bulkShow, post: f.bulkRun, gate: f.bulkGate, may: f.mayRunBulk,
		},
	}
}

// bulkAnswer is a selection of tokens and how far it was run.
type bulkAnswer struct {
	ID      pat.BulkID  `json:"id"`
	URL     string      `json:"url"`
	Act     pat.BulkAct `json:"act"`
	Reason  string      `json:"reason"`
	Count   int         `json:"count"`
	Done    int         `json:"done"`
	Changed int         `json:"changed"`
	Left    int         `json:"left"`
	Expires string      `json:"expires"`
	Results []any       `json:"results,omitzero"` // of the preview only
}

func bulkOf(b *pat.Bulk) bulkAnswer {
	return bulkAnswer{
		ID: b.ID, URL: "/api/v2/tokens/bulk/" + strconv.FormatInt(int64(b.ID), 10) + "/", Act: b.Act, Reason: b.Reason,
		Count: len(b.Tokens), Done: b.Done, Changed: b.Changed, Left: b.Left(), Expires: stamp(b.At.Add(pat.BulkTime)),
	}
}

// bulkPreview serves POST /api/v2/tokens/bulk/: it selects tokens and does
// nothing to them.
func (f *Face) bulkPreview(c *call) error {
	fields, err := c.form()
	if err != nil {
		return err
	}
	req := bulkRequest(fields)
	if err := fields.err(); err != nil {
		return err
	}
	b, first, err := f.Authority.PreviewBulk(c.r.Context(), c.who, req, bulkShown)
	if err != nil {
		return err
	}
	answer := bulkOf(&b)
	if answer.Results, err = f.tokensOf(c.r.Context(), c.who, first); err != nil {
		return err
	}
	return c.created(answer.URL, answer)
}

// bulkRequest reads what is asked for; null is as if the field were not there.
func bulkRequest(fields *form) (req pat.BulkRequest) {
	fields.body = withoutNulls(fields.body)
	set((*string)(&req.Act), fields.text("act", 10))
	set(&req.Reason, fields.text("reason", pat.MaxReason))
	set((*int64)(&req.Owner), fields.positive("owner"))
	req.CreatedBefore, req.CreatedAfter = fields.instant("created_before"), fields.instant("created_after")
	if nets := fields.networks("used_from"); nets != nil && len(*nets) == 0 {
		fields.errs.add("used_from", "Name at least one network.")
	} else {
		set(&req.UsedFrom, nets)
	}
	req.Scope = fields.word("scope")
	req.UnusedSince = fields.instant("unused_since")
	set(&req.NeverExpires, fields.truth("never_expires"))
	set((*int64)(&req.Family), fields.positive("family"))
	req.Status = fields.status("status")
	req.IDs = fields.tokenIDs("ids")
	return req
}

// ownBulk returns the selection of the path.
func (f *Face) ownBulk(c *call) (pat.Bulk, error) {
	b, err := f.Authority.Bulk(c.r.Context(), c.who, pat.BulkID(number(c.r.PathValue("id"))))
	return b, missing(bulkClass, err)
}

const bulkClass = "selection"

func (f *Face) bulkGate(c *call) error {
	_, err := f.ownBulk(c)
	return unlessMissing(err)
}

func (f *Face) mayRunBulk(c *call) bool {
	_, err := f.ownBulk(c)
	return err == nil && c.who.MayWrite()
}

// bulkShow serves GET /api/v2/tokens/bulk/{id}/.
func (f *Face) bulkShow(c *call) error {
	b, err := f.ownBulk(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, bulkOf(&b))
}

// bulkRun serves POST /api/v2/tokens/bulk/{id}/, which does what was previewed to
// the next tokens.
func (f *Face) bulkRun(c *call) error {
	b, err := f.Authority.RunBulk(c.r.Context(), c.who, pat.BulkID(number(c.r.PathValue("id"))))
	if err != nil {
		return missing(bulkClass, err)
	}
	return c.answer(http.StatusOK, bulkOf(&b))
}
