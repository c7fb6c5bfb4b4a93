package authority_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
)

// from verifies from an address, flushes, and returns the events of it.
func (w *world) from(text, address string, need string) []pat.Event {
	w.t.Helper()
	before := w.last()
	_, _ = w.Verify(w.t.Context(), text, need, pat.Via{Address: netip.MustParseAddr(address)})
	must(w.t, w.Uses.Flush(w.t.Context(), w.store))
	return w.events(before)
}

func TestFirstUseAndNewNetworksAreTold(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, scoped("read"))
	for _, tt := range []struct {
		name, address, need string
		want                pat.Act
	}{
		{"a refused use is no first use", "192.0.2.1", "write", ""},
		{"the first use", "198.51.100.1", "", pat.TokenUsed},
		{"the second", "198.51.100.1", "", ""},
		{"another address of the network", "198.51.100.200", "", ""},
		{"another network", "203.0.113.9", "", pat.TokenRoamed},
		{"the same again", "203.0.113.10", "", ""},
		{"one that it was only refused from", "192.0.2.1", "", pat.TokenRoamed},
		{"an IPv6 network", "2001:db8:1::1", "", pat.TokenRoamed},
		{"another address of its site", "2001:db8:1:2::1", "", ""},
		{"another site", "2001:db8:2::1", "", pat.TokenRoamed},
	} {
		events := w.from(text, tt.address, tt.need)
		if tt.want == "" && len(events) == 0 {
			continue
		}
		if len(events) != 1 || events[0].Act != tt.want || events[0].Via.Address.String() != tt.address || events[0].ObjectID != int64(tok.ID) ||
			events[0].Owner != bob.User || !events[0].At.Equal(w.clock.Now()) {
			t.Errorf("%s: the trail tells %+v, want %q", tt.name, events, tt.want)
		}
	}
	seen, _, err := w.ActivityOf(t.Context(), bob, pat.ObjectToken, int64(tok.ID), pat.Query{Limit: 1, Order: []pat.Order{{Field: "id", Desc: true}}})
	must(t, err)
	if len(seen) != 1 || !seen[0].Via.Address.IsValid() {
		t.Errorf("the owner is not told from where: %+v", seen)
	}
}

func TestAFloodOfNetworksFillsNoTrail(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root)
	before := w.last()
	flood := func(n int) {
		for i := range 300 {
			w.from(text, fmt.Sprintf("10.%d.%d.1", n, i%256), "")
		}
	}
	flood(1)
	if n := len(w.events(before)); n != pat.MaxToldNetworks {
		t.Errorf("the trail tells of %d uses", n)
	}
	w.clock.Forward(25 * time.Hour)
	before = w.last()
	flood(2)
	if n := len(w.events(before)); n != pat.MaxToldNetworks {
		t.Errorf("a day later the trail tells of %d uses", n)
	}
	if got := w.from(text, "10.2.255.7", ""); len(got) != 0 {
		t.Errorf("a network that is known is told: %v", got)
	}
}

func TestOftenRefusedIsToldOnceInAWhile(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root, scoped("read"))
	burst := func(n int) []pat.Event {
		before := w.last()
		for range n {
			_, _ = w.Verify(t.Context(), text, "write", via())
		}
		must(t, w.Uses.Flush(t.Context(), w.store))
		return w.events(before)
	}
	if got := burst(pat.ManyRefused - 1); len(got) != 0 {
		t.Errorf("a few refusals are told: %v", got)
	}
	got := burst(3)
	if len(got) != 1 || got[0].Act != pat.TokenRefused || got[0].Reason != "scope" || got[0].Outcome != "refused" ||
		got[0].Via.Address != home || got[0].Changes[0].New != int64(pat.ManyRefused+2) {
		t.Fatalf("the trail tells %+v", got)
	}
	for range 5 {
		w.clock.Forward(time.Hour)
		if got := burst(500); len(got) != 0 {
			t.Errorf("soon after the trail tells %v", got)
		}
	}
	w.clock.Forward(time.Hour)
	if got := burst(pat.ManyRefused); len(got) != 1 {
		t.Errorf("later the trail tells %v", got)
	}
}

// A burst that goes on is told again when six hours are over, and not again
// within that hour.
func TestRefusalsThatGoOnAreToldAgain(t *testing.T) {
	w := newWorld(t)
	w.clock.Forward(10 * time.Minute)
	text, _ := w.mint(w.root, scoped("read"), never)
	began, before := w.clock.Now(), w.last()
	for range 13 * 12 {
		for range 5 {
			_, _ = w.Verify(t.Context(), text, "write", via())
		}
		must(t, w.Uses.Flush(t.Context(), w.store))
		w.clock.Forward(5 * time.Minute)
	}
	var told []time.Duration
	for _, e := range w.events(before) {
		told = append(told, e.At.Sub(began))
	}
	first := 15 * time.Minute // of each five minutes five, so that the fourth make it twenty
	if want := []time.Duration{first, first + pat.ManyRefusedPause, first + 2*pat.ManyRefusedPause}; !slices.Equal(told, want) {
		t.Errorf("it is told after %v, want %v", told, want)
	}
}

// What cannot be told is not counted either, and is both with the next flush.
func TestFindingsAreToldWithTheCount(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	before := w.last()
	w.verified(text)
	w.store.noTrail.Store(true)
	if err := w.Uses.Flush(t.Context(), w.store); err == nil {
		t.Error("a use was written without what is to be told of it")
	}
	if !w.token(tok.ID).LastUsedAt.IsZero() {
		t.Error("a use was counted without what is to be told of it")
	}
	w.store.noTrail.Store(false)
	must(t, w.Uses.Flush(t.Context(), w.store))
	if got := w.events(before); len(got) != 1 || got[0].Act != pat.TokenUsed {
		t.Errorf("the trail tells %v", got)
	}
	if w.token(tok.ID).LastUsedAt.IsZero() {
		t.Error("the use is not counted")
	}
}

// Whoever has the secret does not hide from where it is used behind addresses
// that are refused.
func TestACrowdOfRefusedAddressesHidesNoNetwork(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root, scoped("read"))
	w.from(text, "198.51.100.1", "")
	before := w.last()
	for i := range 12 {
		_, _ = w.Verify(t.Context(), text, "write", pat.Via{Address: netip.AddrFrom4([4]byte{10, 0, byte(i), 1})})
	}
	got := w.from(text, "203.0.113.9", "")
	if len(got) != 1 || got[0].Act != pat.TokenRoamed || got[0].Via.Address.String() != "203.0.113.9" {
		t.Errorf("the trail tells %v", w.events(before))
	}
}
