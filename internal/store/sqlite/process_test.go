package sqlite

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// TestMain runs the test binary as another process on the same file when told to.
func TestMain(m *testing.M) {
	if path := os.Getenv("JETON_TEST_PROCESS"); path != "" {
		if err := process(path, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const perProcess = 50

// process adds a user and tokens, one transaction each.
func process(path, name string) error {
	ctx := context.Background()
	s, err := Open(ctx, path, Options{Now: time.Now})
	if err != nil {
		return err
	}
	var id pat.UserID
	err = s.Update(ctx, func(tx store.Tx) (err error) {
		id, err = tx.InsertUser(pat.User{Name: name}, "")
		return err
	})
	for i := 0; err == nil && i < perProcess; i++ {
		err = createToken(ctx, s, id, int64(id)<<32+int64(i))
	}
	if err != nil {
		return err
	}
	return s.Close()
}

func TestProcessesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db") // not there yet: they also race to make it
	var g errgroup.Group
	for i := range 4 {
		g.Go(func() error {
			cmd := exec.Command(os.Args[0], fmt.Sprintf("process-%d", i))
			cmd.Env = append(os.Environ(), "JETON_TEST_PROCESS="+path)
			out, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("process %d: %w: %s", i, err, out)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, path)
	_, users, err := s.Users(t.Context(), pat.Query{})
	if err != nil || users != 4 {
		t.Errorf("%d users, %v", users, err)
	}
	_, tokens, err := s.Tokens(t.Context(), pat.Query{})
	if err != nil || tokens != 4*perProcess {
		t.Errorf("%d tokens, %v", tokens, err)
	}
	if head, err := s.Head(t.Context()); err != nil || head != 4*(perProcess+1) {
		t.Errorf("the feed's head is %d, %v", head, err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 3 {
		t.Errorf("the folder holds %v, want the database, its log and the log's index", files)
	}
}

// A second store on the file, as the command has beside a running server.
func TestFeedHearsOtherProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	server, command := openTest(t, path), openTest(t, path)
	head, err := server.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	benchUser(t, command)
	changes, behind, err := server.Changes(t.Context(), head, 10)
	if err != nil || behind || len(changes) != 1 || changes[0].Standing == nil {
		t.Errorf("got %v, %v, %v", changes, behind, err)
	}
}

// When Update has returned, a process that dies loses nothing: the files as they
// lie there, without a Close, have it all.
func TestAnsweredIsInTheFiles(t *testing.T) {
	folder := t.TempDir()
	s := openTest(t, filepath.Join(folder, "jeton.db"))
	id := benchUser(t, s)
	lost := t.TempDir()
	for _, name := range []string{"jeton.db", "jeton.db-wal"} { // the third is made from them
		copyFile(t, filepath.Join(folder, name), filepath.Join(lost, name))
	}
	again := openTest(t, filepath.Join(lost, "jeton.db"))
	if _, err := again.User(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, fileMode)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
