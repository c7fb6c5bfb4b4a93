//go:build unix

package app_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// pythonPath finds Debian's Python, for which authlib is packaged.
func pythonPath(t *testing.T) string {
	t.Helper()
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import authlib, requests").Run() == nil {
		return python
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no authlib; scripts/deps check installs it")
	}
	t.Skip("there is no authlib; scripts/deps check installs it")
	return ""
}

// authlibAnswer is what testdata/authlib_client.py was answered.
type authlibAnswer struct {
	Status int
	Body   struct {
		Active   bool
		Username string
		Scope    string
		Exp      int64
	}
}

// authlib asks about a token, or revokes it. Everything goes by standard input,
// since a command line is for all to read.
func authlib(t *testing.T, python, endpoint, method, name, secret, token string) (got authlibAnswer) {
	t.Helper()
	request, err := json.Marshal([]string{endpoint, method, name, secret, token})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/authlib_client.py")
	cmd.Env = append(os.Environ(), "AUTHLIB_INSECURE_TRANSPORT=1")
	cmd.Stdin = strings.NewReader(string(request))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}

// Authlib introspects and revokes, by Basic as it is and by form.
func TestIntrospectionByAuthlib(t *testing.T) {
	t.Parallel()
	python := pythonPath(t)
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newResource(t)
			introspect := func(secret, token string) authlibAnswer {
				return authlib(t, python, r.url+introspectPath, method, r.name, secret, token)
			}
			if got := introspect(r.secret, r.write.Token); got.Status != 200 || !got.Body.Active ||
				got.Body.Username != r.bob.Username || got.Body.Scope != "read write" || got.Body.Exp == 0 {
				t.Errorf("a live token is %+v", got)
			}
			if got := introspect(r.read.Token, r.write.Token); got.Status != 401 || got.Body.Active {
				t.Errorf("another's secret is answered %+v", got)
			}
			if got := authlib(t, python, r.url+revokePath, method, r.bob.Username, adminPassword, r.write.Token); got.Status != 200 {
				t.Errorf("revoked by the owner's password: %+v", got)
			}
			if got := introspect(r.secret, r.write.Token); got.Status != 200 || got.Body.Active || got.Body.Username != "" {
				t.Errorf("a revoked token is %+v", got)
			}
			if got := introspect(r.secret, r.read.Token); !got.Body.Active {
				t.Errorf("the other token is %+v", got)
			}
		})
	}
}
