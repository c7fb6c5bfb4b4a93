package authority_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/store"
)

func everyone(key string, v any) pat.Setting { return pat.Setting{Key: key, Value: v} }

func forRole(r pat.Role, key string, v any) pat.Setting {
	return pat.Setting{Subject: pat.Subject{Role: r}, Key: key, Value: v}
}

func forUser(id pat.UserID, key string, v any) pat.Setting {
	return pat.Setting{Subject: pat.Subject{User: id}, Key: key, Value: v}
}

// rule sets rules as root.
func (w *world) rule(set ...pat.Setting) pat.Breaks {
	w.t.Helper()
	_, breaks, err := w.ChangePolicy(w.t.Context(), w.root, pat.PolicyChange{Set: set})
	must(w.t, err)
	return breaks
}

// said is what the error tells, with the field.
func said(err error) string {
	e := pat.AsError(err)
	switch {
	case err == nil:
		return "done"
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ": " + e.Fields[0].Message
	}
	return e.Message
}

func TestEachRuleIsRefusedByName(t *testing.T) {
	tests := []struct {
		name string
		set  []pat.Setting
		ask  func(*pat.TokenRequest)
		want string
	}{
		{"a life of the maximum", []pat.Setting{everyone("max_lifetime", int64(90*86400))}, lasting(90 * 24 * time.Hour), "done"},
		{"a second more", []pat.Setting{everyone("max_lifetime", int64(90*86400))}, lasting(90*24*time.Hour + time.Second), "expires: policy allows at most 90 days (maximum lifetime)"},
		{"never, with a maximum", []pat.Setting{everyone("max_lifetime", int64(86400))}, never, "expires: policy allows at most 1 day (maximum lifetime)"},
		{"a maximum of hours", []pat.Setting{everyone("max_lifetime", int64(5400))}, never, "expires: policy allows at most 90 minutes (maximum lifetime)"},
		{"never, where it is not allowed", []pat.Setting{everyone("allow_never", false)}, never, "expires: policy asks for a date on which the token expires (never expires)"},
		{"a date, where never is not allowed", []pat.Setting{everyone("allow_never", false)}, lasting(time.Hour), "done"},
		{"a scope beyond those allowed", []pat.Setting{everyone("scopes_allowed", []string{"read", "deploy"})}, scoped("write"), "scope: policy allows only read, deploy (allowed scopes)"},
		{"a scope that is allowed", []pat.Setting{everyone("scopes_allowed", []string{"read", "deploy"})}, scoped("deploy read"), "done"},
		{"a scope that one allowed covers", []pat.Setting{everyone("scopes_allowed", []string{"write"})}, scoped("deploy read"), "done"},
		{"a scope that is in no catalogue", []pat.Setting{everyone("scopes", []string{"audit"})}, scoped("deploy"), `scope: unknown scope "deploy"; there are: read, write, audit`},
		{"no networks", []pat.Setting{everyone("networks_required", true)}, lasting(time.Hour), "networks: policy asks for the networks from which the token may be used (networks required)"},
		{"one more than may be live", []pat.Setting{everyone("max_unnamed_tokens", int64(0))}, lasting(time.Hour), "owner: policy allows at most 0 live unnamed tokens (live unnamed tokens per user); revoke some first"},
		{"one more named one", []pat.Setting{everyone("max_named_tokens", int64(0))}, named("x"), "owner: policy allows at most 0 live named tokens (live named tokens per user); revoke some first"},
		{"a named one where unnamed are full", []pat.Setting{everyone("max_unnamed_tokens", int64(0))}, named("x"), "done"},
		{"administrators only", []pat.Setting{everyone("who_may_create", "administrators")}, lasting(time.Hour), "policy allows only administrators to create this user's tokens (who may create)"},
		{"nobody", []pat.Setting{everyone("who_may_create", "nobody")}, lasting(time.Hour), "policy allows nobody to create this user's tokens (who may create)"},
		{"the endpoint switched off", []pat.Setting{everyone("apiops_enabled", false)}, originating(pat.OriginAPIOps), "policy has switched this endpoint off (token endpoint)"},
		{"another endpoint", []pat.Setting{everyone("apiops_enabled", false)}, originating(pat.OriginAPI), "done"},
		{"stricter for plain users", []pat.Setting{forRole(pat.RolePlain, "max_lifetime", int64(3600))}, never, "expires: policy allows at most 1 hour (maximum lifetime)"},
		{"stricter for another role", []pat.Setting{forRole(pat.RoleAuditor, "max_lifetime", int64(3600))}, never, "done"},
		{"stricter for this user", []pat.Setting{forUser(2, "max_lifetime", int64(60))}, never, "expires: policy allows at most 1 minute (maximum lifetime)"},
		{"stricter for another user", []pat.Setting{forUser(1, "max_lifetime", int64(60))}, never, "done"},
		{"what is looser for a role counts for nothing", []pat.Setting{everyone("max_lifetime", int64(60)), forRole(pat.RolePlain, "max_lifetime", int64(3600))}, lasting(2 * time.Minute), "expires: policy allows at most 1 minute (maximum lifetime)"},
		{"scopes that both allow", []pat.Setting{everyone("scopes_allowed", []string{"write"}), forRole(pat.RolePlain, "scopes_allowed", []string{"read"})}, scoped("write"), "scope: policy allows only read (allowed scopes)"},
		{"scopes of which none is in both", []pat.Setting{everyone("scopes_allowed", []string{"read"}), forRole(pat.RolePlain, "scopes_allowed", []string{"deploy"})}, scoped("read"), "scope: policy allows no scope (allowed scopes)"},
		{"a default beyond the maximum is cut", []pat.Setting{everyone("max_lifetime", int64(60))}, func(*pat.TokenRequest) {}, "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			w.rule(tt.set...)
			if _, _, err := w.create(bob, tt.ask); said(err) != tt.want {
				t.Errorf("%s\nwant %s", said(err), tt.want)
			}
		})
	}
}

func originating(o pat.Origin) func(*pat.TokenRequest) {
	return func(r *pat.TokenRequest) { r.Origin = o }
}

func TestDefaultLifetimesAreThePolicys(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("default_lifetime_api", int64(86400)), everyone("apiops_lifetime", int64(120)), forUser(bob.User, "default_lifetime_api", int64(7200)))
	for o, life := range map[pat.Origin]time.Duration{pat.OriginAPI: 2 * time.Hour, pat.OriginAPIOps: 2 * time.Minute, pat.OriginCLI: 30 * 24 * time.Hour} {
		if _, tok := w.mint(bob, originating(o)); !tok.ExpiresAt.Equal(tok.CreatedAt.Add(life)) {
			t.Errorf("by %s a token lives %v, want %v", o, tok.ExpiresAt.Sub(tok.CreatedAt), life)
		}
	}
	w.rule(everyone("default_lifetime_api", nil))
	if _, tok := w.mint(w.root); !tok.ExpiresAt.IsZero() {
		t.Errorf("a default of never: %v", tok.ExpiresAt)
	}
}

func TestWhoMaySeeAndChangeThePolicy(t *testing.T) {
	w := newWorld(t)
	bob, eye := w.user("bob"), w.user("eye", auditor)
	tests := []struct {
		name      string
		by        pat.Principal
		see, edit string
	}{
		{"nobody", pat.Principal{}, "unauthenticated", "unauthenticated"},
		{"a user", bob, "forbidden", "forbidden"},
		{"a user's token", w.bearer(bob, "write"), "forbidden", "forbidden"},
		{"an auditor", eye, "done", "forbidden"},
		{"an administrator", w.root, "done", "done"},
		{"an administrator's token", w.bearer(w.root, "write"), "done", "done"},
		{"an administrator's token that reads", w.bearer(w.root, "read"), "done", "forbidden"},
		{"an administrator's token of another scope", w.bearer(w.root, "deploy"), "forbidden", "forbidden"},
		{"the operator", pat.Operator("test"), "done", "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := w.PolicyNow(t.Context(), tt.by); kindOf(err) != tt.see {
				t.Errorf("seeing: %v, want %s", err, tt.see)
			}
			for _, dry := range []bool{true, false} {
				change := pat.PolicyChange{Set: []pat.Setting{everyone("retention", int64(86400))}, DryRun: dry}
				if _, _, err := w.ChangePolicy(t.Context(), tt.by, change); kindOf(err) != tt.edit {
					t.Errorf("changing, dry run %v: %v, want %s", dry, err, tt.edit)
				}
			}
		})
	}
}

func TestAPolicyIsChangedInAFreshSession(t *testing.T) {
	w := newWorld(t)
	w.rule(everyone("reauthentication_window", int64(120)))
	by := w.inSession(w.root)
	change := func(n int64) error {
		_, _, err := w.ChangePolicy(t.Context(), by, pat.PolicyChange{Set: []pat.Setting{everyone("max_named_tokens", n)}})
		return err
	}
	w.clock.Forward(119 * time.Second)
	must(t, change(1))
	w.clock.Forward(time.Second)
	want(t, change(2), "forbidden", "policy")
	w.rule(everyone("reauthentication_window", int64(180)))
	must(t, change(3))
}

func TestADemotedAdministratorChangesNoPolicyAnyMore(t *testing.T) {
	w := newWorld(t)
	other := w.user("other", admin)
	before := func() {
		w.update(func(tx store.Tx) error {
			u := w.stored(other.User)
			u.Admin = false
			return tx.UpdateUser(u)
		})
	}
	w.store.beforeUpdate.Store(&before)
	_, _, err := w.ChangePolicy(t.Context(), other, pat.PolicyChange{Set: []pat.Setting{everyone("allow_never", false)}})
	want(t, err, "forbidden", "")
}

func TestAChangeOfPolicyIsInTheTrail(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	last := w.last()
	w.rule(everyone("max_lifetime", int64(86400)), everyone("scopes", []string{"a", "b"}), forUser(bob.User, "allow_never", false))
	events := w.events(last)
	if len(events) != 1 || events[0].Act != pat.PolicyChanged || events[0].Object != pat.ObjectPolicy || events[0].Actor != w.root.User {
		t.Fatalf("%+v", events)
	}
	const whole = "[{max_lifetime <nil> 86400} {scopes deploy introspect a b} {users.2.allow_never <nil> false}]"
	if got := fmt.Sprint(events[0].Changes); got != whole {
		t.Errorf("%s, want %s", got, whole)
	}
	last = w.last()
	w.rule(everyone("max_lifetime", int64(86400))) // as it is
	_, _, err := w.ChangePolicy(t.Context(), w.root, pat.PolicyChange{Replace: true, DryRun: true})
	must(t, err)
	if events := w.events(last); len(events) != 0 {
		t.Errorf("what changes nothing is in the trail: %+v", events)
	}
	w.store.noTrail.Store(true)
	if _, _, err := w.ChangePolicy(t.Context(), w.root, pat.PolicyChange{Replace: true}); err == nil {
		t.Error("a change that the trail could not take was made")
	}
	w.store.noTrail.Store(false)
	if _, _, err := w.create(bob, never); said(err) == "done" {
		t.Error("the rules are gone, though the trail does not know")
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root, never)
	change := pat.PolicyChange{Set: []pat.Setting{everyone("allow_never", false)}, DryRun: true}
	state, breaks, err := w.ChangePolicy(t.Context(), w.root, change)
	must(t, err)
	if state.Everyone.AllowNever || breaks.Count != 1 || breaks.Tokens[0].Token.ID != tok.ID {
		t.Errorf("it says %v, %+v", state.Everyone.AllowNever, breaks)
	}
	if now, err := w.PolicyNow(t.Context(), w.root); err != nil || !now.Everyone.AllowNever || len(now.Set) != 0 {
		t.Errorf("and then there is %+v, %v", now, err)
	}
	w.mint(w.root, never)
}

func TestAChangeOfAnOldPolicyIsRefused(t *testing.T) {
	w := newWorld(t)
	seen, err := w.PolicyNow(t.Context(), w.root)
	must(t, err)
	change := pat.PolicyChange{Set: []pat.Setting{everyone("max_lifetime", int64(60))}, Of: &seen.Version}
	w.rule(everyone("allow_never", false))
	for _, change.DryRun = range []bool{true, false} {
		_, _, err = w.ChangePolicy(t.Context(), w.root, change)
		want(t, err, "conflict", "")
	}
	now, err := w.PolicyNow(t.Context(), w.root)
	must(t, err)
	if now.Everyone.MaxLifetime != 0 || now.Everyone.AllowNever || now.Version == seen.Version {
		t.Errorf("%+v", now)
	}
	change.Of = &now.Version
	_, _, err = w.ChangePolicy(t.Context(), w.root, change)
	must(t, err)
}

func TestWhatBreaksThePolicyIsFoundAtAnyTime(t *testing.T) {
	w := newWorld(t)
	bob, eye := w.user("bob"), w.user("eye", auditor)
	_, first := w.mint(bob, never)
	w.mint(bob, lasting(time.Hour))
	_, second := w.mint(eye, never)
	_, third := w.mint(bob, never)
	w.rule(everyone("allow_never", false))
	w.rule(everyone("password_min_length", int64(20))) // which is the last that was changed
	breaks, err := w.PolicyBreaks(t.Context(), eye)
	must(t, err)
	if !slices.Equal(breaks.IDs, []pat.TokenID{first.ID, second.ID, third.ID}) || !breaks.Complete || breaks.Count != 3 || len(breaks.Tokens) != 3 ||
		fmt.Sprint(breaks.Owners) != fmt.Sprint([]pat.Breaker{{User: bob.User, Name: "bob", Count: 2}, {User: eye.User, Name: "eye", Count: 1}}) {
		t.Errorf("%+v", breaks)
	}
	_, err = w.PolicyBreaks(t.Context(), bob)
	want(t, err, "forbidden", "")
}

// hasty is a store with little time: it finds no more than so many live tokens.
type hasty struct {
	store.Store
	most int
}

func (s hasty) LiveTokens(ctx context.Context, sel store.LiveSelection, now time.Time, limit int, each func(pat.Token)) error {
	n := 0
	err := s.Store.LiveTokens(ctx, sel, now, min(limit, s.most), func(t pat.Token) { n++; each(t) })
	if err == nil && n == s.most {
		err = pat.Fail(pat.Unavailable, "the time is over")
	}
	return err
}

// Where not all that break a rule are found, pausing what is found leads on to
// the others.
func TestWhatBreaksThePolicyAndIsNotPausedComesFirst(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	var ids []pat.TokenID
	for range 5 {
		_, tok := w.mint(bob, never)
		ids = append(ids, tok.ID)
	}
	w.rule(everyone("allow_never", false))
	pause := func(id pat.TokenID) {
		t.Helper()
		_, err := w.PauseToken(t.Context(), bob, id, "")
		must(t, err)
	}
	look := func(complete bool, want ...pat.TokenID) {
		t.Helper()
		b, err := w.PolicyBreaks(t.Context(), w.root)
		must(t, err)
		if !slices.Equal(b.IDs, want) || b.Complete != complete || b.Count != len(want) || len(b.Rules) != len(want) {
			t.Errorf("%v, complete %t, want %v", b.IDs, b.Complete, want)
		}
	}
	pause(ids[1])
	look(true, ids[0], ids[2], ids[3], ids[4], ids[1])
	whole := w.Store
	w.Store = hasty{whole, 2}
	look(false, ids[0], ids[2])
	pause(ids[0])
	pause(ids[2])
	look(false, ids[3], ids[4])
	pause(ids[3])
	look(false, ids[4], ids[0], ids[1])
	w.Store = whole
	w.rule(everyone("allow_never", true), everyone("max_named_tokens", int64(0)), everyone("max_unnamed_tokens", int64(2)))
	look(true, ids[4], ids[2], ids[3]) // of an owner who has too many, the youngest, paused or not
}

// A rule judges what is made. What lives goes on.
func TestAStricterRuleEndsNothing(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, never, scoped("write deploy"), named("old"))
	w.rule(everyone("max_lifetime", int64(3600)), everyone("scopes_allowed", []string{"read"}), everyone("who_may_create", "nobody"),
		everyone("networks_required", true), everyone("max_named_tokens", int64(0)), everyone("idle_limit", int64(86400)))
	w.clock.Forward(48 * time.Hour)
	if !w.live(text) {
		t.Error("the token is refused")
	}
	_, err := w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Name: new("renamed"), Description: new("as before")})
	must(t, err)
	_, err = w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("deploy"))})
	if said(err) != "scope: policy allows only read (allowed scopes)" {
		t.Errorf("other scopes: %s", said(err))
	}
	_, err = w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("read"))})
	must(t, err)
}

func TestLiveTokensThatBreakARuleAreListed(t *testing.T) {
	w := newWorld(t)
	bob, eye := w.user("bob"), w.user("eye", auditor)
	ids := map[string]pat.TokenID{}
	mint := func(name string, by pat.Principal, edit ...func(*pat.TokenRequest)) string {
		text, tok := w.mint(by, append(edit, named(name))...)
		ids[name] = tok.ID
		return text
	}
	mint("never", bob, never)
	mint("year", bob, lasting(365*24*time.Hour))
	mint("deploy", bob, lasting(time.Hour*100), scoped("deploy"))
	mint("eye's", eye, never)
	mint("brief", bob, lasting(time.Hour))
	mint("revoked", bob, never)
	must(t, w.RevokeToken(t.Context(), bob, ids["revoked"], ""))
	w.clock.Forward(2 * time.Hour)
	tests := []struct {
		name string
		set  []pat.Setting
		want string
	}{
		{"a maximum", []pat.Setting{everyone("max_lifetime", int64(364*86400))}, "eye's never year"},
		{"a maximum that they keep to", []pat.Setting{everyone("max_lifetime", int64(365*86400)), everyone("allow_never", true)}, "eye's never"},
		{"a maximum for a role", []pat.Setting{forRole(pat.RoleAuditor, "max_lifetime", int64(60))}, "eye's"},
		{"a maximum for a user", []pat.Setting{forUser(bob.User, "max_lifetime", int64(200*3600))}, "never year"},
		{"no never", []pat.Setting{everyone("allow_never", false)}, "eye's never"},
		{"allowed scopes", []pat.Setting{everyone("scopes_allowed", []string{"read", "deploy"})}, "eye's never year"},
		{"allowed scopes of a role", []pat.Setting{forRole(pat.RolePlain, "scopes_allowed", []string{"write"})}, ""},
		{"the catalogue", []pat.Setting{everyone("scopes", []string{"other"})}, "deploy"},
		{"networks", []pat.Setting{everyone("networks_required", true)}, "deploy eye's never year"},
		{"too many: the youngest", []pat.Setting{everyone("max_named_tokens", int64(1))}, "deploy year"},
		{"idle", []pat.Setting{everyone("idle_limit", int64(86400))}, ""},
		{"what judges no token", []pat.Setting{everyone("password_min_length", int64(64)), everyone("who_may_create", "nobody")}, ""},
		{"two at once, each once", []pat.Setting{everyone("max_lifetime", int64(60)), everyone("allow_never", false)}, "deploy eye's never year"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, breaks, err := w.ChangePolicy(t.Context(), w.root, pat.PolicyChange{Set: tt.set, DryRun: true})
			must(t, err)
			var got []string
			for _, b := range breaks.Tokens {
				got = append(got, b.Token.Name)
				if b.Message == "" || b.Rule == "" || b.Owner == "" {
					t.Errorf("%+v", b)
				}
			}
			slices.Sort(got)
			if strings.Join(got, " ") != tt.want || !breaks.Complete || breaks.Count != len(got) {
				t.Errorf("%v of %d, want %s", got, breaks.Count, tt.want)
			}
		})
	}
	w.rule(everyone("max_lifetime", int64(3600)))
	if b := w.rule(forRole(pat.RoleService, "max_lifetime", int64(60))); b.Count != 0 {
		t.Errorf("a rule that is new for nobody here: %+v", b)
	}
	if b := w.rule(forRole(pat.RoleAuditor, "max_lifetime", int64(60))); b.Count != 1 || b.Tokens[0].Owner != "eye" {
		t.Errorf("a rule that is new for one: %+v", b)
	}
	w.clock.Forward(24 * time.Hour)
	if b := w.rule(everyone("idle_limit", int64(86400))); b.Count != 4 || b.Tokens[0].Message != "policy pauses tokens unused for 1 day (idle limit)" {
		t.Errorf("a day later: %+v", b)
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name string
		set  []pat.Setting
		want string
	}{
		{"a rule that there is not", []pat.Setting{everyone("max_lifespan", int64(1))}, "max_lifespan: there is no such rule"},
		{"a role that there is not", []pat.Setting{forRole("boss", "allow_never", false)}, "roles: there is no such role; there are: superuser, auditor, service, plain"},
		{"a user who is not there", []pat.Setting{forUser(99, "allow_never", false)}, "users: there is no user with the id 99"},
		{"the catalogue of a role", []pat.Setting{forRole(pat.RolePlain, "scopes", []string{"a"})}, "roles.plain.scopes: this rule is for everyone alike"},
		{"of another type", []pat.Setting{everyone("allow_never", "yes")}, "allow_never: choose true or false"},
		{"below the least", []pat.Setting{everyone("password_min_length", int64(7))}, "password_min_length: choose a whole number from 8 to 64"},
		{"above the most", []pat.Setting{everyone("max_overlap", int64(2592001))}, "max_overlap: choose a whole number of seconds from 0 to 2592000"},
		{"none where there must be one", []pat.Setting{everyone("retention", nil)}, "retention: choose a whole number of seconds from 86400 to 31536000000"},
		{"no scope allowed", []pat.Setting{everyone("scopes_allowed", []string{})}, "scopes_allowed: choose a list of at least one scope, or null for all"},
		{"a scope that is none", []pat.Setting{everyone("scopes", []string{"a b"})}, "scopes: a scope is one word"},
		{"a scope twice", []pat.Setting{everyone("scopes", []string{"a", "a"})}, "scopes: name each scope once: a"},
		{"read in the catalogue", []pat.Setting{everyone("scopes", []string{"read"})}, "scopes: read and write are there always; name the others"},
		{"an allowed scope in no catalogue", []pat.Setting{forRole(pat.RolePlain, "scopes_allowed", []string{"fly"})}, `roles.plain.scopes_allowed: there is no scope "fly"; there are: read, write, deploy, introspect`},
		{"a word that is none of three", []pat.Setting{everyone("who_may_create", "me")}, "who_may_create: choose everyone, administrators or nobody"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := append([]pat.Setting{everyone("allow_never", false)}, tt.set...)
			if tt.set[0].Key == "allow_never" {
				set = tt.set
			}
			if _, _, err := w.ChangePolicy(t.Context(), w.root, pat.PolicyChange{Set: set}); said(err) != tt.want {
				t.Errorf("%s\nwant %s", said(err), tt.want)
			}
			if now, err := w.PolicyNow(t.Context(), w.root); err != nil || len(now.Set) != 0 {
				t.Errorf("%+v is set, %v", now.Set, err)
			}
		})
	}
}

// The command on the same file is another process.
func TestAnotherProcessIsHeard(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	other := &authority.Authority{Store: w.store.Store, Live: w.index, Now: w.clock.Now, Policy: w.Policy}
	deploys, _ := w.mint(bob, scoped("deploy"))
	w.rule(everyone("max_unnamed_tokens", int64(100)))
	verify := func() string {
		_, err := w.Verify(t.Context(), deploys, "deploy", via())
		return kindOf(err)
	}
	if verify() != "done" {
		t.Fatal("the scope is not known")
	}
	change := pat.PolicyChange{Set: []pat.Setting{everyone("max_lifetime", int64(60)), everyone("scopes", []string{"other"})}}
	_, _, err := other.ChangePolicy(t.Context(), pat.Operator("test"), change)
	must(t, err)
	if _, _, err := w.create(bob, never); said(err) != "expires: policy allows at most 1 minute (maximum lifetime)" {
		t.Errorf("the next transaction: %s", said(err))
	}
	w.clock.Forward(authority.DefaultPolicyAge)
	if got := verify(); got != "forbidden" {
		t.Errorf("a scope that is gone, a second later: %s", got)
	}
	words, err := w.ScopeWords(t.Context())
	must(t, err)
	if !slices.Equal(words, []string{"read", "write", "other"}) {
		t.Errorf("%q", words)
	}
}

// slowly is a ledger that takes its time to tell the policy's version.
type slowly struct {
	*ledger
	meanwhile func()
}

func (s *slowly) PolicyVersion(ctx context.Context) (int64, error) {
	version, err := s.ledger.PolicyVersion(ctx)
	if meanwhile := s.meanwhile; meanwhile != nil {
		s.meanwhile = nil
		meanwhile()
	}
	return version, err
}

// Knowledge is as old as the moment at which it was asked for.
func TestThePolicyIsAsOldAsTheQuestion(t *testing.T) {
	w := newWorld(t)
	deploys, _ := w.mint(w.root, scoped("deploy"))
	w.rule(everyone("max_unnamed_tokens", int64(100)))
	tells := func(scopes pat.Scopes) {
		t.Helper()
		if who, err := w.Verify(t.Context(), deploys, "", via()); err != nil || who.Scopes != scopes {
			t.Errorf("verification tells %q, %v; want %q", who.Scopes, err, scopes)
		}
	}
	tells("deploy")
	w.clock.Forward(authority.DefaultPolicyAge)
	other := &authority.Authority{Store: w.store.Store, Live: w.index, Now: w.clock.Now, Policy: w.Policy}
	w.Store = &slowly{w.store, func() {
		_, _, err := other.ChangePolicy(t.Context(), pat.Operator("test"), pat.PolicyChange{Set: []pat.Setting{everyone("scopes", []string{})}})
		must(t, err)
		w.clock.Forward(authority.DefaultPolicyAge)
	}}
	tells("deploy") // it was asked before
	tells("")
}

func TestAScopeThatIsGoneIsRefusedAtOnceHere(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root, scoped("write"))
	verify := func(need string) string {
		_, err := w.Verify(t.Context(), text, need, via())
		return kindOf(err)
	}
	if got := verify("deploy"); got != "done" {
		t.Fatal(got)
	}
	w.rule(everyone("scopes", []string{}))
	if got := verify("deploy"); got != "forbidden" {
		t.Errorf("deploy: %s", got)
	}
	if got := verify("read"); got != "done" {
		t.Errorf("read: %s", got)
	}
}

func TestPasswordsAreAsLongAsThePolicySays(t *testing.T) {
	w := newWorld(t)
	w.rule(everyone("password_min_length", int64(20)), forRole(pat.RoleSuperuser, "password_min_length", int64(30)))
	make := func(name string, admin bool, pw string) string {
		_, err := w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: name, Password: pw, Admin: admin})
		return said(err)
	}
	const twentyNine = "granite-compass-velvet-tokens"
	if got := make("a", false, twentyNine[:19]); got != "password: Password must be at least 20 characters long." {
		t.Error(got)
	}
	if got := make("b", false, twentyNine[:20]); got != "done" {
		t.Error(got)
	}
	if got := make("c", true, twentyNine); got != "password: Password must be at least 30 characters long." {
		t.Error(got)
	}
	bob := w.user("bob") // whose password is shorter by now
	must(t, w.edit(w.root, bob.User, pat.UserEdit{LastName: new("B")}))
	if got := said(w.edit(bob, bob.User, pat.UserEdit{Password: new(twentyNine[:19])})); !strings.Contains(got, "20") {
		t.Error(got)
	}
	must(t, w.edit(bob, bob.User, pat.UserEdit{Password: new(twentyNine)}))
	before := func() { w.rule(everyone("password_min_length", int64(40))) }
	w.store.beforeUpdate.Store(&before)
	if got := said(w.edit(bob, bob.User, pat.UserEdit{Password: new(twentyNine)})); !strings.Contains(got, "40") {
		t.Errorf("a rule that came while it was hashed: %s", got)
	}
}

func TestRulesAreTakenBack(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("allow_never", false), forUser(bob.User, "max_lifetime", int64(60)), forRole(pat.RolePlain, "max_lifetime", int64(120)))
	change := func(c pat.PolicyChange) pat.PolicyState {
		t.Helper()
		state, _, err := w.ChangePolicy(context.Background(), w.root, c)
		must(t, err)
		return state
	}
	if s := change(pat.PolicyChange{Reset: []pat.Setting{{Key: "allow_never"}}}); !s.Everyone.AllowNever || len(s.Set) != 2 {
		t.Errorf("one by its name: %+v", s.Set)
	}
	if s := change(pat.PolicyChange{Set: []pat.Setting{forUser(bob.User, "max_lifetime", nil)}}); len(s.Set) != 1 {
		t.Errorf("one of a user by none: %+v", s.Set)
	}
	must(t, w.DeleteUser(t.Context(), w.root, bob.User))
	if s := change(pat.PolicyChange{Replace: true, Set: []pat.Setting{everyone("retention", int64(86400))}}); len(s.Set) != 1 || s.Everyone.Retention != 86400 {
		t.Errorf("all but what is set: %+v", s.Set)
	}
	if s := change(pat.PolicyChange{Replace: true}); len(s.Set) != 0 || s.Everyone.Retention != 90*86400 {
		t.Errorf("all: %+v", s.Set)
	}
}
