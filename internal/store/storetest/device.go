package storetest

import (
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var devices = map[string]func(*testing.T, store.Store){
	"a user's devices are kept, the last seen first": testDevices,
	"a deleted user's devices are forgotten":         testDeletedDevices,
}

// devicesOf returns all devices of the user.
func devicesOf(t *testing.T, s store.Store, user pat.UserID) (all []pat.SeenDevice) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		all, err = tx.Devices(t.Context(), user)
		return err
	})
	return all
}

func seeDevice(t *testing.T, s store.Store, user pat.UserID, device byte, at time.Time) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.SeeDevice(user, pat.Digest{device}, at) })
}

func testDevices(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	check := func(what string, user pat.UserID, want ...pat.SeenDevice) {
		t.Helper()
		if got := devicesOf(t, s, user); !slices.Equal(got, want) {
			t.Errorf("%s: got  %v\nwant %v", what, got, want)
		}
	}
	one, two, later := pat.Digest{1}, pat.Digest{2}, noon.Add(time.Hour)
	check("none", bob)
	seeDevice(t, s, bob, 1, noon)
	seeDevice(t, s, bob, 2, noon.Add(time.Minute))
	seeDevice(t, s, eve, 2, noon)
	check("two", bob, pat.SeenDevice{Device: two, SeenAt: noon.Add(time.Minute)}, pat.SeenDevice{Device: one, SeenAt: noon})
	seeDevice(t, s, bob, 1, later)
	check("seen again", bob, pat.SeenDevice{Device: one, SeenAt: later}, pat.SeenDevice{Device: two, SeenAt: noon.Add(time.Minute)})
	update(t, s, func(tx store.Tx) error { return tx.DistrustDevice(bob, one) })
	check("new again", bob, pat.SeenDevice{Device: two, SeenAt: noon.Add(time.Minute)}, pat.SeenDevice{Device: one})
	update(t, s, func(tx store.Tx) error { return tx.DropDevice(bob, two) })
	check("dropped", bob, pat.SeenDevice{Device: one})
	update(t, s, func(tx store.Tx) error {
		if err := tx.DistrustDevice(bob, two); err != nil {
			return err
		}
		return tx.DropDevice(bob, two)
	})
	check("of one that is not there", bob, pat.SeenDevice{Device: one})
	seeDevice(t, s, bob, 1, later)
	check("known again", bob, pat.SeenDevice{Device: one, SeenAt: later})
	check("another's", eve, pat.SeenDevice{Device: two, SeenAt: noon})
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.SeeDevice(99, one, noon) }), pat.NotFound)
}

func testDeletedDevices(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	seeDevice(t, s, bob, 1, noon)
	seeDevice(t, s, eve, 1, noon)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob, noon, 0) })
	want(t, "the user's", len(devicesOf(t, s, bob)), 0)
	want(t, "another's", len(devicesOf(t, s, eve)), 1)
}
