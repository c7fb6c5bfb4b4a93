package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// fileMode is the mode of the database; SQLite gives its -wal and -shm files
// the same.
const fileMode = 0o600

// create makes the database when there is none. It is made complete under
// another name and then linked into place: so of several processes that start at
// once one wins, a process that dies on the way leaves nothing in the way, and
// an empty file, which SQLite would take for a new database, is never ours.
func create(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer remove(temp.Name())
	// Chmod, because the umask may have taken even the owner's rights.
	if err := errors.Join(temp.Chmod(fileMode), temp.Close()); err != nil {
		return err
	}
	if err := migrate(ctx, temp.Name(), migrations); err != nil {
		return err
	}
	if err := keepLog(temp.Name()); err != nil {
		return err
	}
	if err := place(temp.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// keepLog gives the file a write-ahead log, for good. It is done here because it
// wants the file for itself: processes that did it at once would fail.
func keepLog(path string) error {
	c, err := open(path)
	if err != nil {
		return err
	}
	return errors.Join(c.set("journal_mode = wal"), c.close())
}

// place gives the file its name unless that is taken.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	// A file system without links. Between the two calls another process may
	// win; both would then have to be at their first start.
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return os.Rename(temp, path)
}

// touch makes an empty file when there is none.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return err
	}
	return f.Close()
}

func remove(path string) {
	for _, tail := range []string{"", "-wal", "-shm", "-journal", migrationLock} {
		_ = os.Remove(path + tail) // most are not there
	}
}

// syncFolder makes a new name in the folder durable. Where folders cannot be
// synced, as on Windows, the system sees to it itself.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("sync %s: %w", folder, err)
	}
	_ = d.Sync()
	return d.Close()
}
