package client

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

func TestWhatIsSentToRotate(t *testing.T) {
	at := time.Date(2027, 1, 31, 12, 0, 0, 0, time.FixedZone("", 3600))
	for _, tt := range []struct {
		name string
		r    Rotation
		want string
	}{
		{"an expiry left to the server", Rotation{Overlap: 60}, `{"overlap":60}`},
		{"an overlap left to the server", Rotation{Usual: true}, `{}`},
		{"never", Rotation{Never: true}, `{"expires":null,"overlap":0}`},
		{"a time", Rotation{Expires: at, Key: "k"}, `{"expires":"2027-01-31T11:00:00Z","overlap":0}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.URL.Path != "/api/v2/tokens/7/rotate/" || string(body) != tt.want || r.Header.Get("Idempotency-Key") != tt.r.Key {
					t.Errorf("%s %s %v", r.URL, body, r.Header)
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"id": 8, "replaces": 7, "token": "jtn_x"})
			})
			next, err := c.RotateToken(t.Context(), 7, tt.r)
			if err != nil || next.ID != 8 || *next.Replaces != 7 || next.Secret != "jtn_x" {
				t.Errorf("%+v, %v", next, err)
			}
		})
	}
}
