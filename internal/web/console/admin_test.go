package console_test

import (
	"context"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// adminPages are all addresses of administrators, as far as they answer to GET.
var adminPages = []string{
	"/admin/tokens", "/admin/tokens?view=never", "/admin/tokens/1", "/admin/tokens/1/revoke", "/admin/tokens/1/pause", "/admin/tokens/1/resume",
	"/admin/tokens/bulk", "/admin/tokens/bulk/1", "/admin/tokens/picked",
	"/admin/audit", "/admin/audit/1", "/admin/users", "/admin/users?kind=admins", "/admin/users/new", "/admin/users/1", "/admin/users/2", "/admin/users/99",
	"/admin/users/1/disable", "/admin/users/99/disable", "/admin/users/1/reset", "/admin/users/1/tokens/new", "/admin/tokens/1/edit", "/admin/tokens/1/rotate",
	"/admin/policy", "/admin/policy/stricter?role=plain&rule=max_lifetime", "/admin/tokens/1/end", "/admin/tokens?view=breaks",
}

func TestPlainUsersFindNoPageOfAdministrators(t *testing.T) {
	h := withAda(t)
	h.signedIn(t, "ada").create("deploy")
	bea := h.signedIn(t, "bea")
	bea.get("/admin/nowhere")
	bea.want(http.StatusNotFound)
	missing := bea.body
	for _, path := range adminPages {
		bea.get(path)
		bea.want(http.StatusNotFound)
		if strings.ReplaceAll(bea.body, html.EscapeString(path), "/admin/nowhere") != missing {
			t.Errorf("%s is told from what does not exist: %s", path, bea.body)
		}
	}
	bea.get("/profile")
	bea.wantNot("/admin/")
	bea.sendsNothing()
}

// adminForms are the addresses that take a form of administrators.
var adminForms = []string{
	"/admin/tokens/1/revoke", "/admin/tokens/1/pause", "/admin/tokens/1/resume", "/admin/tokens/1/end", "/admin/tokens/1/edit", "/admin/tokens/1/rotate",
	"/admin/tokens/bulk", "/admin/tokens/bulk/1", "/admin/tokens/picked", "/admin/policy", "/admin/policy/stricter",
	"/admin/users/new", "/admin/users/1", "/admin/users/99", "/admin/users/1/disable", "/admin/users/1/enable", "/admin/users/1/signout",
	"/admin/users/1/revoke", "/admin/users/1/reset", "/admin/users/1/delete", "/admin/users/1/tokens/new",
}

// sendsNothing has the visitor send every form of administrators. None of them
// exists, with the CSRF token of the session or with one of before.
func (v *visitor) sendsNothing() {
	v.t.Helper()
	v.get("/profile")
	token := v.body
	for _, path := range adminForms {
		for _, csrf := range [][]string{nil, {web.CSRFField, strings.Repeat("a", 64)}} {
			v.view.body = token
			v.post(path, append([]string{
				"reason", "leaked", "sure", "1", "act", "revoke", "pick.1", "1", "before", "2027-01-01T00:00", "date", "2026-12-01", "typed", "ada", "version", "0",
				"name", "x", "username", "x", "number", "x", "overlap", "now",
			}, csrf...)...)
			if v.status != http.StatusNotFound && (csrf == nil || v.status != http.StatusForbidden) {
				v.t.Errorf("%s: %d %s", path, v.status, v.body)
			}
		}
	}
	if v.h.standing(v.t, 1) != pat.StatusLive {
		v.t.Error("somebody else's token has ended")
	}
}

func TestStrangersAreLedToTheSignIn(t *testing.T) {
	h := withAda(t)
	for _, path := range adminPages {
		v := h.visitor(t)
		v.get(path)
		v.want(http.StatusSeeOther)
	}
}

func TestAuditorsReadAndChangeNothing(t *testing.T) {
	h := withAda(t)
	h.edits(t, 2, pat.UserEdit{Auditor: new(true)})
	h.signedIn(t, "ada").create("deploy")
	bea := h.signedIn(t, "bea")
	for _, path := range []string{"/admin/tokens", "/admin/tokens/1"} {
		bea.get(path)
		bea.want(http.StatusOK, "deploy")
		bea.wantNot("/revoke", "/pause")
	}
	bea.get("/admin/audit")
	bea.want(http.StatusOK, "Token created")
	bea.sendsNothing()
}

func TestAdministratorsEndTheTokensOfOthersForAReason(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly", never...)
	ada.create("deploy")
	ada.get("/admin/tokens?view=never")
	ada.want(http.StatusOK, "nightly", "bea")
	ada.wantNot(secret, "deploy")
	for _, tt := range []struct {
		act    string
		status int
	}{{"pause", 401}, {"resume", 200}, {"revoke", 401}} {
		ada.get("/admin/tokens/1/" + tt.act)
		ada.want(http.StatusOK, "nightly")
		if tt.act != "resume" {
			ada.post("/admin/tokens/1/"+tt.act, "reason", " ")
			ada.want(http.StatusUnprocessableEntity, "Enter a reason.")
		}
		ada.post("/admin/tokens/1/"+tt.act, "reason", "seen in a log")
		ada.want(http.StatusSeeOther)
		if status, body := h.call(t, secret); status != tt.status {
			t.Errorf("after %s: %d %s", tt.act, status, body)
		}
		ada.get("/admin/tokens/1")
		ada.want(http.StatusOK)
		ada.wantNot(secret)
	}
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "Revoked", "seen in a log")
	ada.get("/admin/tokens/1/rotate")
	ada.want(http.StatusNotFound)
}

func TestTheListOfAllTokensIsALink(t *testing.T) {
	h := withAda(t)
	h.signedIn(t, "bea").create("nightly")
	ada := h.signedIn(t, "ada")
	ada.create("deploy")
	for _, tt := range []struct {
		name, query  string
		there, gone_ string
	}{
		{"an owner's", "owner=2", "nightly", "deploy"},
		{"by the owner's name", "q=BEA", "nightly", "deploy"},
		{"by name", "q=deplo", "deploy", "nightly"},
		{"without a match", "q=nothing", "No token matches.", "deploy"},
		{"of a user who is not", "owner=99", "No token matches.", "deploy"},
		{"of a view that is not", "view=nothing", "deploy", "No token matches."},
		{"ended ones", "view=ended", "No token matches.", "deploy"},
	} {
		ada.get("/admin/tokens?" + tt.query)
		ada.want(http.StatusOK, tt.there)
		if strings.Contains(ada.body, ">"+tt.gone_+"<") {
			t.Errorf("%s: there is %s", tt.name, tt.gone_)
		}
	}
	ada.get("/admin/tokens?sort=-owner")
	ada.want(http.StatusOK, `aria-sort="descending"`)
	h.edits(t, 2, pat.UserEdit{Disabled: new(true)})
	ada.get("/admin/tokens?view=disabled")
	ada.want(http.StatusOK, "nightly", "Blocked")
	ada.get("/admin/tokens?page=7")
	ada.want(http.StatusSeeOther)
}

func TestTheAuditTrailIsFiltered(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.create("deploy")
	for _, tt := range []struct{ query, there, gone string }{
		{"object=token", ">Token created</a>", ">User created</a>"},
		{"object=user&operation=create", ">User created</a>", ">Token created</a>"},
		{"who=ada", ">Token created</a>", ">User created</a>"},
		{"object=user&id=2", ">bea<", ">Token created</a>"},
		{"from=2026-11-25&to=2026-11-25", ">Token created</a>", "Nothing matches."},
		{"from=2026-11-26", "Nothing matches.", ">Token created</a>"},
		{"to=2026-11-24", "Nothing matches.", ">Token created</a>"},
		{"token=deploy", ">Token created</a>", ">User created</a>"},
		{"token=1", ">Token created</a>", ">User created</a>"},
		{"token=2", "Nothing matches.", ">Token created</a>"},
		{"token=nosuch", "Nothing matches.", ">Token created</a>"},
		{"address=127.0.0.0/8", ">Token created</a>", ">User created</a>"},
		{"address=203.0.113.0/24", "Nothing matches.", ">Token created</a>"},
	} {
		ada.get("/admin/audit?" + tt.query)
		ada.want(http.StatusOK, tt.there)
		ada.wantNot(tt.gone)
	}
	for _, query := range []string{"id=x", "from=yesterday", "to=31.12.2026", "address=10.0.0.0/33", "address=here"} {
		ada.get("/admin/audit?" + query)
		ada.want(http.StatusUnprocessableEntity, "aria-invalid")
	}
	ada.get("/admin/audit?before=2")
	ada.want(http.StatusOK, "/admin/audit/1", "Newest")
	ada.wantNot("/admin/audit/2\"")
	ada.get("/admin/audit/2")
	ada.want(http.StatusOK, "What was changed", "bea", "on the command line")
	ada.get("/admin/audit/999")
	ada.want(http.StatusNotFound)
}

// An event says what changed in the words of the pages: whose token by name, times
// as times, and no number where there was nothing.
func TestAnEventSaysItsChangesInWords(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.create("deploy")
	ada.get("/admin/audit?token=deploy&act=token.created")
	ada.get("/admin/audit/" + eventLink.FindStringSubmatch(ada.body)[1])
	ada.want(http.StatusOK,
		`>Owner <small><code dir="ltr">owner</code></small></td><td data-label="Before"><bdi>–</bdi></td><td data-label="After"><bdi>ada</bdi>`,
		`>Name <small>`, `>Access <small>`, `>Expires <small><code dir="ltr">expires</code></small></td><td data-label="Before"><bdi>–</bdi></td><td data-label="After"><bdi>`, ", 23:59</bdi>")
	ada.wantNot("<bdi>0</bdi>", "<bdi>1</bdi>")
}

// Whatever the trail may have is said in words.
func TestEveryActHasItsWords(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.create("deploy")
	ada.get("/profile/tokens/1/revoke")
	ada.post("/profile/tokens/1/revoke", "why", "leaked")
	ada.get("/admin/audit")
	ada.wantNot(">act.", ">by.", ">object.")
	ada.get("/admin/audit?before=x")
	ada.want(http.StatusOK)
}

// A page says only of one's own account that the session one is in stays.
func TestSigningOutSaysWhatEnds(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/2/signout")
	ada.want(http.StatusOK, "There is no session to end.")
	h.signedIn(t, "bea")
	ada.get("/admin/users/2/signout")
	ada.want(http.StatusOK, "1 session ends at once.")
	ada.wantNot("this one stays")
	ada.get("/admin/users/1/signout")
	ada.want(http.StatusOK, "this one stays")
}

// What nobody gave as a reason is told in the language of whoever reads it.
func TestTheTrailSpeaksTheLanguageOfItsReader(t *testing.T) {
	h := withAda(t)
	ada, bea := h.signedIn(t, "ada"), h.signedIn(t, "bea")
	ada.create("idle")
	bea.get("/profile")
	bea.post("/signout")
	h.rule(t, pat.Setting{Key: "idle_limit", Value: int64(24 * 60 * 60)})
	h.sleep(25 * time.Hour)
	must(t, h.PauseIdle(context.Background()))
	reads := h.signedIn(t, "ada")
	for language, told := range map[string][2]string{
		"en": {"<small>Signed out</small>", "<small>Unused for as long as the policy allows</small>"},
		"tr": {"<small>Oturum kapatıldı</small>", "<small>Politikanın izin verdiği süre boyunca kullanılmadı</small>"},
		"de": {"<small>Abgemeldet</small>", "<small>So lange unbenutzt, wie die Richtlinie erlaubt</small>"},
	} {
		h.edits(t, 1, pat.UserEdit{Language: &language})
		reads.get("/admin/audit")
		reads.want(http.StatusOK, told[0], told[1])
		reads.wantNot("signed out", "idle limit")
		reads.get("/profile/notices")
		reads.want(http.StatusOK, told[1])
	}
}
