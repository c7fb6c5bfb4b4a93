package console_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store/sqlite"
	"jeton/internal/web"
	"jeton/internal/web/awx"
	"jeton/internal/web/console"
	"jeton/internal/web/tokenapi"
	"jeton/internal/words/wordstest"
)

// house is the face, and the one that its tokens are tried at, on a real
// authority with a clock of its own. It listens, for browsers.
type house struct {
	*authority.Authority
	*httptest.Server
	db    *sqlite.Store
	code  string
	clock atomic.Int64 // microseconds
	log   authoritytest.Journal
	pages atomic.Pointer[http.Handler]

	// A token of furnish's that strangers find.
	found      pat.Token
	foundValue pat.Secret

	// What goes wrong, of what the pages ask for.
	slow   time.Duration // a session takes so long to be renewed
	noBulk bool          // the store is away when many tokens are selected
	noRun  bool          //   or something is done to them
	asked  atomic.Int64  // how often for tokens, or their use
	cut    bool          // a search for what breaks the policy is ended early
	// slowBulk is how long a step through a selection takes.
	slowBulk time.Duration
}

// shaky is the house as its pages have it.
type shaky struct{ *house }

func (s shaky) PreviewBulk(ctx context.Context, by pat.Principal, req pat.BulkRequest, shown int) (pat.Bulk, []pat.Token, error) {
	if s.noBulk {
		return pat.Bulk{}, nil, pat.Fail(pat.Unavailable, "away")
	}
	return s.Authority.PreviewBulk(ctx, by, req, shown)
}

func (s shaky) RunBulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error) {
	if s.noRun {
		return pat.Bulk{}, pat.Fail(pat.Unavailable, "away")
	}
	s.sleep(s.slowBulk)
	return s.Authority.RunBulk(ctx, by, id)
}

func (s shaky) Tokens(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Token, int, error) {
	s.asked.Add(1)
	return s.Authority.Tokens(ctx, by, q)
}

func (s shaky) LiveUse(ctx context.Context, by pat.Principal, owners []pat.UserID) ([]pat.LiveUse, error) {
	s.asked.Add(1)
	return s.Authority.LiveUse(ctx, by, owners)
}

func (s shaky) PolicyBreaks(ctx context.Context, by pat.Principal) (pat.Breaks, error) {
	b, err := s.Authority.PolicyBreaks(ctx, by)
	b.Complete = b.Complete && !s.cut
	return b, err
}

func (s shaky) ChangePolicy(ctx context.Context, by pat.Principal, change pat.PolicyChange) (pat.PolicyState, pat.Breaks, error) {
	state, b, err := s.Authority.ChangePolicy(ctx, by, change)
	b.Complete = b.Complete && !s.cut
	return state, b, err
}

// slowly is the register of sessions as the pages have it.
type slowly struct {
	*session.Register
	h *house
}

func (s slowly) Renew(ctx context.Context, old pat.Secret, who pat.Principal) (pat.Secret, pat.Session, error) {
	secret, kept, err := s.Register.Renew(ctx, old, who)
	s.h.sleep(s.h.slow)
	return secret, kept, err
}

func (h *house) now() time.Time        { return time.UnixMicro(h.clock.Load()).UTC() }
func (h *house) sleep(d time.Duration) { h.clock.Add(d.Microseconds()) }

// noon is when every house opens: a Wednesday.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const pass = "correct horse staple"

// newHouse opens a house without users.
func newHouse(t testing.TB) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{}
	h.clock.Store(noon.UnixMicro())
	house := authoritytest.Open(t, h.now)
	h.Authority, h.db = house.Authority, house.DB
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	h.Log, h.Uses.Now, h.Prefixes = log, h.now, pat.Prefixes{"jtn"}
	var err error
	h.code, _, err = h.NewSetupCode(ctx)
	must(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*h.pages.Load()).ServeHTTP(w, r) }))
	h.Server = server
	h.restart(t)
	server.Start()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return h
}

// restart has the pages forget all that is not in the store.
func (h *house) restart(t testing.TB) {
	t.Helper()
	book, err := wordstest.Book()
	must(t, err)
	site, err := web.NewSite("")
	must(t, err)
	var faces web.Faces
	sessions := &session.Register{Store: h.db, Now: h.now, Log: h.Log}
	(&awx.Face{Authority: h.Authority, Sessions: sessions, Site: site, Now: h.now}).Mount(&faces)
	(&console.Face{
		Authority: shaky{h}, Sessions: slowly{sessions, h}, Site: site,
		Words: book, Now: h.now, URL: "http://" + h.Listener.Addr().String(),
	}).Mount(&faces)
	(&tokenapi.Face{Authority: h.Authority}).Mount(&faces)
	h.pages.Store(new((&web.Floor{Log: h.Log, Now: h.now}).Wrap(&faces)))
}

// users are all that there are.
func (h *house) users(t testing.TB) []pat.User {
	t.Helper()
	list, _, err := h.Users(context.Background(), pat.Operator("test"), pat.Query{Limit: 1000})
	must(t, err)
	return list
}

// withAda is a house with an administrator, ada, and a plain user, bea.
func withAda(t testing.TB) *house {
	t.Helper()
	h := newHouse(t)
	_, err := h.FirstAdmin(context.Background(), operator, pat.UserRequest{Name: "ada", FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.org", Password: pass})
	must(t, err)
	h.adds(t, pat.UserRequest{Name: "bea", Password: pass})
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is a browser without a screen: it keeps cookies, and sends the forms
// of the page that it was last shown.
type visitor struct {
	t    testing.TB
	h    *house
	http *http.Client
	edit func(*http.Request)
	*view
}

// view is what the visitor was last shown.
type view struct {
	status int
	header http.Header
	body   string
}

func (h *house) visitor(t testing.TB) *visitor {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{t: t, h: h, edit: func(*http.Request) {}, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn is a visitor who has signed in.
func (h *house) signedIn(t testing.TB, name string) *visitor {
	t.Helper()
	return h.signedInWith(t, name, "Go-http-client/1.1")
}

// signedInWith is signedIn with a browser of that name.
func (h *house) signedInWith(t testing.TB, name, agent string) *visitor {
	t.Helper()
	v := h.visitor(t)
	v.edit = func(r *http.Request) { r.Header.Set("User-Agent", agent) }
	v.get("/signin")
	v.post("/signin", "username", name, "password", pass)
	v.want(http.StatusSeeOther)
	return v
}

func (v *visitor) do(r *http.Request) *view {
	v.t.Helper()
	v.edit(r)
	answer, err := v.http.Do(r)
	must(v.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(v.t, err)
	v.view = &view{answer.StatusCode, answer.Header, string(body)}
	return v.view
}

func (v *visitor) get(path string) *view {
	v.t.Helper()
	r, err := http.NewRequest("GET", v.h.URL+path, nil)
	must(v.t, err)
	return v.do(r)
}

// post sends a form with the CSRF token of the page that was last shown.
func (v *visitor) post(path string, fields ...string) *view {
	v.t.Helper()
	form := url.Values{}
	if v.view != nil {
		if token := v.hidden(web.CSRFField); token != "" {
			form.Set(web.CSRFField, token)
		}
	}
	return v.send(path, with(form, fields...))
}

func (v *visitor) send(path string, form url.Values) *view {
	v.t.Helper()
	r, err := http.NewRequest("POST", v.h.URL+path, strings.NewReader(form.Encode()))
	must(v.t, err)
	r.Header.Set("Content-Type", web.FormType)
	return v.do(r)
}

// follow goes where the last answer leads.
func (v *visitor) follow() *view {
	v.t.Helper()
	to := v.header.Get("Location")
	if to == "" {
		v.t.Fatalf("%d leads nowhere: %s", v.status, v.body)
	}
	return v.get(to)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden is the value of a hidden field of the page.
func (v *visitor) hidden(name string) string {
	for _, m := range hiddenField.FindAllStringSubmatch(v.body, -1) {
		if m[1] == name {
			return html.UnescapeString(m[2])
		}
	}
	return ""
}

// carried are the hidden fields of the page.
func (v *visitor) carried() url.Values {
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(v.body, -1) {
		form.Set(m[1], v.hidden(m[1]))
	}
	return form
}

// with sets some fields of a form: names and values by turns.
func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func (v *visitor) want(status int, says ...string) {
	v.t.Helper()
	if v.status != status {
		v.t.Fatalf("status %d to %q, want %d: %s", v.status, v.header.Get("Location"), status, v.body)
	}
	for _, text := range says {
		if !strings.Contains(v.body, text) {
			v.t.Errorf("the page does not say %q: %s", text, v.body)
		}
	}
}

func (v *visitor) wantNot(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		if text != "" && strings.Contains(v.body, text) {
			v.t.Errorf("the page says %q", text)
		}
	}
}

// create fills in the form and sends it; the fields are those besides a name.
func (v *visitor) create(name string, fields ...string) *view {
	v.t.Helper()
	v.get("/profile/tokens/new")
	return v.post("/profile/tokens/new", append([]string{
		"number", v.hidden("number"), "name", name, "expiration", "30", "access", "write",
	}, fields...)...)
}

var secretField = regexp.MustCompile(`id="secret"[^>]* value="([^"]+)"`)

// secret is the value on the page that shows one.
func (v *visitor) secret() string {
	v.t.Helper()
	m := secretField.FindStringSubmatch(v.body)
	if m == nil {
		v.t.Fatalf("%d: no value on the page: %s", v.status, v.body)
	}
	return m[1]
}

// call tries a token.
func (h *house) call(t testing.TB, secret string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("GET", h.URL+"/apiops/test/hello/Ada", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+secret)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(body)
}

// flush has the house note what was used.
func (h *house) flush(t testing.TB) {
	t.Helper()
	must(t, h.Uses.Flush(context.Background(), h.db))
}
