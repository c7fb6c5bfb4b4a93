package authority_test

import (
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
)

// preview selects and returns the selection's tokens.
func (w *world) preview(by pat.Principal, req pat.BulkRequest) (pat.Bulk, error) {
	if req.Act == "" {
		req.Act = pat.BulkRevoke
	}
	b, first, err := w.PreviewBulk(w.t.Context(), by, req, 100)
	if err == nil && len(first) != min(100, len(b.Tokens)) {
		w.t.Errorf("%d are shown of %d", len(first), len(b.Tokens))
	}
	return b, err
}

func TestWhatASelectionHolds(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	ids := map[string]pat.TokenID{}
	mint := func(name string, by pat.Principal, edit ...func(*pat.TokenRequest)) string {
		text, tok := w.mint(by, append(edit, named(name))...)
		ids[name] = tok.ID
		return text
	}
	mint("old", bob, never)
	used := mint("used", bob)
	mint("brief", bob, lasting(time.Hour))
	app, _ := w.app("portal")
	pair, err := w.CreateApplicationToken(t.Context(), bob, pat.TokenRequest{
		Owner: bob.User, Application: app.ID, Scopes: "read", Origin: pat.OriginAPI, Expiry: pat.Expiry{After: 3600},
	})
	must(t, err)
	ids["renewable"] = pair.Token.ID
	w.clock.Forward(2 * time.Hour)
	noon := w.clock.Now()
	mint("deploy", eve, scoped("read deploy"))
	mint("deployment", eve, scoped("write"))
	mint("paused", eve)
	mint("revoked", eve)
	_, err = w.PauseToken(t.Context(), eve, ids["paused"], "")
	must(t, err)
	must(t, w.RevokeToken(t.Context(), eve, ids["revoked"], ""))
	_, err = w.Verify(t.Context(), used, "", from("10.1.2.3"))
	must(t, err)
	_, next, err := w.rotate(bob, ids["old"])
	must(t, err)
	ids["next"] = next.ID
	nets, err := pat.ParseNetworks([]string{"10.0.0.0/8"})
	must(t, err)
	for _, tt := range []struct {
		name string
		by   pat.Principal
		req  pat.BulkRequest
		want []string
	}{
		{"an owner's, neither ended", w.root, pat.BulkRequest{Owner: bob.User}, []string{"old", "used", "renewable", "next"}},
		{"made before", w.root, pat.BulkRequest{CreatedBefore: noon}, []string{"old", "used", "renewable"}},
		{"made at or after", w.root, pat.BulkRequest{CreatedAfter: noon}, []string{"deploy", "deployment", "paused", "next"}},
		{"unused since", w.root, pat.BulkRequest{UnusedSince: noon}, []string{"old", "renewable"}},
		{"used from", w.root, pat.BulkRequest{UsedFrom: nets}, []string{"used"}},
		{"a scope by its word", w.root, pat.BulkRequest{Scope: "deploy"}, []string{"deploy"}},
		{"never expiring", w.root, pat.BulkRequest{NeverExpires: true}, []string{"next"}},
		{"a family", w.root, pat.BulkRequest{Family: ids["old"]}, []string{"old", "next"}},
		{"expired", w.root, pat.BulkRequest{Status: pat.StatusExpired}, []string{"brief", "renewable"}},
		{"to pause, nothing that has ended", w.root, pat.BulkRequest{Act: pat.BulkPause, Owner: bob.User}, []string{"old", "used", "next"}},
		{"paused", w.root, pat.BulkRequest{Status: pat.StatusPaused}, []string{"paused"}},
		{"live", w.root, pat.BulkRequest{Status: pat.StatusLive, Owner: eve.User}, []string{"deploy", "deployment"}},
		{"to pause, what is not paused", w.root, pat.BulkRequest{Act: pat.BulkPause, Owner: eve.User}, []string{"deploy", "deployment"}},
		{"to resume, what is paused", w.root, pat.BulkRequest{Act: pat.BulkResume, Owner: eve.User}, []string{"paused"}},
		{"by id", w.root, pat.BulkRequest{IDs: []pat.TokenID{ids["old"], ids["revoked"], 4711}}, []string{"old"}},
		{"several conditions", w.root, pat.BulkRequest{CreatedAfter: noon, Owner: bob.User}, []string{"next"}},
		{"a user's own among all", bob, pat.BulkRequest{CreatedAfter: noon}, []string{"next"}},
		{"nothing", bob, pat.BulkRequest{Family: ids["deploy"]}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := w.preview(tt.by, tt.req)
			must(t, err)
			var want []pat.TokenID
			for _, name := range tt.want {
				want = append(want, ids[name])
			}
			slices.Sort(want)
			if !slices.Equal(b.Tokens, want) {
				t.Errorf("selected are %v, want %v of %v", b.Tokens, want, ids)
			}
		})
	}
}

func TestASelectionRefused(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, tok := w.mint(bob)
	some := pat.BulkRequest{Act: pat.BulkRevoke, Owner: bob.User}
	edit := func(f func(*pat.BulkRequest)) pat.BulkRequest {
		r := some
		f(&r)
		return r
	}
	for _, tt := range []struct {
		name        string
		by          pat.Principal
		req         pat.BulkRequest
		kind, field string
	}{
		{"passes", bob, some, "done", ""},
		{"everything, by mistake", w.root, pat.BulkRequest{Act: pat.BulkRevoke}, "invalid", ""},
		{"another act", bob, edit(func(r *pat.BulkRequest) { r.Act = "delete" }), "invalid", "act"},
		{"revoked ones", bob, edit(func(r *pat.BulkRequest) { r.Status = pat.StatusRevoked }), "invalid", "status"},
		{"too many ids", bob, edit(func(r *pat.BulkRequest) { r.IDs = make([]pat.TokenID, 5001) }), "invalid", "ids"},
		{"another's", eve, some, "forbidden", ""},
		{"an auditor", w.user("ann", auditor), some, "forbidden", ""},
		{"a token that may only read", w.bearer(bob, "read"), some, "forbidden", ""},
		{"nobody", pat.Principal{}, some, "unauthenticated", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.preview(tt.by, tt.req)
			want(t, err, tt.kind, tt.field)
		})
	}
	b, err := w.preview(w.root, some)
	must(t, err)
	for name, by := range map[string]pat.Principal{"the owner": bob, "another administrator": w.user("amy", admin)} {
		if _, err := w.RunBulk(t.Context(), by, b.ID); kindOf(err) != "not found" {
			t.Errorf("%s runs what root has previewed: %v", name, err)
		}
	}
	must(t, w.edit(w.root, w.user("ada", admin).User, pat.UserEdit{}))
	w.clock.Forward(time.Hour)
	_, err = w.RunBulk(t.Context(), w.root, b.ID)
	want(t, err, "not found", "")
	if !w.token(tok.ID).RevokedAt.IsZero() {
		t.Error("the token was revoked")
	}
}

func TestOneWhoIsNoAdministratorAnyMoreRunsNothing(t *testing.T) {
	w := newWorld(t)
	bob, amy := w.user("bob"), w.user("amy", admin)
	text, _ := w.mint(bob)
	b, err := w.preview(amy, pat.BulkRequest{Owner: bob.User})
	must(t, err)
	must(t, w.edit(w.root, amy.User, pat.UserEdit{Admin: new(false)}))
	_, err = w.RunBulk(t.Context(), amy, b.ID)
	want(t, err, "forbidden", "")
	if !w.live(text) {
		t.Error("the token was revoked")
	}
}

// What is done is what was previewed, whatever has come since.
func TestABulkIsRunAsItWasPreviewed(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	texts := map[pat.TokenID]string{}
	for range 250 {
		text, tok := w.mint(bob)
		texts[tok.ID] = text
	}
	b, err := w.preview(bob, pat.BulkRequest{Act: pat.BulkRevoke, CreatedBefore: w.clock.Now().Add(time.Hour), Reason: "the incident"})
	must(t, err)
	spared, _ := w.mint(bob) // after the preview
	must(t, w.RevokeToken(t.Context(), bob, b.Tokens[7], "sooner"))
	before := w.last()
	for range 2 { // the second time there is nothing left
		b, err = w.RunBulk(t.Context(), bob, b.ID)
		must(t, err)
		if b.Left() != 0 || b.Changed != 249 {
			t.Errorf("%d are left, %d were changed", b.Left(), b.Changed)
		}
	}
	for _, text := range texts {
		if w.live(text) {
			t.Fatal("one is accepted still")
		}
	}
	if !w.live(spared) || w.token(b.Tokens[7]).RevokedWhy != "sooner" {
		t.Error("one was revoked that was not to be")
	}
	events := w.events(before)
	if len(events) != 250 || events[0].Act != pat.BulkRun || events[0].Reason != "the incident" {
		t.Fatalf("%d events, the first %+v", len(events), events[0])
	}
	for _, e := range events[1:] {
		if e.Act != pat.TokenRevoked || e.Reason != "the incident" || e.Actor != bob.User {
			t.Errorf("the trail tells %+v", e)
		}
	}
}

func TestPauseAndResumeMany(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root)
	for _, act := range []pat.BulkAct{pat.BulkPause, pat.BulkResume} {
		b, err := w.preview(w.root, pat.BulkRequest{Act: act, Owner: w.root.User})
		must(t, err)
		b, err = w.RunBulk(t.Context(), w.root, b.ID)
		must(t, err)
		if b.Changed != 1 || w.live(text) != (act == pat.BulkResume) {
			t.Errorf("%s: %+v", act, b)
		}
	}
}

// Who ends everything with a token ends that one last: the calls to come are
// made with it.
func TestTheBearerOfABulkEndsLast(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	by := w.verified(text)
	bob := w.user("bob")
	w.stock(bob.User, 2100)
	b, err := w.preview(by, pat.BulkRequest{CreatedBefore: w.clock.Now().Add(time.Second)})
	must(t, err)
	if n := len(b.Tokens); n != 2101 || b.Tokens[n-1] != tok.ID {
		t.Errorf("of %d tokens the last is %d", n, b.Tokens[n-1])
	}
	for want := range 2 {
		if b, err = w.RunBulk(t.Context(), w.verified(text), b.ID); err != nil || b.Done != []int{2000, 2101}[want] {
			t.Fatalf("%d are done: %v", b.Done, err)
		}
	}
	if w.live(text) {
		t.Error("the bearer's own goes on")
	}
}

// A token that was ended while a request of its bearer was on its way ends none
// of the selection.
func TestABearerThatHasEndedRunsNothing(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	own, tok := w.mint(bob)
	other, spared := w.mint(bob)
	by := w.verified(own)
	b, err := w.preview(by, pat.BulkRequest{IDs: []pat.TokenID{spared.ID}})
	must(t, err)
	must(t, w.RevokeToken(t.Context(), bob, tok.ID, "stolen"))
	_, err = w.RunBulk(t.Context(), by, b.ID)
	want(t, err, "unauthenticated", "")
	if !w.live(other) {
		t.Error("the other was revoked")
	}
}

// A call goes through so many, and two calls at once through each once.
func TestABulkIsRunInSteps(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.stock(bob.User, 4200)
	b, err := w.preview(bob, pat.BulkRequest{Owner: bob.User})
	must(t, err)
	b, err = w.RunBulk(t.Context(), bob, b.ID)
	must(t, err)
	if b.Done != 2000 || b.Left() != 2200 {
		t.Errorf("%d are done, %d left", b.Done, b.Left())
	}
	for _, err := range together(2, func(int) error {
		_, err := w.RunBulk(t.Context(), bob, b.ID)
		return err
	}) {
		must(t, err)
	}
	b, err = w.Bulk(t.Context(), bob, b.ID)
	must(t, err)
	if b.Left() != 0 || b.Changed != 4200 {
		t.Errorf("%d are left, %d were changed", b.Left(), b.Changed)
	}
}

func TestAUserKeepsAFewPreviews(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	w.mint(bob)
	others, err := w.preview(eve, pat.BulkRequest{Status: pat.StatusLive})
	must(t, err)
	var made []pat.BulkID
	for range pat.MaxBulks + 1 {
		w.clock.Forward(time.Second)
		b, err := w.preview(bob, pat.BulkRequest{Status: pat.StatusLive})
		must(t, err)
		made = append(made, b.ID)
	}
	if _, err := w.RunBulk(t.Context(), bob, made[0]); kindOf(err) != "not found" {
		t.Errorf("the oldest: %v", err)
	}
	_, err = w.RunBulk(t.Context(), bob, made[1])
	must(t, err)
	_, err = w.Bulk(t.Context(), eve, others.ID)
	must(t, err)
}
