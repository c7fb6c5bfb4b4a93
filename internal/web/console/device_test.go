package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// A sign-in from a new device is told to whose account it is, with what to do.
func TestANewDeviceIsNoticed(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.get("/profile/notices")
	bea.want(http.StatusOK, "No notices", "from a new device")
	h.signedInWith(t, "bea", firefoxOnWindows)
	bea.get("/profile/notices")
	bea.want(
		http.StatusOK, "Signed in from a new device</span> <bdi>Firefox on Windows</bdi>", "127.0.0.1", "with the password", ">New<",
		`If this was not you, end that session and change your password.</span> <a href="/profile/security">Security</a> <a href="/profile/password">Change password</a>`,
	)
	h.signedInWith(t, "bea", strings.ReplaceAll(firefoxOnWindows, "145", "146"))
	h.signedInWith(t, "bea", "unheard of")
	bea.get("/profile/notices")
	bea.want(http.StatusOK, "<bdi>Unknown device</bdi>")
	bea.wantNot("unheard of", "Mozilla", "146")
	if n := len(noticeItem.FindAllString(bea.body, -1)); n != 2 {
		t.Errorf("%d notices", n)
	}
	bea.get("/profile/security")
	bea.want(http.StatusOK, "<strong>Firefox on Windows</strong>", `href="/help/sessions"`)
	ada := h.signedIn(t, "ada")
	ada.get("/profile/notices")
	ada.want(http.StatusOK, "No notices")
}

// Whoever does without the notice is told nothing; the audit trail is.
func TestNoticesOfDevicesAreChosen(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.get("/profile")
	bea.want(http.StatusOK, `name="notice.device" value="1" checked`, "A sign-in from a new device")
	bea.post("/profile", "notices", "1", "notice.use", "1", "notice.refused", "1", "notice.ending", "1")
	bea.follow()
	bea.want(http.StatusOK, "Saved.", `name="notice.device" value="1">`, `name="notice.use" value="1" checked`)
	h.signedInWith(t, "bea", firefoxOnWindows)
	bea.get("/profile/notices")
	bea.want(http.StatusOK, "No notices")
	bea.wantNot(`class="count"`)
	ada.get("/admin/audit?act=session.new_device")
	ada.want(http.StatusOK, "Signed in from a new device")
	event := eventLink.FindStringSubmatch(ada.body)
	link := auditLink.FindStringSubmatch(ada.body)
	if event == nil || link == nil {
		t.Fatal("no event, or no table")
	}
	rows := ada.table(strings.ReplaceAll(link[1], "&amp;", "&"), firefoxOnWindows)
	if len(rows) != 1 || !strings.Contains(strings.Join(rows[0], ","), "session.new_device") || !strings.Contains(strings.Join(rows[0], ","), "Firefox") {
		t.Errorf("the table has %v", rows)
	}
	ada.get("/admin/audit/" + event[1])
	ada.want(http.StatusOK, "127.0.0.1", "<bdi>bea</bdi>", `<code dir="ltr">browser</code>`, "<bdi>Firefox</bdi>", "<bdi>Windows</bdi>")
	ada.wantNot("Mozilla")
}

// The API tells whose account it is from where, and nobody else at all. A program
// that trades a password for a token is no device.
func TestANewDeviceAtTheAPI(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	h.adds(t, pat.UserRequest{Name: "eve", Password: pass})
	h.signedInWith(t, "bea", firefoxOnWindows)
	const stream = "/api/v2/activity_stream/?act=session.new_device"
	bea.get(stream)
	bea.want(http.StatusOK, `"count":1`, `"act":"session.new_device"`, `"address":"127.0.0.1"`, `"browser":[null,"Firefox"]`, `"system":[null,"Windows"]`)
	bea.wantNot("Mozilla")
	eve := h.signedIn(t, "eve")
	eve.get(stream)
	eve.want(http.StatusOK, `"count":0`)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"bea"}, "client_secret": {pass}}
	r, err := http.NewRequest(http.MethodPost, h.URL+"/apiops/auth/token", strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "curl/8.5.0")
	h.visitor(t).do(r)
	bea.get(stream)
	bea.want(http.StatusOK, `"count":1`)
}
