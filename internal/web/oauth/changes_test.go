package oauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/oauth"
)

// follow asks what has changed, as the bearer of a token.
func (h *house) follow(bearer, query string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/oauth2/changes"+query, nil)
	if bearer != "" {
		bearing(bearer)(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// head returns the place to begin at.
func (h *house) head(t *testing.T, bearer string) int64 {
	t.Helper()
	var answer struct{ Cursor int64 }
	if err := json.Unmarshal(h.follow(bearer, "").Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Cursor
}

// end does something to a token or a user.
func end(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestChangesTellWhatChanged(t *testing.T) {
	h := newHouse(t)
	ctx, by, gate := context.Background(), pat.Operator("test"), h.gateway(t)
	bob := h.AddUser(t, "bob")
	_, tok := h.AddToken(t, bob, "read", 3600)
	head := h.head(t, gate)
	want(t, h.follow(gate, ""), 200, fmt.Sprintf(`{"cursor":%d,"changes":[],"behind":false,"waited_ms":0,"age_ms":0}`, head))
	want(t, h.follow(gate, fmt.Sprintf("?after=%d&wait=0", head)), 200, fmt.Sprintf(`{"cursor":%d,"changes":[],"behind":false,"waited_ms":0,"age_ms":0}`, head))

	end(t, h.RevokeToken(ctx, by, tok.ID, ""))
	off := true
	_, err := h.EditUser(ctx, by, bob, pat.UserEdit{Disabled: &off})
	end(t, err)
	want(t, h.follow(gate, fmt.Sprintf("?after=%d&wait=20", head)), 200,
		fmt.Sprintf(`{"cursor":%d,"changes":[{"jti":"%d"},{"sub":"%d"}],"behind":false,"waited_ms":0,"age_ms":0}`, head+2, tok.ID, bob))
	h.clock.Forward(300*time.Millisecond + time.Microsecond)
	want(t, h.follow(gate, fmt.Sprintf("?after=%d", head+2)), 200, fmt.Sprintf(`{"cursor":%d,"changes":[],"behind":false,"waited_ms":0,"age_ms":301}`, head+2))
}

// Whoever missed more than can be told begins anew, and so does whoever knows
// more than there is.
func TestChangesCannotBeTold(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	head := h.head(t, gate)
	for _, after := range []int64{head + 1, head + 1_000_000} {
		want(t, h.follow(gate, fmt.Sprintf("?after=%d&wait=0.01", after)), 200, fmt.Sprintf(`{"cursor":%d,"changes":[],"behind":true,"waited_ms":0,"age_ms":0}`, head))
	}
}

func TestChangesAreFor(t *testing.T) {
	h := newHouse(t)
	root := h.AddUser(t, "root", admin)
	write, _ := h.AddToken(t, root, "write", 0)
	for name, tt := range map[string]struct {
		bearer, query string
		status        int
		code          string
	}{
		"nobody in particular":                 {"", "", 401, "invalid_client"},
		"the bearer of nonsense":               {"nonsense", "", 401, "invalid_token"},
		"an administrator without introspect":  {write, "", 403, "insufficient_scope"},
		"a place that is no number":            {write + "x", "?after=x", 401, "invalid_token"},
		"a credential in the address, refused": {h.gateway(t), "?access_token=x", 400, "invalid_request"},
		"a negative place":                     {h.gatewayAgain(t), "?after=-1", 400, "invalid_request"},
		"a wait that is not a number":          {h.gatewayAgain(t), "?after=1&wait=NaN", 400, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, h.follow(tt.bearer, tt.query), tt.status, tt.code) })
	}
}

// How long one may wait is said, whatever is wrong with the number.
func TestAWaitHasBounds(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	for _, wait := range []string{"", "x", "NaN", "-1", "3600.5", "99999", "Inf"} {
		want(t, h.follow(gate, "?after=1&wait="+wait), 400, `{"error":"invalid_request","error_description":"wait must be a number of seconds from 0 to 3600"}`)
	}
}

// gatewayAgain returns one more token of the gateway's.
func (h *house) gatewayAgain(t testing.TB) string {
	t.Helper()
	u, err := h.UserByName(context.Background(), pat.Operator("test"), "gateway")
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := h.AddToken(t, u.ID, "introspect", 0)
	return secret
}

// waiting starts a request that waits, and returns where its answer will be.
func (h *house) waiting(bearer string, head int64) <-chan *httptest.ResponseRecorder {
	answer := make(chan *httptest.ResponseRecorder, 1)
	go func() { answer <- h.follow(bearer, fmt.Sprintf("?after=%d&wait=20", head)) }()
	return answer
}

// early returns an answer that comes before the wait is over.
func early(t *testing.T, answer <-chan *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	t.Helper()
	select {
	case w := <-answer:
		return w
	case <-time.After(15 * time.Second):
		t.Fatal("it goes on waiting")
		return nil
	}
}

func TestChangesAreToldAtOnce(t *testing.T) {
	h := newHouse(t)
	ctx, by, gate := context.Background(), pat.Operator("test"), h.gateway(t)
	_, tok := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	head := h.head(t, gate)
	first, second := h.waiting(gate, head), h.waiting(gate, head)
	end(t, h.RevokeToken(ctx, by, tok.ID, ""))
	for _, answer := range []<-chan *httptest.ResponseRecorder{first, second} {
		want(t, early(t, answer), 200, fmt.Sprintf(`{"cursor":%d,"changes":[{"jti":"%d"}],"behind":false,"waited_ms":0,"age_ms":0}`, head+1, tok.ID))
	}
}

func TestChangesEndWithTheCredential(t *testing.T) {
	h := newHouse(t)
	owner := h.AddUser(t, "gateway")
	gate, own := h.AddToken(t, owner, "introspect", 0)
	answer := h.waiting(gate, h.head(t, gate))
	end(t, h.RevokeToken(context.Background(), pat.Operator("test"), own.ID, ""))
	refused(t, early(t, answer), 401, "invalid_token")
}

func TestChangesEndWithTheServer(t *testing.T) {
	stopping := make(chan struct{})
	h := newHouse(t, func(f *oauth.Face) { f.Stopping = stopping })
	gate := h.gateway(t)
	head := h.head(t, gate)
	answer := h.waiting(gate, head)
	close(stopping)
	want(t, early(t, answer), 200, fmt.Sprintf(`{"cursor":%d,"changes":[],"behind":false,"waited_ms":0,"age_ms":0}`, head))
}

// Nobody waits in the place of a client that has gone.
func TestChangesEndWithTheClient(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequestWithContext(ctx, "GET", fmt.Sprintf("/oauth2/changes?after=%d&wait=20", h.head(t, gate)), nil)
	bearing(gate)(r)
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("answered %s", w.Body)
	}
}
