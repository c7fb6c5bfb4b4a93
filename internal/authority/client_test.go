package authority_test

import (
	"testing"

	"jeton/internal/pat"
)

// The readings of one credential are one attempt: clients that form-encode name
// and secret are read twice, and their token is used once.
func TestVerifyClientCountsOneAttempt(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.user("a.b"))
	encoded := "jtn%5F" + text[len("jtn_"):]
	tests := []struct {
		name              string
		logins            []pat.Login
		kind              string
		accepted, refused int64
		verdict           string // of strangers' secrets, "" for none
	}{
		{"the name is right decoded", []pat.Login{{Name: "a%2Eb", Password: text}, {Name: "a.b", Password: text}}, "done", 1, 0, ""},
		{"name and secret are right decoded", []pat.Login{{Name: "a%2Eb", Password: encoded}, {Name: "a.b", Password: text}}, "done", 1, 0, ""},
		{"the name is right in no reading", []pat.Login{{Name: "b%2Ea", Password: text}, {Name: "b.a", Password: text}}, "unauthenticated", 0, 1, "unknown"}, // as the owner is shown it
		{"no reading is a secret", []pat.Login{{Name: "a%2Eb", Password: "x%2E"}, {Name: "a.b", Password: "x."}}, "unauthenticated", 0, 0, "malformed"},
		{"only the last is in the form of one", []pat.Login{{Name: "a.b", Password: "x%2E"}, {Name: "a.b", Password: pat.NewSecret(pat.DefaultPrefix).Reveal()}}, "unauthenticated", 0, 0, "unknown"},
		{"no reading at all", nil, "unauthenticated", 0, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := w.Verdicts()
			_, err := w.VerifyClient(t.Context(), tt.logins, via())
			want(t, err, tt.kind, "")
			after := w.Verdicts()
			for _, verdict := range []string{"missing", "malformed", "unknown"} {
				n := after[verdict] - before[verdict]
				if verdict == tt.verdict && n != 1 || verdict != tt.verdict && n != 0 {
					t.Errorf("%d more are %s", n, verdict)
				}
			}
			w.store.uses = nil
			must(t, w.Uses.Flush(t.Context(), w.store))
			var accepted, refused int64
			for _, u := range w.store.uses {
				if u.Token != tok.ID {
					t.Errorf("token %d was used", u.Token)
				}
				accepted, refused = accepted+u.Accepted, refused+u.Refused.Total()
			}
			if accepted != tt.accepted || refused != tt.refused {
				t.Errorf("accepted %d, refused %d; want %d, %d", accepted, refused, tt.accepted, tt.refused)
			}
		})
	}
}
