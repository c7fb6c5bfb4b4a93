package authority_test

import (
	"net/netip"
	"testing"

	"jeton/internal/pat"
)

// A scope that administrators take out of the catalogue is one that no token has
// any more, whoever decides by the list and not by asking for the word.
func TestScopeTakenOutIsToldOfNoMore(t *testing.T) {
	w := newWorld(t)
	set := func(words ...string) {
		t.Helper()
		w.rule(everyone("scopes", append([]string{}, words...)))
	}
	set("deploy", "report")
	gate := w.gateway()
	text, _ := w.mint(w.root, ownedBy(w.service("robot").ID), scoped("deploy read introspect report"))
	told := func(want pat.Scopes) {
		t.Helper()
		who, err := w.Verify(t.Context(), text, "", via())
		must(t, err)
		found, err := w.Introspect(t.Context(), gate, text, netip.Addr{})
		must(t, err)
		if who.Scopes != want || found.Scopes != want {
			t.Errorf("verification tells %q, introspection %q, want %q", who.Scopes, found.Scopes, want)
		}
	}
	told("deploy read introspect report")
	set("report")
	told("read introspect report")
	set()
	told("read introspect")
	set("deploy")
	told("deploy read introspect")
}
