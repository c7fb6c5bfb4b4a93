package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"jeton/internal/client"
)

// A rotation may be done though a gateway between says otherwise: the answer is
// asked for again, and what the server itself refuses is not.
func TestARotationIsAskedForAgainWhereItsAnswerIsLost(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		calls  int
	}{
		{"a gateway's failure", http.StatusBadGateway, 2},
		{"a gateway's timeout", http.StatusGatewayTimeout, 2},
		{"a refusal", http.StatusConflict, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var keys []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if keys = append(keys, r.Header.Get("Idempotency-Key")); len(keys) == 1 {
					w.WriteHeader(tt.status)
					return
				}
				w.WriteHeader(http.StatusCreated)
				_ = json.NewEncoder(w).Encode(map[string]any{"id": 8, "token": "jtn_x"})
			}))
			defer server.Close()
			r := &remote{client: &client.Client{URL: server.URL, Token: "jtn_y"}, now: time.Now}
			made, err := r.RotateToken(t.Context(), 7, rotation{})
			if len(keys) != tt.calls {
				t.Fatalf("asked %d times, want %d: %v", len(keys), tt.calls, err)
			}
			if (err == nil) != (tt.calls == 2) {
				t.Errorf("it ends with %v", err)
			}
			if tt.calls == 2 && (made.ID != 8 || keys[0] == "" || keys[0] != keys[1]) {
				t.Errorf("made %d, asked with the keys %q", made.ID, keys)
			}
		})
	}
}
