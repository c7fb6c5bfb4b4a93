package console

import (
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var policyPreviewPage = page.Parse(templates, "templates/admin_policy_preview.html", "templates/admin_policy_parts.html", "templates/token_rows.html")

// policyPreview is what a change of the policy would do, before it is made.
type policyPreview struct {
	Path     string // where the form goes
	Kept     kept
	Changes  []auditChange
	Count    int
	Users    int
	Complete bool
	Owners   []pat.Breaker // the first of them
	Rows     []brokenRow   // the first of the tokens
	Bulk     pat.BulkID    // the selection of those that can be paused
	Pausable int
	CSRF     string
}

// brokenRow is a token and the rule that it breaks.
type brokenRow struct {
	anyTokenRow
	Rule string
}

// How much of what breaks a rule is shown.
const (
	shownOwners = 10
	shownBroken = 25
)

// brokenWhy is the reason for which tokens are paused that break the policy.
const brokenWhy = "breaks the policy"

// changePolicy makes a change that came from a form, once it is sure: it asks
// for the password when that was a while ago, and shows first which live tokens
// break what is new. The form says "sure" when that was seen.
func (v *visit) changePolicy(path string, change pat.PolicyChange, again func(page.Problems) error) error {
	if !v.isFresh() {
		return v.confirm(path, "confirm.policy", "")
	}
	if v.field("sure") == "" {
		dry := change
		dry.DryRun = true
		was, err := v.f.Authority.PolicyNow(v.r.Context(), v.who)
		if err != nil {
			return err
		}
		now, breaks, err := v.f.Authority.ChangePolicy(v.r.Context(), v.who, dry)
		if problems := ruleProblems(err, v.field("rule")); len(problems) > 0 {
			return again(problems)
		}
		if err != nil {
			return err
		}
		if breaks.Count > 0 || !breaks.Complete {
			changes, err := v.policyChanges(was, now)
			if err != nil {
				return err
			}
			return v.previewPolicy(path, changes, &breaks)
		}
	}
	_, _, err := v.f.Authority.ChangePolicy(v.r.Context(), v.who, change)
	if problems := ruleProblems(err, v.field("rule")); len(problems) > 0 {
		return again(problems)
	}
	if pat.Is(err, pat.Conflict) {
		return v.done("policy.meantime", policyPath)
	}
	if err != nil {
		return err
	}
	if v.field("sure") != "pause" {
		return v.done("policy.saved", policyPath)
	}
	return v.pauseBroken()
}

func (v *visit) previewPolicy(path string, changes []auditChange, breaks *pat.Breaks) error {
	view := policyPreview{
		Path: path, Kept: keep(path, v.form), Changes: changes, Count: breaks.Count, Users: len(breaks.Owners), Complete: breaks.Complete,
		Owners: breaks.Owners[:min(shownOwners, len(breaks.Owners))], CSRF: v.token(),
	}
	if len(breaks.IDs) > 0 {
		b, _, err := v.f.Authority.PreviewBulk(v.r.Context(), v.who, pat.BulkRequest{
			Act: pat.BulkPause, Reason: brokenWhy, Where: []pat.Cond{oneOf(breaks.IDs)},
		}, 0)
		if err != nil {
			return err
		}
		view.Bulk, view.Pausable = b.ID, len(b.Tokens)
	}
	shown := breaks.Tokens[:min(shownBroken, len(breaks.Tokens))]
	tokens := make([]pat.Token, len(shown))
	for i := range shown {
		tokens[i] = shown[i].Token
	}
	rows, err := v.anyRows(tokens)
	if err != nil {
		return err
	}
	for i := range rows {
		view.Rows = append(view.Rows, brokenRow{rows[i], shown[i].Rule})
	}
	return policyPreviewPage.Show(v.w, http.StatusOK, v.frame("policy"), view)
}

// pauseBroken pauses those tokens that the preview had, and no other, for as long
// as a request has, and leads to where one sees how far that is and goes on. The
// policy is saved by then, whatever comes of this.
func (v *visit) pauseBroken() error {
	id, err := strconv.ParseInt(v.field("bulk"), 10, 64)
	if err != nil {
		return v.done("policy.saved", policyPath)
	}
	b, err := v.f.Authority.Bulk(v.r.Context(), v.who, pat.BulkID(id))
	if err == nil && b.Act != pat.BulkPause {
		return v.done("policy.saved", policyPath)
	}
	if err == nil && b.Left() > 0 {
		err = v.runBulk(b.ID)
	}
	switch {
	case pat.Is(err, pat.NotFound): // the preview is older than an hour
		return v.done("policy.unpaused", breaksPath)
	case pat.Is(err, pat.Unavailable):
		web.Note(v.r, err)
	case err != nil:
		return err
	}
	return v.done("policy.saved", bulkPath+"/"+v.field("bulk"))
}

// policyChanges lists what is to be another value, in words. Rules that are for
// some alone have no value before where they are new.
func (v *visit) policyChanges(was, now pat.PolicyState) (changes []auditChange, err error) {
	for i := range pat.PolicyRules {
		rule := &pat.PolicyRules[i]
		old, next := v.ruleText(rule, rule.Value(&was.Everyone)), v.ruleText(rule, rule.Value(&now.Everyone))
		if old != next {
			changes = append(changes, auditChange{Field: v.speak.Say("rule."+rule.Key, nil), Old: old, New: next})
		}
	}
	rows, err := v.stricterRows(now.Set)
	if err != nil {
		return nil, err
	}
	before, err := v.stricterRows(was.Set)
	for i := range rows {
		row := &rows[i]
		change := auditChange{Field: v.speak.Say("rule."+row.Rule, nil), New: row.Value, For: row}
		for _, old := range before {
			if old.Href == row.Href {
				change.Old = old.Value
			}
		}
		if change.Old != change.New {
			changes = append(changes, change)
		}
	}
	return changes, err
}
