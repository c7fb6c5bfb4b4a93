//go:build unix

package app_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// The data folder is its owner's alone, whatever the umask, while the server
// runs and when it has stopped.
func TestDataFolderIsPrivate(t *testing.T) {
	t.Parallel()
	for _, umask := range []string{"0", "022", "0777"} {
		t.Run("umask "+umask, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			command := commandLine{
				args: []string{"serve", "--listen", "127.0.0.1:0"}, dir: dir, // no --data
				wrap: []string{"sh", "-c", "umask " + umask + ` && exec "$0" "$@"`},
			}
			p := command.start(t)
			c := newClient(t, p.url())
			c.must(t, http.StatusOK, "GET", "/readyz", "")
			checkPrivate(t, dir, "jeton.db", "jeton.db-wal", "jeton.db-shm", "lock", "setup-code")
			terminate(t, p)
			checkPrivate(t, dir, "jeton.db", "lock")
		})
	}
}

// checkPrivate fails on any mode but 0700 and 0600, and when one of the files
// is missing.
func checkPrivate(t *testing.T, dir string, files ...string) {
	t.Helper()
	modes := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		modes[d.Name()] = info.Mode()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if mode := modes["jeton-data"]; !mode.IsDir() {
		t.Errorf("there is no jeton-data: %v", modes)
	}
	for _, name := range files {
		if mode := modes[name]; !mode.IsRegular() || mode == 0 {
			t.Errorf("there is no %s: %v", name, modes)
		}
	}
}

// terminate sends SIGTERM and wants the exit code 0.
func terminate(t *testing.T, p *process) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.code(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
}

// A store that was copied back readable to everybody is taken away from them.
func TestARestoredStoreIsMadePrivate(t *testing.T) {
	cfg := settings(t)
	if err := open(t, cfg).stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(cfg.DBFile(), 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, cfg)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(cfg.DBFile() + suffix); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("jeton.db%s: %v, %v", suffix, info, err)
		}
	}
}
