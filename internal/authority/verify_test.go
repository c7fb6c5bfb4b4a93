package authority_test

import (
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// planted puts a token into the store past the rules and returns its text.
func (w *world) planted(owner pat.UserID, edit func(*pat.Token)) string {
	w.t.Helper()
	secret := pat.NewSecret(pat.DefaultPrefix)
	now := w.clock.Now()
	tok := pat.Token{Owner: owner, Digest: secret.Digest(), Prefix: pat.DefaultPrefix, Scopes: "write", Origin: pat.OriginAPI, CreatedAt: now, ModifiedAt: now}
	edit(&tok)
	w.update(func(tx store.Tx) error {
		_, err := tx.InsertToken(tok)
		return err
	})
	return secret.Reveal()
}

func TestVerifyGivesItsReason(t *testing.T) {
	now := func(w *world) time.Time { return w.clock.Now() }
	tests := []struct {
		name string
		edit func(w *world, tok *pat.Token)
		need string
		why  pat.Reason // "": accepted
	}{
		{"live", func(*world, *pat.Token) {}, "", ""},
		{"live, scope held", func(*world, *pat.Token) {}, "write", ""},
		{"live, scope implied", func(*world, *pat.Token) {}, "read", ""},
		{"live, scope covered", func(*world, *pat.Token) {}, "deploy", ""},
		{"live, reserved scope not covered", func(*world, *pat.Token) {}, "introspect", pat.ReasonScope},
		{"live, reserved scope held", func(_ *world, tok *pat.Token) { tok.Scopes = "introspect" }, "introspect", ""},
		{"no such scope at all", func(*world, *pat.Token) {}, "fly", pat.ReasonScope},
		{"no such scope, though granted", func(_ *world, tok *pat.Token) { tok.Scopes = "fly" }, "fly", pat.ReasonScope},
		{"read asked for write", func(_ *world, tok *pat.Token) { tok.Scopes = "read" }, "write", pat.ReasonScope},
		{"deploy asked for read", func(_ *world, tok *pat.Token) { tok.Scopes = "deploy" }, "read", pat.ReasonScope},
		{"no scopes, none asked for", func(_ *world, tok *pat.Token) { tok.Scopes = "" }, "", ""},
		{"expires in a microsecond", func(w *world, tok *pat.Token) { tok.ExpiresAt = now(w).Add(time.Microsecond) }, "", ""},
		{"expires now", func(w *world, tok *pat.Token) { tok.ExpiresAt = now(w) }, "", pat.ReasonExpired},
		{"retires in a second", func(w *world, tok *pat.Token) { tok.RetiredAt = now(w).Add(time.Second) }, "", ""}, // memory keeps whole ones
		{"retires now", func(w *world, tok *pat.Token) { tok.RetiredAt = now(w) }, "", pat.ReasonRetired},
		{"paused", func(w *world, tok *pat.Token) { tok.PausedAt = now(w) }, "", pat.ReasonPaused},
		{"revoked", func(w *world, tok *pat.Token) { tok.RevokedAt = now(w) }, "", pat.ReasonUnknown},
		{"revoked before it expired", func(w *world, tok *pat.Token) { tok.RevokedAt, tok.ExpiresAt = now(w), now(w) }, "", pat.ReasonUnknown},
		{"paused and expired", func(w *world, tok *pat.Token) { tok.PausedAt, tok.ExpiresAt = now(w), now(w) }, "", pat.ReasonExpired},
		{"expired, scope not held", func(w *world, tok *pat.Token) { tok.ExpiresAt = now(w) }, "introspect", pat.ReasonExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob", auditor)
			text := w.planted(bob.User, func(tok *pat.Token) { tt.edit(w, tok) })
			for range 2 { // read through, then from memory
				who, err := w.Verify(t.Context(), text, tt.need, via())
				if tt.why == "" {
					if must(t, err); who.User != bob.User || who.Name != "bob" || who.Admin || !who.Auditor || who.Credential != pat.ByToken || who.Token == 0 || who.Via != via() {
						t.Errorf("is %+v", who)
					}
					continue
				}
				kind := pat.Unauthenticated
				if tt.why == pat.ReasonScope {
					kind = pat.Forbidden
				}
				wantReason(t, err, kind, tt.why)
				if who.Known() {
					t.Errorf("refused, and yet %+v", who)
				}
			}
		})
	}
}

func TestVerifyRefusesNearMisses(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root)
	last := text[len(text)-1]
	tests := []struct {
		name, text string
		why        pat.Reason
	}{
		{"nothing", "", pat.ReasonMissing},
		{"one character less", text[:len(text)-1], pat.ReasonMalformed},
		{"one character more", text + "0", pat.ReasonMalformed},
		{"cut to its half", text[:25], pat.ReasonMalformed},
		{"twice", text + text, pat.ReasonMalformed},
		{"blank before", " " + text, pat.ReasonMalformed},
		{"line end after", text + "\n", pat.ReasonMalformed},
		{"NUL after", text + "\x00", pat.ReasonMalformed},
		{"the prefix in upper case", "JTN" + text[3:], pat.ReasonMalformed},
		{"another prefix", "ghp" + text[3:], pat.ReasonMalformed},
		{"without prefix", text[4:], pat.ReasonMalformed},
		{"upper case", strings.ToUpper(text), pat.ReasonMalformed},
		{"another checksum", text[:len(text)-1] + string('0'+(last-'0'+1)%10), pat.ReasonMalformed},
		{"neighbours changed places", text[:10] + text[11:12] + text[10:11] + text[12:], pat.ReasonMalformed},
		{"not ASCII", text[:10] + "é" + text[12:], pat.ReasonMalformed},
		{"well-formed, of nobody", pat.NewSecret(pat.DefaultPrefix).Reveal(), pat.ReasonUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.text == text {
				t.Skip("the two characters are alike")
			}
			_, err := w.Verify(t.Context(), tt.text, "", via())
			wantReason(t, err, pat.Unauthenticated, tt.why)
		})
	}
	if !w.live(text) {
		t.Error("the right one is refused")
	}
}

func TestVerifyTellsRolesAndBoundsAsTheyAreNow(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob", admin)
	text, tok := w.mint(bob, scoped("write read"), lasting(time.Hour))
	if who := w.verified(text); !who.Admin || who.Scopes != "write read" || who.Token != tok.ID || !who.ExpiresAt.Equal(tok.ExpiresAt) {
		t.Errorf("is %+v", who)
	}
	must(t, w.edit(w.root, bob.User, pat.UserEdit{Admin: new(false), Name: new("rob")}))
	_, err := w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Scopes: new(pat.Scopes("read"))})
	must(t, err)
	if who := w.verified(text); who.Admin || who.Name != "rob" || who.Scopes != "read" {
		t.Errorf("is still %+v", who)
	}
}

func TestVerifyDoesNotKnowWithoutTheStore(t *testing.T) {
	w := newWorld(t)
	known, _ := w.mint(w.root)
	w.verified(known)
	unknown := pat.NewSecret(pat.DefaultPrefix).Reveal()
	w.store.noRecords.Store(true)
	want(t, second(w.Verify(t.Context(), unknown, "", via())), "unavailable", "")
	w.clock.Forward(time.Hour) // memory is too old to be trusted now
	want(t, second(w.Verify(t.Context(), known, "", via())), "unavailable", "")
}
