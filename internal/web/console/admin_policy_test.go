package console_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// filled is the form of the page as it is sent when nothing is typed.
func (v *visitor) filled() url.Values {
	form := v.carried()
	for name := range maps.Clone(form) {
		if key, ok := strings.CutPrefix(name, "was."); ok {
			was := form.Get(name)
			if at := len(was) - 1; at > 0 && strings.Contains(v.body, `name="`+key+`.unit"`) {
				form.Set(key+".unit", was[at:])
				was = was[:at]
			}
			form.Set(key, was)
		}
	}
	return form
}

// edits sends the form of the page with something typed into it.
func (v *visitor) edits(path string, fields ...string) *view {
	v.t.Helper()
	return v.send(path, with(v.filled(), fields...))
}

const policyPath = "/admin/policy"

func (h *house) policyNow(t testing.TB) pat.PolicyState {
	t.Helper()
	state, err := h.PolicyNow(context.Background(), operator)
	must(t, err)
	return state
}

func TestThePolicyHasEveryRule(t *testing.T) {
	h := withAda(t)
	h.edits(t, 2, pat.UserEdit{Auditor: new(true)})
	ada, bea := h.signedIn(t, "ada"), h.signedIn(t, "bea")
	ada.get(policyPath)
	bea.get(policyPath)
	for _, rule := range pat.PolicyRules {
		ada.want(http.StatusOK, `id="`+rule.Key+`"`, `name="was.`+rule.Key+`"`)
		if strings.Contains(ada.body, ">rule."+rule.Key) || strings.Contains(ada.body, ">rule.hint."+rule.Key) {
			t.Errorf("%s has no words", rule.Key)
		}
		if strings.Contains(bea.body, `name="`+rule.Key+`"`) {
			t.Errorf("auditors may edit %s", rule.Key)
		}
	}
	bea.want(http.StatusOK, "Maximum lifetime", "Keep ended tokens", "90 days")
	bea.wantNot("Save changes", "/admin/policy/stricter")
	for _, path := range []string{policyPath, "/admin/policy/stricter"} {
		bea.post(path, "version", "0", "max_lifetime", "1", "max_lifetime.unit", "d", "sure", "leave")
		bea.want(http.StatusNotFound)
	}
	if state := h.policyNow(t); state.Version != 0 {
		t.Errorf("an auditor changed the policy: %+v", state.Set)
	}
	ada.edits(policyPath)
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "Nothing was changed.")
}

// Each rule is set on the page, to what it may be and to nothing else.
func TestEachRuleIsEdited(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	for _, tt := range []struct {
		key, typed, unit string
		want             any
		wrong            string
	}{
		{"max_lifetime", "100", "d", int64(8640000), "0"},
		{"allow_never", "false", "", false, "perhaps"},
		{"default_lifetime_console", "2", "h", int64(7200), "x"},
		{"default_lifetime_api", "90", "m", int64(5400), "-1"},
		{"default_lifetime_cli", "", "d", nil, "1.5"},
		{"apiops_lifetime", "90", "s", int64(90), "0"},
		{"apiops_enabled", "false", "", false, ""},
		{"scopes", "deploy audit", "", []string{"deploy", "audit"}, "read"},
		{"scopes_allowed", "read deploy", "", []string{"read", "deploy"}, "fly"},
		{"networks_required", "true", "", true, "2"},
		{"max_named_tokens", "50", "", int64(50), "1000001"},
		{"max_unnamed_tokens", "0", "", int64(0), ""},
		{"who_may_create", "administrators", "", "administrators", "me"},
		{"idle_limit", "90", "d", int64(7776000), "1s"},
		{"rotate_self", "true", "", true, "x"},
		{"reuse_ends_family", "true", "", true, "x"},
		{"max_overlap", "0", "h", int64(0), "999"},
		{"public_reports", "true", "", true, "x"},
		{"password_min_length", "20", "", int64(20), "7"},
		{"reauthentication_window", "20", "m", int64(1200), ""},
		{"retention", "30", "d", int64(2592000), ""},
		{"authorization_code_lifetime", "1", "m", int64(60), "0"},
		{"refresh_token_lifetime", "7", "d", int64(604800), ""},
	} {
		rule, _ := pat.RuleByKey(tt.key)
		ada.get(policyPath)
		page := ada.view
		ada.edits(policyPath, tt.key, tt.wrong, tt.key+".unit", "d")
		ada.want(http.StatusUnprocessableEntity, "<title>Error: ", `href="#`+tt.key+`"`, `aria-invalid="true"`, `value="`+h.version(t)+`"`)
		ada.view = page
		ada.edits(policyPath, tt.key, tt.typed, tt.key+".unit", tt.unit)
		ada.want(http.StatusSeeOther)
		ada.follow()
		ada.want(http.StatusOK, "The policy was saved.")
		state := h.policyNow(t)
		if got := rule.Value(&state.Everyone); fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s is %v, want %v", tt.key, got, tt.want)
		}
	}
	if n := len(h.policyNow(t).Set); n != len(pat.PolicyRules) {
		t.Errorf("%d of %d rules were set", n, len(pat.PolicyRules))
	}
}

func (h *house) version(t testing.TB) string { return fmt.Sprint(h.policyNow(t).Version) }

func TestAStricterRuleIsShownFirst(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly", never...)
	bea.create("brief")
	ada.create("mine", never...)
	ada.get(policyPath)
	ada.edits(policyPath, "max_lifetime", "90", "max_lifetime.unit", "d")
	ada.want(http.StatusOK, "2 live tokens break a rule that is new.", "They belong to 2 users.", "90 days", `href="/admin/tokens/1"`, "nightly", "mine",
		`href="/admin/tokens?owner=2"`, "Save; leave them until they end", "Save and pause 2 tokens now")
	ada.wantNot("brief", secret)
	preview := ada.view
	if state := h.policyNow(t); state.Version != 0 {
		t.Fatalf("a preview changed the policy: %+v", state.Set)
	}
	ada.edits(policyPath, "sure", "leave", "max_lifetime", (&visitor{view: preview}).hidden("max_lifetime"), "max_lifetime.unit", "d")
	ada.want(http.StatusSeeOther)
	h.accepts(t, secret, "a token that was to go on")
	if state := h.policyNow(t); state.Everyone.MaxLifetime != 7776000 {
		t.Errorf("%+v", state.Set)
	}
	ada.get("/admin/tokens?view=breaks")
	ada.want(http.StatusOK, "nightly", "mine", "Maximum lifetime")
	ada.wantNot("brief")
}

func TestWhatBreaksARuleIsPausedWhenAsked(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly", never...)
	ada.get(policyPath)
	ada.edits(policyPath, "allow_never", "false")
	preview := ada.view
	later := bea.created("later", never...) // nobody has seen that one
	ada.view = preview
	ada.send(policyPath, with(ada.carried(), "sure", "pause"))
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "The policy was saved.", "1 of 1 gone through. 1 was paused", "Breaks the policy", `href="/admin/tokens?view=breaks"`)
	h.refuses(t, secret, "a paused token")
	h.accepts(t, later, "a token that was not shown")
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "Paused", "Breaks the policy")
}

// stock adds live tokens without an end past the rules.
func (h *house) stock(t testing.TB, owner pat.UserID, n int) {
	t.Helper()
	must(t, h.db.Update(context.Background(), func(tx store.Tx) error {
		for range n {
			_, err := tx.InsertToken(pat.Token{
				Owner: owner, Digest: pat.NewSecret("jtn").Digest(), Prefix: "jtn", LastFour: "0000", Scopes: "read",
				CreatedAt: h.now(), ModifiedAt: h.now(), Origin: pat.OriginAPI,
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// paused counts the paused tokens.
func (h *house) paused(t testing.TB) int {
	t.Helper()
	_, n, err := h.Tokens(context.Background(), operator, pat.Query{Where: []pat.Cond{{Field: "paused", Op: pat.IsNull, Not: true}}})
	must(t, err)
	return n
}

// However many break a rule, all of them are counted, listed and paused: as many
// as a request has time for, and more when one says so.
func TestManyThatBreakARule(t *testing.T) {
	const many = 5100
	h := withAda(t)
	h.stock(t, 1, 50)
	h.stock(t, 2, many-50)
	ada := h.signedIn(t, "ada")
	ada.get(policyPath)
	ada.edits(policyPath, "allow_never", "false")
	ada.want(http.StatusOK, "5,100 live tokens break a rule that is new.", "Save and pause 5,100 tokens now", "The first 25 of 5,100")
	h.slowBulk = 3 * time.Second // of the five that there are
	ada.send(policyPath, with(ada.carried(), "sure", "pause"))
	ada.follow()
	ada.want(http.StatusOK, "The policy was saved.", "Under way", "4,000 of 5,100 gone through. 4,000 were paused", "1,100 are left", "Go on with 1,100 more")
	if n := h.paused(t); n != 4000 {
		t.Errorf("%d are paused", n)
	}
	number := between(ada.body, `method="post" action="/admin/tokens/bulk/`, `"`)
	ada.get("/admin/tokens?view=breaks")
	ada.want(http.StatusOK, "1–25 of 5,100")
	ada.wantNot("There may be more")
	ada.get("/admin/tokens?view=breaks&page=150")
	if n := strings.Count(ada.body, ">Allow Never Expires<"); n != 25 {
		t.Errorf("%d rows of a later page say which rule they break", n)
	}
	ada.get("/admin/tokens?view=breaks&owner=1")
	ada.want(http.StatusOK, "1–25 of 50<")
	ada.get("/admin/tokens/bulk?view=breaks")
	ada.post("/admin/tokens/bulk?view=breaks", "act", "pause", "reason", "as agreed")
	ada.follow()
	ada.want(http.StatusOK, "Pause 1,100 tokens?")
	ada.get("/admin/tokens/bulk/" + number)
	h.slowBulk = 0
	ada.post("/admin/tokens/bulk/" + number)
	ada.follow()
	ada.want(http.StatusOK, "Done", "5,100 of 5,100 gone through. 5,100 were paused")
	if n := h.paused(t); n != many {
		t.Errorf("%d are paused", n)
	}
}

// What was found is listed as what it is when there may be more.
func TestASearchThatWasEndedSaysSo(t *testing.T) {
	h := withAda(t)
	h.stock(t, 2, 3)
	h.cut = true
	ada := h.signedIn(t, "ada")
	ada.get(policyPath)
	ada.edits(policyPath, "allow_never", "false")
	ada.want(http.StatusOK, "3 live tokens break a rule that is new.", "There may be more")
	ada.send(policyPath, with(ada.carried(), "sure", "leave"))
	ada.get("/admin/tokens?view=breaks")
	ada.want(http.StatusOK, "<b>3+</b>", "There may be more that break the policy")
	ada.get("/admin/tokens")
	ada.wantNot("+</b>", "There may be more")
}

// The policy is saved by the time that the pausing fails.
func TestAPauseThatFailsUndoesNoPolicy(t *testing.T) {
	h := withAda(t)
	h.stock(t, 2, 3)
	ada := h.signedIn(t, "ada")
	ada.get(policyPath)
	ada.edits(policyPath, "allow_never", "false")
	h.noRun = true
	ada.send(policyPath, with(ada.carried(), "sure", "pause"))
	ada.follow()
	ada.want(http.StatusOK, "The policy was saved.", "Pause 3 tokens?")
	if state := h.policyNow(t); state.Everyone.AllowNever || h.paused(t) != 0 {
		t.Errorf("%+v", state.Set)
	}
}

// The number in the form is that of a pause: another selection of the same
// administrator is not run by it.
func TestAPreviewPausesOnly(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly", never...)
	b, _, err := h.PreviewBulk(context.Background(), pat.Principal{User: 1, Name: "ada", Admin: true, Credential: pat.ByPassword},
		pat.BulkRequest{Act: pat.BulkRevoke, Owner: 2}, 0)
	must(t, err)
	ada.get(policyPath)
	ada.edits(policyPath, "allow_never", "false")
	ada.send(policyPath, with(ada.carried(), "sure", "pause", "bulk", fmt.Sprint(b.ID)))
	h.accepts(t, secret, "a token of another selection")
	h.sleep(2 * time.Hour)
	ada = h.signedIn(t, "ada")
	ada.get(policyPath)
	ada.edits(policyPath, "max_lifetime", "9", "max_lifetime.unit", "d")
	ada.send(policyPath, with(ada.carried(), "sure", "pause", "bulk", fmt.Sprint(b.ID))) // which is over by now
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "The tokens were not paused", "nightly")
}

func TestAnOldFormUndoesNothing(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get(policyPath)
	h.rule(t, pat.Setting{Key: "password_min_length", Value: int64(30)})
	ada.edits(policyPath, "max_overlap", "1", "max_overlap.unit", "d")
	ada.want(http.StatusConflict, "Somebody else changed the policy meanwhile")
	state := h.policyNow(t)
	if state.Everyone.MaxOverlap != 2592000 || state.Everyone.PasswordMinLength != 30 {
		t.Fatalf("%+v", state.Set)
	}
	// What was typed is there, beside what somebody else has set.
	ada.send(policyPath, with(ada.filled(), "max_overlap", "1", "max_overlap.unit", "d"))
	ada.want(http.StatusSeeOther)
	state = h.policyNow(t)
	if state.Everyone.MaxOverlap != 86400 || state.Everyone.PasswordMinLength != 30 {
		t.Errorf("%+v", state.Set)
	}
	ada.get("/admin/policy/stricter?role=plain&rule=max_lifetime")
	h.rule(t, pat.Setting{Key: "password_min_length", Value: int64(31)})
	ada.edits("/admin/policy/stricter", "max_lifetime", "3", "max_lifetime.unit", "d")
	ada.want(http.StatusUnprocessableEntity, "Somebody else changed the policy meanwhile", `value="3"`)
	ada.edits("/admin/policy/stricter", "max_lifetime", "3", "max_lifetime.unit", "d")
	ada.want(http.StatusSeeOther)
}

func TestAChangeOfPolicyAsksForThePassword(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	h.sleep(20 * time.Minute)
	ada.get(policyPath)
	ada.want(http.StatusOK)
	ada.edits(policyPath, "max_named_tokens", "7")
	ada.want(http.StatusForbidden, "Next: change the policy.")
	ada.proves()
	ada.want(http.StatusSeeOther)
	if state := h.policyNow(t); state.Everyone.MaxNamed != 7 {
		t.Errorf("%+v", state.Set)
	}
	bea := h.signedIn(t, "bea")
	bea.get("/confirm")
	bea.post("/confirm", "password", pass, "then", policyPath, "kept.version", h.version(t), "kept.max_named_tokens", "9")
	bea.want(http.StatusNotFound)
	if state := h.policyNow(t); state.Everyone.MaxNamed != 7 {
		t.Errorf("a plain user changed the policy: %+v", state.Set)
	}
}

func TestRulesAreStricterForSome(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("nightly", never...)
	ada.get(policyPath)
	ada.want(http.StatusOK, "There is none.")
	ada.post("/admin/policy/stricter", "who", "user", "username", "nobody-known", "rule", "max_lifetime")
	ada.want(http.StatusUnprocessableEntity, "There is no user of this name.", `href="#username"`)
	ada.post("/admin/policy/stricter", "who", "user", "username", "bea", "rule", "max_lifetime")
	ada.want(http.StatusSeeOther)
	if to := ada.header.Get("Location"); strings.Contains(to, "bea") {
		t.Errorf("a name is in the address %s", to)
	}
	ada.follow()
	ada.want(http.StatusOK, "bea", "Maximum lifetime")
	ada.edits("/admin/policy/stricter", "max_lifetime", "", "max_lifetime.unit", "d")
	ada.want(http.StatusUnprocessableEntity, "Enter a value.")
	ada.edits("/admin/policy/stricter", "max_lifetime", "7", "max_lifetime.unit", "d")
	ada.want(http.StatusOK, "1 live token breaks a rule that is new.", "nightly")
	ada.send("/admin/policy/stricter", with(ada.carried(), "sure", "leave"))
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "7 days", "/admin/policy/stricter?rule=max_lifetime&amp;user=2")
	bea.create("another", "expiration", "30")
	bea.want(http.StatusUnprocessableEntity, "7 days")
	ada.get("/admin/policy/stricter?rule=max_lifetime&user=2")
	ada.edits("/admin/policy/stricter", "act", "remove")
	ada.want(http.StatusSeeOther)
	if state := h.policyNow(t); len(state.Set) != 0 {
		t.Errorf("%+v", state.Set)
	}
	for _, query := range []string{"", "rule=scopes&role=plain", "rule=max_lifetime&role=boss", "rule=max_lifetime&user=99", "rule=nothing&user=2", "rule=max_lifetime"} {
		ada.get("/admin/policy/stricter?" + query)
		ada.want(http.StatusNotFound)
	}
}

func TestAChangeOfPolicyIsReadInWords(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	h.rule(t, pat.Setting{Key: "max_lifetime", Value: int64(86400)}, pat.Setting{Key: "allow_never", Value: false},
		pat.Setting{Subject: pat.Subject{Role: pat.RolePlain}, Key: "scopes_allowed", Value: []string{"read"}})
	ada.get("/admin/audit?act=policy.changed&word=max_life")
	ada.want(http.StatusOK, ">Policy changed</a>")
	ada.get("/admin/audit?object=policy&word=nothing")
	ada.want(http.StatusOK, "Nothing matches.")
	ada.get("/admin/audit?act=policy.changed")
	id := between(ada.body, `href="/admin/audit/`, `"`)
	ada.get("/admin/audit/" + id)
	ada.want(http.StatusOK, "Maximum lifetime", ">1 day<", ">None<", ">yes<", ">no<", "Allowed scopes", "roles.plain.scopes_allowed", ">read<")
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

func TestAdministratorsSetAnEarlierEnd(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("nightly", never...)
	ada.get("/admin/tokens/1")
	ada.want(http.StatusOK, `href="/admin/tokens/1/end"`)
	ada.get("/admin/tokens/1/end")
	for _, wrong := range [][]string{
		{"date", "2026-12-01", "reason", ""}, {"date", "", "reason", "audit"}, {"date", "2026-11-20", "reason", "audit"},
	} {
		ada.post("/admin/tokens/1/end", wrong...)
		ada.want(http.StatusUnprocessableEntity, `aria-invalid="true"`)
	}
	ada.post("/admin/tokens/1/end", "date", "2026-12-01", "reason", "the project ends")
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "The new end was set.", "Tue 1 Dec 2026, 23:59", "the project ends")
	ada.get("/admin/tokens/1/end")
	ada.post("/admin/tokens/1/end", "date", "2026-12-02", "reason", "later")
	ada.want(http.StatusUnprocessableEntity, "Choose a date between")
	ada.post("/admin/tokens/1/end", "date", "2026-12-01", "reason", "as it is")
	ada.follow()
	ada.want(http.StatusOK, "Nothing was changed.")
	ada.wantNot("as it is", "The new end was set.")
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "1 Dec 2026", "the project ends")
	bea.get("/admin/tokens/1/end")
	bea.want(http.StatusNotFound)
}

func TestViewsOfAllTokens(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("walled", "networks", "10.0.0.0/8", "access", "read")
	bea.create("brief", "expiration", "1")
	ada.create("open", never...)
	ada.get("/admin/tokens")
	ada.want(http.StatusOK, "1 of 3 live tokens never expires.")
	for _, tt := range []struct{ query, want string }{
		{"view=anywhere", "brief open"},
		{"view=full", "brief open"},
		{"view=never", "open"},
		{"view=breaks", ""},
		{"ends=2026-11-28", "brief"},
		{"idle=2026-11-26", "brief open walled"},
		{"idle=2026-11-25", ""},
		{"view=full&owner=2", "brief"},
	} {
		ada.get("/admin/tokens?" + tt.query)
		var got []string
		for _, name := range []string{"brief", "open", "walled"} {
			if strings.Contains(ada.body, ">"+name+"<") {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %s", tt.query, got, tt.want)
		}
	}
}
