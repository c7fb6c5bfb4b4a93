package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestATokenIsPausedAndResumed(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci")
	h.sleep(16 * time.Minute) // neither asks for the password
	v.get("/profile/tokens/1")
	v.post("/profile/tokens/1/pause")
	v.follow()
	v.want(http.StatusOK, "Calls get 401 until you resume it.", `<span class="chip paused">Paused</span>`, "Resume")
	h.refuses(t, secret, "a paused token")
	v.get("/profile/tokens/1/rotate")
	v.want(http.StatusConflict)
	v.get("/profile/tokens/1")
	v.post("/profile/tokens/1/resume")
	v.follow()
	v.want(http.StatusOK, "The same value works again.", `<span class="chip active">Active</span>`)
	h.accepts(t, secret, "a resumed token")
}

func TestATokenIsRotated(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	old := v.created("ci", "networks", "127.0.0.0/8")
	rotate := func(path, overlap string) {
		t.Helper()
		v.get(path)
		v.want(http.StatusOK, "New value for <bdi>ci</bdi>", `value="day" checked`)
		v.post(path, "number", v.hidden("number"), "overlap", overlap)
	}
	rotate("/profile/tokens/1/rotate", "year")
	v.want(http.StatusUnprocessableEntity, "Choose when the old value stops.")
	rotate("/profile/tokens/1/rotate", "day")
	v.want(http.StatusOK, "Token created: <bdi>ci</bdi>", "The old value goes on until Thu 26 Nov 2026, 12:00.", "127.0.0.0/8")
	second := v.secret()
	for name, secret := range map[string]string{"old": old, "new": second} {
		if got := h.status(t, secret); got != http.StatusOK {
			t.Errorf("the %s value during the overlap: %d", name, got)
		}
	}
	v.get("/profile/tokens")
	v.want(http.StatusOK, `<span class="chip ending">Ending</span>`)
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, "this value stops at Thu 26 Nov 2026, 12:00", "Stop the old value now", "Rotations", "Rotated")
	v.post("/profile/tokens/1/retire")
	v.follow()
	v.want(http.StatusOK, `<span class="chip retired">Replaced</span>`, "Old value stopped early")
	h.refuses(t, old, "the old value after its end")
	v.get("/profile/tokens")
	v.want(http.StatusOK, "Active <b>1</b>", "Ended <b>1</b>")
	rotate("/profile/tokens/2/rotate", "now")
	v.want(http.StatusOK, "The old value has stopped.")
	third := v.secret()
	if a, b := h.status(t, second), h.status(t, third); a != http.StatusUnauthorized || b != http.StatusOK {
		t.Errorf("without an overlap: %d and %d", a, b)
	}
}

func TestRotatingIsConfirmed(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("ci")
	h.sleep(16 * time.Minute)
	v.get("/profile/tokens/1/rotate")
	v.post("/profile/tokens/1/rotate", "number", v.hidden("number"), "overlap", "hour")
	v.want(http.StatusForbidden, "Next: make a new value for <bdi>ci</bdi>.")
	form := with(v.carried(), "password", pass)
	v.send("/confirm", form)
	v.want(http.StatusOK, "Token created: <bdi>ci</bdi>", "25 Nov 2026, 13:16")
	v.secret()
	v.send("/confirm", form) // a reload
	v.want(http.StatusSeeOther)
	if v.get("/profile/tokens"); strings.Count(v.body, `class="name"`) != 2 {
		t.Error("a reload has made another value")
	}
}
