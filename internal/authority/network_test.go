package authority_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func from(address string) pat.Via {
	v := via()
	v.Address = netip.Addr{}
	if address != "" {
		v.Address = netip.MustParseAddr(address)
	}
	return v
}

func within(networks string) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) {
		r.Networks, _ = pat.ParseNetworks(strings.Fields(networks))
	}
}

func TestTokenIsGoodFromItsNetworksOnly(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root, within("10.0.0.0/8 2001:db8::/32"))
	free, _ := w.mint(w.root)
	for _, tt := range []struct{ name, from, want string }{
		{"inside", "10.1.2.3", "done"},
		{"inside, IPv4 in IPv6", "::ffff:10.1.2.3", "done"},
		{"inside, IPv6", "2001:db8::1", "done"},
		{"outside", "192.0.2.7", "unauthenticated"},
		{"from an unknown address", "", "unauthenticated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			who, err := w.Verify(t.Context(), text, "", from(tt.from))
			want(t, err, tt.want, "")
			switch {
			case err != nil && pat.AsError(err).Reason != pat.ReasonNetwork:
				t.Errorf("the reason is %q", pat.AsError(err).Reason)
			case err == nil && who.Networks.String() != tok.Networks.String():
				t.Errorf("the principal's networks are %q", who.Networks)
			}
			_, err = w.Verify(t.Context(), free, "", from(tt.from))
			want(t, err, "done", "")
		})
	}
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, ""))
	if _, err := w.Verify(t.Context(), text, "", from("192.0.2.7")); pat.AsError(err).Reason != pat.ReasonUnknown {
		t.Errorf("a revoked token's reason is %v", err)
	}
}

func TestNetworksAreInTheTrailAndTakeHoldAtOnce(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	before := w.last()
	nets, _ := pat.ParseNetworks([]string{"10.0.0.0/8"})
	_, err := w.EditToken(t.Context(), w.root, tok.ID, pat.TokenEdit{Networks: &nets})
	must(t, err)
	if _, err := w.Verify(t.Context(), text, "", via()); err == nil {
		t.Error("the token is good from outside of its new networks")
	}
	events := w.events(before)
	if len(events) != 1 || len(events[0].Changes) != 1 || events[0].Changes[0] != (pat.FieldChange{Field: "networks", Old: "", New: "10.0.0.0/8"}) {
		t.Errorf("the trail has %+v", events)
	}
	_, _, err = w.create(w.root, func(r *pat.TokenRequest) { r.Networks = make(pat.Networks, 33) })
	want(t, err, "invalid", "networks")
}

// An API that asks about a token says from where it was used; one that does not
// say is not told that the token is live.
func TestIntrospectionKeepsToNetworks(t *testing.T) {
	w := newWorld(t)
	gate := w.bearer(w.root, "introspect")
	text, _ := w.mint(w.root, within("10.0.0.0/8 192.0.2.7"))
	for _, tt := range []struct {
		name, from string
		want       bool
	}{{"inside", "10.1.2.3", true}, {"outside", "198.51.100.1", false}, {"unknown", "", false}} {
		t.Run(tt.name, func(t *testing.T) {
			found, err := w.Introspect(t.Context(), gate, text, from(tt.from).Address)
			want(t, err, "done", "")
			if found.Active != tt.want {
				t.Errorf("active: %v", found.Active)
			}
		})
	}
	itself := w.verified(text)
	if found, err := w.Introspect(t.Context(), itself, text, netip.Addr{}); err != nil || !found.Active {
		t.Errorf("the token does not know itself: %v", err)
	}
}

func TestWhoWidensNetworks(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	session := w.inSession(bob)
	late := session
	late.AuthenticatedAt = late.AuthenticatedAt.Add(-time.Hour)
	for _, tt := range []struct {
		name, networks, kind string
		by                   pat.Principal
	}{
		{"a password", "", "done", bob},
		{"a young session", "", "done", session},
		{"an old session", "", "forbidden", late},
		{"an old session, to another network", "192.0.2.0/24", "forbidden", late},
		{"an old session, to a part", "10.1.0.0/16", "done", late},
		{"a token", "", "forbidden", w.bearer(bob, "write")},
		{"a token, to a part", "10.1.0.0/16", "done", w.bearer(bob, "write")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, tok := w.mint(bob, within("10.0.0.0/8"))
			nets, err := pat.ParseNetworks(strings.Fields(tt.networks))
			must(t, err)
			_, err = w.EditToken(t.Context(), tt.by, tok.ID, pat.TokenEdit{Networks: &nets})
			if kindOf(err) != tt.kind {
				t.Errorf("got %v, want %s", err, tt.kind)
			}
		})
	}
}
