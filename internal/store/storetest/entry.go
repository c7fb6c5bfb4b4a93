package storetest

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// A store may have a shorter way to the usual token than to any other: both
// must lead to the same.
func testEntryAgrees(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	app := addApplication(t, s, application("ci"))
	edits := map[string]func(*pat.Token){
		"as it is":           func(*pat.Token) {},
		"never expires":      func(k *pat.Token) { k.ExpiresAt = time.Time{} },
		"expired long ago":   func(k *pat.Token) { k.ExpiresAt = noon.Add(-24 * time.Hour) },
		"many scopes":        func(k *pat.Token) { k.Scopes = "write read deploy" },
		"no scope":           func(k *pat.Token) { k.Scopes = "" },
		"named":              func(k *pat.Token) { k.Name, k.Description = "one two", "three four" },
		"paused":             func(k *pat.Token) { k.PausedAt = noon },
		"retired":            func(k *pat.Token) { k.RetiredAt = noon },
		"of an application":  func(k *pat.Token) { k.Application = app },
		"bound to a network": func(k *pat.Token) { k.Networks = pat.Networks{netip.MustParsePrefix("10.0.0.0/8")} },
	}
	for name, edit := range edits {
		k := token(bob)
		k.ExpiresAt = noon.Add(time.Hour)
		edit(&k)
		addToken(t, s, k)
		got, err := s.Entry(t.Context(), k.Digest)
		must(t, err)
		feed := readFeed(t, s)
		if told := feed[len(feed)-1].Entry; told == nil || !reflect.DeepEqual(got, *told) {
			t.Errorf("%s: by digest %+v, in the feed %+v", name, got, told)
		}
		endToken(t, s, got.ID, noon)
		got, err = s.Entry(t.Context(), k.Digest)
		must(t, err)
		if !got.Revoked {
			t.Errorf("%s: was revoked, and is not found so", name)
		}
	}
}
