package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	zitadel "github.com/zitadel/oidc/v3/pkg/client"
	"github.com/zitadel/oidc/v3/pkg/client/rs"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// resource is somebody else's API: a service account with a token by which it
// introspects, beside a user with two tokens.
type resource struct {
	*site
	name, secret string
	bob          user
	read, write  token
}

// newResource opens a site whose public URL is its address.
func newResource(t *testing.T) *resource {
	t.Helper()
	s := open(t, settings(t))
	ada := s.basic("ada", adminPassword)
	// A name that the two encodings of Basic write differently.
	const name = "orders+api@example.org"
	s.ada.must(t, http.StatusCreated, "POST", "/api/v2/users/", `{"username":"`+name+`","is_service_account":true}`)
	bob := s.ada.newUser(t, "jürgen@example.org")
	return &resource{
		site: s, name: name,
		secret: ada.personal(t, url.PathEscape(name), `{"name":"introspection","scope":"introspect"}`).Token,
		bob:    bob,
		read:   ada.personal(t, bob.ID, `{"scope":"read"}`),
		write:  ada.personal(t, bob.ID, `{"scope":"write"}`),
	}
}

const (
	introspectPath = "/oauth2/introspect"
	revokePath     = "/oauth2/revoke"
	metadataPath   = "/.well-known/oauth-authorization-server"
)

// The resource server of zitadel/oidc introspects by Basic, form-encoded.
func TestIntrospectionByZitadel(t *testing.T) {
	t.Parallel()
	r := newResource(t)
	ctx := t.Context()
	server, err := rs.NewResourceServerClientCredentials(ctx, r.url, r.name, r.secret,
		rs.WithClient(r.http), rs.WithStaticEndpoints(r.url+"/apiops/auth/token", r.url+introspectPath))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(secret string) *oidc.IntrospectionResponse {
		t.Helper()
		got, err := rs.Introspect[*oidc.IntrospectionResponse](ctx, server, secret)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := ask(r.write.Token)
	if !got.Active || got.Username != r.bob.Username || !slices.Equal(got.Scope, []string{"read", "write"}) || got.TokenType != "Bearer" {
		t.Errorf("a live token is %+v", got)
	}
	if life := got.Expiration.AsTime().Sub(got.IssuedAt.AsTime()); life != 365*24*time.Hour {
		t.Errorf("it lives for %v", life)
	}
	if got := ask("nonsense"); got.Active || got.Username != "" {
		t.Errorf("nonsense is %+v", got)
	}
	r.ada.must(t, http.StatusNoContent, "DELETE", "/api/v2/users/"+url.PathEscape(r.bob.Username)+"/", "")
	if got := ask(r.write.Token); got.Active || got.Username != "" {
		t.Errorf("a deleted user's token is %+v", got)
	}
	stranger, err := rs.NewResourceServerClientCredentials(ctx, r.url, r.name, r.read.Token,
		rs.WithClient(r.http), rs.WithStaticEndpoints(r.url+"/apiops/auth/token", r.url+introspectPath))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rs.Introspect[*oidc.IntrospectionResponse](ctx, stranger, r.write.Token); err == nil {
		t.Errorf("a stranger is told %+v", got)
	}
}

// What the metadata says is where things are, whatever the request calls this
// host. zitadel/oidc refuses another issuer than it has asked.
func TestMetadataByZitadel(t *testing.T) {
	t.Parallel()
	r := newResource(t)
	issuer := strings.Replace(r.url, "127.0.0.1", "localhost", 1)
	for _, asked := range []string{r.url, issuer} {
		got, err := zitadel.Discover(t.Context(), r.url, r.http, asked+metadataPath)
		if err != nil {
			t.Fatal(err)
		}
		if got.Issuer != r.url || got.IntrospectionEndpoint != r.url+introspectPath || got.RevocationEndpoint != r.url+revokePath {
			t.Errorf("asked at %s, it says %+v", asked, got)
		}
	}
	a := r.do(t, "POST", introspectPath, "token="+r.read.Token, formType, header("Authorization", "Bearer "+r.secret), func(r *http.Request) { r.Host = "evil.example.org" })
	if strings.Contains(a.body, "evil") || strings.Contains(a.body, `"iss"`) { // there is no public URL
		t.Errorf("it says %s", a)
	}
}

// A password opens nothing here, whosever it is.
func TestIntrospectionTakesNoPassword(t *testing.T) {
	t.Parallel()
	r := newResource(t)
	a := r.basic("ada", adminPassword).do(t, "POST", introspectPath, "token="+r.read.Token, formType)
	if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.body, `{"error":"invalid_client"`) {
		t.Errorf("an administrator's password is answered %s", a)
	}
}
