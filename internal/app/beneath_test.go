package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What a command does beneath a running server is known there within MaxAge of
// the command's exit.
func TestServerHearsOfAnotherProcess(t *testing.T) {
	t.Parallel()
	cfg := settings(t)
	s := open(t, cfg)
	bob := s.ada.newUser(t, "bob")
	mine, bobs, last := s.ada.personal(t, "ada", "{}"), s.ada.personal(t, bob.ID, "{}"), s.ada.personal(t, "ada", "{}")
	tests := []struct {
		name, secret string
		args         []string
	}{
		{"a token revoked", mine.Token, []string{"token", "revoke", fmt.Sprint(mine.ID)}},
		{"a user disabled", bobs.Token, []string{"user", "disable", "bob"}},
		{"another token revoked", last.Token, []string{"token", "revoke", fmt.Sprint(last.ID)}},
	}
	for _, tt := range tests {
		if got := s.verify(t, tt.secret); got != http.StatusOK {
			t.Fatalf("%s: before that it is answered %d", tt.name, got)
		}
		command := commandLine{args: append(tt.args, "--data", cfg.Data), dir: t.TempDir()}
		if code, text := command.run(t); code != 0 {
			t.Fatalf("%s: exit code %d: %s", tt.name, code, text)
		}
		within(t, cfg.MaxAge, tt.name, func() bool { return s.verify(t, tt.secret) == http.StatusUnauthorized })
	}
	command := commandLine{args: []string{"token", "create", "--user", "ada", "--name", "new", "--data", cfg.Data}, dir: t.TempDir()}
	code, text := command.run(t)
	secret := strings.TrimSpace(text)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, text)
	}
	within(t, cfg.MaxAge, "a token made", func() bool { return s.verify(t, secret) == http.StatusOK })
}

// within asks again and again and fails when an asking that began later than
// age from now still gets a no.
func within(t *testing.T, age time.Duration, what string, ask func() bool) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		began := time.Now()
		if ask() {
			return
		}
		if late := began.Sub(start); late > age {
			t.Errorf("%s: not heard of after %v", what, late)
			return
		}
	}
}
