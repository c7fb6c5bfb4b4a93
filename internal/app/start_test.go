package app_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnattendedStart(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	p := serve(t, folder, admin(t)...)
	c := newClient(t, p.url())
	me := c.basic("ada", adminPassword).must(t, http.StatusOK, "GET", "/api/v2/me/", "")
	if !strings.Contains(me.body, `"is_superuser":true`) {
		t.Errorf("the administrator: %s", me)
	}
	if _, err := os.Stat(filepath.Join(folder, "setup-code")); !os.IsNotExist(err) {
		t.Errorf("there is a set-up code: %v", err)
	}
	p.kill()
	// The settings speak of an installation without users only: the file may be
	// gone by the next start, and another name makes nobody.
	c = newClient(t, serve(t, folder, "JETON_ADMIN_USERNAME=eve", "JETON_ADMIN_PASSWORD_FILE=gone").url())
	users := c.basic("ada", adminPassword).must(t, http.StatusOK, "GET", "/api/v2/users/", "")
	if !strings.Contains(users.body, `"count":1,`) {
		t.Errorf("after another start: %s", users)
	}
}

// What cannot start ends with 1 and says why, without any secret, and has not
// said that it is ready.
func TestStartIsRefused(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	tests := []struct {
		name string
		args []string
		env  []string
		says []string
	}{
		{"the password's file is missing", nil, []string{"JETON_ADMIN_USERNAME=ada", "JETON_ADMIN_PASSWORD_FILE=nowhere"}, []string{"admin-password-file", "nowhere"}},
		{"the password is too short", nil, []string{"JETON_ADMIN_USERNAME=ada", "JETON_ADMIN_PASSWORD_FILE=" + private(t, "hunter2\n")}, []string{"admin-password-file", "password"}},
		{"the password is empty", nil, []string{"JETON_ADMIN_USERNAME=ada", "JETON_ADMIN_PASSWORD_FILE=" + private(t, "")}, []string{"admin-password-file", "password"}},
		{"the name is none", nil, []string{"JETON_ADMIN_USERNAME=a da", "JETON_ADMIN_PASSWORD_FILE=" + private(t, adminPassword)}, []string{"admin-username", "username"}},
		{"the address is taken", []string{"--listen", busy.Addr().String()}, nil, []string{"listen", "--listen"}},
		{"the folder is a file", []string{"--data", private(t, "")}, nil, []string{"it is a file", "--data"}},
		{"the certificate is none", []string{"--tls-cert", private(t, "x"), "--tls-key", private(t, "x")}, nil, []string{"tls-cert"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			command := serveIn(filepath.Join(t.TempDir(), "data"), tt.env...)
			command.args = append(command.args, tt.args...)
			code, text := command.run(t)
			if code != 1 {
				t.Errorf("exit code %d", code)
			}
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					t.Errorf("it does not speak of %s: %s", want, text)
				}
			}
			if strings.Contains(text, "hunter2") || strings.Contains(text, "msg=ready") {
				t.Errorf("it says too much: %s", text)
			}
		})
	}
}

func TestSecondServerIsRefused(t *testing.T) {
	t.Parallel()
	folder, env := filepath.Join(t.TempDir(), "data"), admin(t)
	p := serve(t, folder, env...)
	c := newClient(t, p.url())
	code, text := serveIn(folder, env...).run(t)
	if code != 1 || !strings.Contains(text, "another server is using it") || !strings.Contains(text, folder) {
		t.Errorf("exit code %d: %s", code, text)
	}
	c.basic("ada", adminPassword).must(t, http.StatusOK, "GET", "/api/v2/me/", "")
	p.kill() // the lock ends with the process
	serve(t, folder, env...).url()
}
