//go:build unix

package sqlite

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFilesAreTheOwnersAlone(t *testing.T) {
	for name, umask := range map[string]int{"no umask": 0, "the usual umask": 0o022, "a umask that takes everything": 0o777} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			before := syscall.Umask(umask)
			s := openTest(t, filepath.Join(folder, "jeton.db"))
			benchUser(t, s)
			syscall.Umask(before)

			files, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range files {
				names = append(names, f.Name())
				info, err := f.Info()
				if err != nil {
					t.Fatal(err)
				}
				if mode := info.Mode(); mode != fileMode {
					t.Errorf("%s has the mode %v", f.Name(), mode)
				}
			}
			if len(names) != 3 {
				t.Errorf("the folder holds %v, want the database, its log and the log's index", names)
			}
		})
	}
}
