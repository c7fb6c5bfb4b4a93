package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// An answer that is held back leaves the server the time to send it.
func TestMaxWaitEndsBeforeTheServersPatience(t *testing.T) {
	for name, server := range map[string]*http.Server{"usual": Server(nil, slog.New(slog.DiscardHandler)), "in reserve": ReserveServer(nil, slog.New(slog.DiscardHandler))} {
		r := httptest.NewRequest("GET", "/", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, server))
		if wait := MaxWait(r); wait < time.Second || wait > server.WriteTimeout-answerTime {
			t.Errorf("%s: %v of %v", name, wait, server.WriteTimeout)
		}
	}
	if wait := MaxWait(httptest.NewRequest("GET", "/", nil)); wait != writeTime-answerTime {
		t.Errorf("without a server %v", wait)
	}
}
