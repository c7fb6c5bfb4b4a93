package session_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
	chrome  = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"

	home, near, away = "192.0.2.7", "192.0.2.99", "203.0.113.9"
)

// signIn begins a session from an address with a browser.
func (d *desk) signIn(who pat.Principal, from, agent string) (pat.Principal, pat.Session) {
	d.t.Helper()
	who.Via.Address = netip.MustParseAddr(from)
	secret, s, err := d.Start(d.t.Context(), who, pat.SessionRequest{Agent: agent})
	must(d.t, err)
	by, _, err := d.Find(d.t.Context(), secret, who.Via)
	must(d.t, err)
	return by, s
}

// told returns what the trail has told of new devices since it was asked last.
func (d *desk) told() []pat.Event {
	d.t.Helper()
	events, err := d.db.Events(d.t.Context(), d.read, 10_000)
	must(d.t, err)
	var told []pat.Event
	for _, e := range events {
		d.read = e.ID
		if e.Act == pat.SessionNewDevice {
			told = append(told, e)
		}
	}
	return told
}

// tells wants so many new devices to have been told of.
func (d *desk) tells(what string, n int) {
	d.t.Helper()
	if told := d.told(); len(told) != n {
		d.t.Errorf("%s: told %d times, want %d", what, len(told), n)
	}
}

func TestANewDeviceIsTold(t *testing.T) {
	d := open(t)
	ada, bob := d.user("ada"), d.user("bob")
	d.signIn(ada, home, firefox)
	d.tells("the first of all", 0)
	for _, tt := range []struct {
		name, from, agent string
		told              int
	}{
		{"the same", home, firefox, 0},
		{"a later version", home, strings.ReplaceAll(firefox, "145", "146"), 0},
		{"another address of the network", near, firefox, 0},
		{"another network", away, firefox, 1},
		{"that again", away, firefox, 0},
		{"another browser", home, chrome, 1},
		{"that from elsewhere", away, chrome, 1},
		{"no browser", home, "", 1},
		{"the first again", home, firefox, 0},
	} {
		d.signIn(ada, tt.from, tt.agent)
		d.tells(tt.name, tt.told)
	}
	d.signIn(bob, home, firefox)
	d.tells("another user's first", 0)
	d.signIn(bob, home, chrome)
	d.tells("one that ada has", 1)
}

// Who it was is not said, but from where and with what; and nothing else of what
// the browser calls itself.
func TestWhatIsToldOfANewDevice(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	d.signIn(ada, home, firefox)
	_, s := d.signIn(ada, away, chrome+" secret-word")
	told := d.told()
	if len(told) != 1 {
		t.Fatalf("told %v", told)
	}
	e := told[0]
	if e.Actor != 0 || e.ActorName != "" || e.Owner != ada.User || e.Object != pat.ObjectSession || e.ObjectID != int64(s.ID) || e.ObjectName != "ada" ||
		e.Via.Address.String() != away || !e.At.Equal(d.now) || e.Device() != (pat.Device{Browser: "Chrome", System: "Linux"}) {
		t.Errorf("told %+v", e)
	}
	if text := fmt.Sprintf("%+v", e); strings.Contains(text, "secret-word") || strings.Contains(text, "143") {
		t.Errorf("told %s", text)
	}
	d.signIn(ada, away, "unheard of")
	if told := d.told(); len(told) != 1 || len(told[0].Changes) != 0 {
		t.Errorf("of one that is not known: %+v", told)
	}
}

func TestADeviceTurnsNewAgain(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	by, _ := d.signIn(ada, home, firefox)
	admin := pat.Operator("root")
	d.told()
	for _, tt := range []struct {
		name string
		do   func(stranger pat.Principal, s pat.Session) error
		told int
	}{
		{"its session was ended", func(_ pat.Principal, s pat.Session) error { return d.EndOne(t.Context(), by, s.ID) }, 1},
		{"all others were", func(pat.Principal, pat.Session) error { _, err := d.EndOf(t.Context(), by, ada.User); return err }, 1},
		{"an administrator ended it", func(_ pat.Principal, s pat.Session) error { return d.EndOne(t.Context(), admin, s.ID) }, 1},
		{"it was refused", func(_ pat.Principal, s pat.Session) error {
			if err := d.EndOne(t.Context(), d.user("eve"), s.ID); kind(err) != "forbidden" {
				return err
			}
			return nil
		}, 0},
		{"it ended itself", func(stranger pat.Principal, s pat.Session) error { return d.EndOne(t.Context(), stranger, s.ID) }, 0},
		{"it was not seen for a year less a moment", func(pat.Principal, pat.Session) error {
			d.now = d.now.Add(pat.DeviceTime - time.Microsecond)
			return nil
		}, 0},
		{"it was not seen for a year", func(pat.Principal, pat.Session) error { d.now = d.now.Add(pat.DeviceTime); return nil }, 1},
	} {
		stranger, s := d.signIn(ada, away, chrome)
		d.told()
		must(t, tt.do(stranger, s))
		d.signIn(ada, away, chrome)
		d.tells("after "+tt.name, tt.told)
		by, _ = d.signIn(ada, home, firefox)
		d.told()
	}
}

// Whoever ends all other sessions has one in the same browser still. All other
// devices are new again, also that of a thief who signed out in time.
func TestEndingAllKeepsOnesOwnDevice(t *testing.T) {
	for _, signedOut := range []bool{false, true} {
		d := open(t)
		ada := d.user("ada")
		d.signIn(ada, home, firefox)
		thief, s := d.signIn(ada, away, chrome)
		if signedOut {
			must(t, d.EndOne(t.Context(), thief, s.ID))
		}
		by, _ := d.signIn(ada, home, firefox)
		d.told()
		_, err := d.EndOf(t.Context(), by, ada.User)
		must(t, err)
		d.signIn(ada, home, firefox)
		d.tells("from where all were ended", 0)
		d.signIn(ada, away, chrome)
		d.tells(fmt.Sprintf("the thief's, signed out: %v", signedOut), 1)
	}
}

// Also an account that nobody used for years has a device to tell others from.
func TestALongUnusedAccountIsTold(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	d.signIn(ada, home, firefox)
	d.now = d.now.Add(3 * pat.DeviceTime)
	d.signIn(ada, away, chrome)
	d.tells("years later", 1)
	if list := d.devices(ada); len(list) != 1 {
		t.Errorf("kept %d", len(list))
	}
}

func (d *desk) devices(who pat.Principal) (list []pat.SeenDevice) {
	d.t.Helper()
	d.update(func(tx store.Tx) (err error) {
		list, err = tx.Devices(d.t.Context(), who.User)
		return err
	})
	return list
}

func TestDevicesAreBounded(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	for i := range pat.MaxDevices + 1 {
		d.now = d.now.Add(time.Second)
		d.signIn(ada, fmt.Sprintf("10.0.%d.1", i), firefox)
	}
	d.tells("each but the first", pat.MaxDevices)
	if list := d.devices(ada); len(list) != pat.MaxDevices {
		t.Errorf("kept %d", len(list))
	}
	d.now = d.now.Add(time.Second)
	d.signIn(ada, "10.0.1.1", firefox)
	d.tells("the oldest that is kept", 0)
	d.now = d.now.Add(time.Second)
	d.signIn(ada, "10.0.0.1", firefox)
	d.tells("the one that was pushed out", 1)
	if list := d.devices(ada); len(list) != pat.MaxDevices {
		t.Errorf("kept %d", len(list))
	}
}

// Sign-ins at once from one new device are told once.
func TestSignInsAtOnceAreToldOnce(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	d.signIn(ada, home, firefox)
	ada.Via.Address = netip.MustParseAddr(away)
	var group sync.WaitGroup
	failed := make(chan error, 8)
	for range cap(failed) {
		group.Go(func() {
			_, _, err := d.Start(t.Context(), ada, pat.SessionRequest{Agent: chrome})
			failed <- err
		})
	}
	group.Wait()
	for range cap(failed) {
		must(t, <-failed)
	}
	d.tells("eight at once", 1)
}

// A sign-in that does not begin leaves no device behind.
func TestARefusedSignInMeetsNobody(t *testing.T) {
	d := open(t)
	ada := d.user("ada")
	d.signIn(ada, home, firefox)
	wrong := ada
	wrong.Proof, wrong.Via.Address = pat.Digest{}, netip.MustParseAddr(away)
	if _, _, err := d.Start(t.Context(), wrong, pat.SessionRequest{Agent: chrome}); kind(err) != "unauthenticated" {
		t.Errorf("%v", err)
	}
	d.tells("a refused one", 0)
	d.signIn(ada, away, chrome)
	d.tells("the first that begins", 1)
}
