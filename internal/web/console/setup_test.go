package console_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
	"jeton/internal/throttle"
	"jeton/internal/web"
	"jeton/internal/web/console"
)

// direct reads the store each time, without an index.
type direct struct{ *sqlite.Store }

func (d direct) Lookup(ctx context.Context, digest pat.Digest) (store.Entry, error) {
	return d.Entry(ctx, digest)
}

func (direct) Sync(context.Context) {}

// house is the face on a real authority without users.
type house struct {
	http.Handler
	code string
	log  bytes.Buffer
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "jeton.db"), sqlite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	hasher, err := password.New(password.Options{Slots: 1, Memory: 64, Passes: 1})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{}
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	a := &authority.Authority{
		Store: db, Live: direct{db}, Passwords: hasher, Memory: password.NewMemory(time.Now),
		Throttle: throttle.New(throttle.Options{Now: time.Now}), Uses: &authority.Uses{},
		Now: time.Now, Policy: pat.DefaultPolicy(), Log: log,
	}
	if h.code, _, err = a.NewSetupCode(ctx); err != nil {
		t.Fatal(err)
	}
	var faces web.Faces
	(&console.Face{Authority: a, URL: "http://127.0.0.1:8080"}).Mount(&faces)
	h.Handler = (&web.Floor{Log: log, Now: time.Now}).Wrap(&faces)
	return h
}

func (h *house) post(contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/setup", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Whatever is no plain form of reasonable size makes nobody an administrator,
// though the code in it is right.
func TestSetUpTakesOnePlainForm(t *testing.T) {
	h := newHouse(t)
	good := "code=" + h.code + "&username=ada&password=correct+horse+staple&password2=correct+horse+staple"
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"too large", web.FormType, good + "&x=" + strings.Repeat("x", web.MaxBody), http.StatusRequestEntityTooLarge},
		{"a field twice", web.FormType, "code=x&" + good, http.StatusBadRequest},
		{"another type", "text/plain", good, http.StatusUnsupportedMediaType},
		{"no encoding", web.FormType, good + "&email=%4", http.StatusBadRequest},
		{"as it should be", web.FormType, good, http.StatusOK},
	}
	for _, tt := range tests {
		w := h.post(tt.contentType, tt.body)
		if w.Code != tt.status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s, want %d and a page", tt.name, w.Code, w.Header().Get("Content-Type"), tt.status)
		}
	}
}

// Somebody who guesses at the code leaves a trace that says what was tried,
// without the code.
func TestSetUpLogsWhyItRefuses(t *testing.T) {
	h := newHouse(t)
	h.post(web.FormType, "code=ABCD-EFGH&username=ada&password=correct+horse+staple&password2=correct+horse+staple")
	line := h.log.String()
	if !strings.Contains(line, `error="unauthenticated: the set-up code is wrong`) || strings.Contains(line, "ABCD") || strings.Contains(line, "horse") {
		t.Errorf("a wrong code is logged as %s", line)
	}
}
