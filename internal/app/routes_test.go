package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jeton/internal/app"
)

func TestVerifyRoutes(t *testing.T) {
	t.Parallel()
	cfg := settings(t)
	cfg.VerifyRoutes = filepath.Join(t.TempDir(), "routes")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(cfg.VerifyRoutes, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := app.Open(t.Context(), cfg, time.Now); err == nil || !strings.Contains(err.Error(), "verify-routes") {
		t.Errorf("without the file it starts: %v", err)
	}
	write("x\n* b * read\n")
	if _, err := app.Open(t.Context(), cfg, time.Now); err == nil || !strings.Contains(err.Error(), "line 1") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("with two mistakes it starts, or tells one: %v", err)
	}
	write("* /admin * write\n* / * auto\n")
	s := open(t, cfg)
	reader := s.bearer(s.ada.personal(t, "ada", `{"scope":"read"}`).Token)
	for path, status := range map[string]int{"/verify/": 200, "/verify/a": 200, "/verify/admin/x": 403, "/verify": 400} {
		if a := reader.do(t, "GET", path, ""); a.status != status {
			t.Errorf("%s: %s, want %d", path, a, status)
		}
	}
	if a := reader.do(t, "POST", "/verify/a", ""); a.status != http.StatusForbidden {
		t.Errorf("to write: %s", a)
	}
}
