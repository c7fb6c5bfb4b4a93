//go:build unix

package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ansible finds Debian's ansible, which brings the collection awx.awx. Since a
// playbook takes its time, only `make check` runs one, and insists on it.
func ansible(t *testing.T) string {
	t.Helper()
	if os.Getenv("JETON_CHECK") == "" {
		t.Skip("the collection awx.awx is tried by make check, or with JETON_CHECK=1")
	}
	playbook, err := exec.LookPath("ansible-playbook")
	if err != nil {
		t.Fatalf("%v; scripts/deps check installs it", err)
	}
	return playbook
}

// The collection does its work against a server of its own, over plain http.
func TestCollectionOfAnsible(t *testing.T) {
	t.Parallel()
	playbook := ansible(t)
	home := t.TempDir()
	server := serve(t, filepath.Join(home, "data"), admin(t)...)
	url := server.url()
	cmd := exec.Command(playbook, "-i", "localhost,", "testdata/ansible/awx.yml")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "ANSIBLE_NOCOLOR=1", "ANSIBLE_PIPELINING=1",
		"CONTROLLER_HOST=" + url, "CONTROLLER_USERNAME=ada", "CONTROLLER_PASSWORD=" + adminPassword, "CONTROLLER_VERIFY_SSL=false",
		"PERSON_PASSWORD=quiet tangerine orbit",
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !regexp.MustCompile(`ok=\d+ .*failed=0 `).Match(out) {
		t.Fatalf("%v:\n%s", err, out)
	}
	if strings.Contains(string(out), "did not return a version") {
		t.Errorf("the collection does not know AWX:\n%s", out)
	}
	// Each module takes its token back; a look-up by password never does.
	c := newClient(t, url).basic("ada", adminPassword)
	var left []string
	for _, r := range c.must(t, 200, "GET", "/api/v2/tokens/", "").fields(t).results() {
		left = append(left, r.text("description"))
	}
	equal(t, "the tokens left behind", left, []string{"Automation Platform Controller Module Token"})
}
