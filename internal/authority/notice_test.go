package authority_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
)

func (w *world) notices(t *testing.T, by pat.Principal, before pat.EventID, limit int) pat.Notices {
	t.Helper()
	n, err := w.Notices(t.Context(), by, before, limit)
	must(t, err)
	return n
}

func actsOf(events []pat.Event) (acts []pat.Act) {
	for i := range events {
		acts = append(acts, events[i].Act)
	}
	return acts
}

// Owners are told what others did, by whom and why, and not from where.
func TestOwnersAreToldWhatOthersDid(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, tok := w.mint(bob)
	_, own := w.mint(bob)
	must(t, w.RevokeToken(t.Context(), bob, own.ID, "mine"))
	_, err := w.PauseToken(t.Context(), w.root, tok.ID, "audit")
	must(t, err)
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, "leaked"))
	got := w.notices(t, bob, 0, 10)
	if acts := actsOf(got.Events); !slices.Equal(acts, []pat.Act{pat.TokenRevoked, pat.TokenPaused}) || got.Unread != 2 {
		t.Fatalf("%v, %d unread", acts, got.Unread)
	}
	if e := got.Events[0]; e.Reason != "leaked" || e.ActorName != w.root.Name || e.Via.Address.IsValid() || e.Via.RequestID != "" {
		t.Errorf("the first is %+v", e)
	}
	if n := w.notices(t, eve, 0, 10); len(n.Events) != 0 || n.Unread != 0 {
		t.Errorf("somebody else is told %v", actsOf(n.Events))
	}
	if n := w.notices(t, bob, got.Events[0].ID, 10); len(n.Events) != 1 {
		t.Errorf("before the first: %v", actsOf(n.Events))
	}
	must(t, w.ReadNotices(t.Context(), bob, got.Events[1].ID))
	if n := w.notices(t, bob, 0, 10); n.Unread != 1 || len(n.Events) != 2 {
		t.Errorf("%d unread of %d", n.Unread, len(n.Events))
	}
	must(t, w.ReadNotices(t.Context(), bob, 1<<62))
	must(t, w.ReadNotices(t.Context(), eve, 1<<62)) // who has none
	if n := w.notices(t, bob, 0, 10); n.Unread != 0 {
		t.Errorf("%d unread", n.Unread)
	}
	for _, by := range []pat.Principal{bob, eve} {
		_, later := w.mint(by)
		must(t, w.RevokeToken(t.Context(), w.root, later.ID, "leaked"))
		if n := w.notices(t, by, 0, 10); n.Unread != 1 {
			t.Errorf("%s has %d unread of what came later", by.Name, n.Unread)
		}
	}
	newest := pat.Query{Order: []pat.Order{{Field: "id", Desc: true}}, Limit: 10}
	events, total, err := w.TokenEvents(t.Context(), bob, tok.ID, newest)
	must(t, err)
	if len(events) != 3 || total != 3 || events[0].Act != pat.TokenRevoked || events[0].Reason != "leaked" || events[0].Via.Address.IsValid() {
		t.Errorf("the token's events: %+v", events)
	}
	_, _, err = w.TokenEvents(t.Context(), eve, tok.ID, newest)
	want(t, err, "forbidden", "")
	_, _, err = w.TokenEvents(t.Context(), bob, tok.ID+100, newest)
	want(t, err, "not found", "")
}

func TestNoticesAreMuted(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	before := w.last()
	must(t, w.MuteNotices(t.Context(), bob, []pat.NoticeKind{pat.NoticeRefused}))
	must(t, w.MuteNotices(t.Context(), bob, []pat.NoticeKind{pat.NoticeRefused})) // no change, no event
	if events := w.events(before); len(events) != 1 || events[0].Act != pat.UserEdited || events[0].Changes[0] != (pat.FieldChange{Field: "muted_notices", Old: "", New: "refused"}) {
		t.Errorf("events: %+v", events)
	}
	if n := w.notices(t, bob, 0, 10); n.Marks.Wants(pat.NoticeRefused) || !n.Marks.Wants(pat.NoticeEnding) {
		t.Errorf("marks: %+v", n.Marks)
	}
	if acts := pat.NoticedActs([]pat.NoticeKind{pat.NoticeRefused}); slices.Contains(acts, pat.TokenReused) || !slices.Contains(acts, pat.TokenRevoked) {
		t.Errorf("acts: %v", acts)
	}
	for name, by := range map[string]pat.Principal{"unauthenticated": {}, "forbidden": w.bearer(bob, pat.ScopeRead)} {
		want(t, w.MuteNotices(t.Context(), by, nil), name, "")
		want(t, w.ReadNotices(t.Context(), by, 1), name, "")
	}
	w.disable(bob.User)
	want(t, w.ReadNotices(t.Context(), bob, 1), "unauthenticated", "")
}

// What is used now is known now, before and after it is written.
func TestUseIsKnownAtOnce(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, tok := w.mint(bob)
	far := netip.MustParseAddr("192.0.2.9")
	w.Uses.Refused(tok.ID, w.clock.Now(), far, pat.ReasonNetwork)
	w.clock.Forward(time.Hour)
	w.Uses.Accepted(tok.ID, w.clock.Now(), home)
	for _, when := range []string{"before", "after"} {
		u, err := w.UseNow(t.Context(), bob, tok.ID)
		must(t, err)
		if u.Accepted != 1 || u.Refused != 1 || !u.FirstAt.Equal(w.clock.Now()) || u.LastFrom != home || len(u.Addresses) != 2 || len(u.Periods) != 2 {
			t.Errorf("%s the flush: %+v", when, u)
		}
		must(t, w.Uses.Flush(t.Context(), w.store))
	}
	_, err := w.UseNow(t.Context(), w.user("eve"), tok.ID)
	want(t, err, "forbidden", "")
}

func TestUseByDayIsForWhoMaySeeIt(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, tok := w.mint(bob)
	w.Uses.Accepted(tok.ID, w.clock.Now(), home)
	must(t, w.Uses.Flush(t.Context(), w.store))
	ids, from := []pat.TokenID{tok.ID}, w.clock.Now().Add(-24*time.Hour)
	for name, by := range map[string]pat.Principal{"the owner": bob, "an administrator": w.root} {
		got, err := w.DayUse(t.Context(), by, bob.User, ids, from)
		must(t, err)
		if len(got) != 1 || got[0].Accepted != 1 {
			t.Errorf("%s sees %v", name, got)
		}
	}
	got, err := w.DayUse(t.Context(), eve, eve.User, ids, from)
	must(t, err)
	if got != nil {
		t.Errorf("as one's own, another's: %v", got)
	}
	_, err = w.DayUse(t.Context(), eve, bob.User, ids, from)
	want(t, err, "forbidden", "")
}
