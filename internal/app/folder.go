package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"jeton/internal/config"
	"jeton/internal/store/sqlite"
)

// Names within the data folder.
const (
	lockFile  = "lock"
	storeFile = "jeton.db"
	setupFile = "setup-code"
)

// makeFolder makes the data folder, readable by its owner alone whatever the
// umask. A folder that is there already keeps its mode.
func makeFolder(path string) error {
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("data folder %s: it is a file; choose another with --data", path)
		}
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return os.Chmod(path, 0o700)
}

// takeFolder makes the data folder and keeps other servers out of it. The lock
// ends with the process, however that ends.
func takeFolder(path string) (unlock func() error, err error) {
	if err := makeFolder(path); err != nil {
		return nil, err
	}
	file := filepath.Join(path, lockFile)
	if err := touchPrivate(file); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock := flock.New(file)
	switch ok, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("data folder %s: %w", path, err)
	case !ok:
		return nil, fmt.Errorf("data folder %s: another server is using it; stop that one, or choose another folder with --data", path)
	}
	return lock.Unlock, nil
}

func openStore(ctx context.Context, cfg config.Config, now func() time.Time) (*sqlite.Store, error) {
	path := filepath.Join(cfg.Data, storeFile)
	if err := keepPrivate(path); err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, path, sqlite.Options{Now: now})
}

// keepPrivate takes the store's files away from other users, should a restore
// or a copy have left them readable. SQLite gives the log the file's own mode.
func keepPrivate(path string) error {
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
			continue // opening says what is wrong, if anything is
		}
		if err := os.Chmod(file, privateMode); err != nil {
			return fmt.Errorf("%s is open to other users: %w", file, err)
		}
	}
	return nil
}

// privateMode is for files that their owner alone may use. A umask can take
// even the owner's rights, so that it is set once more after a file was made.
const privateMode = 0o600

// touchPrivate makes an empty file unless it is there, and gives it its mode.
func touchPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, privateMode)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(privateMode), f.Close())
}

// writePrivate writes a file anew that only its owner can read.
func writePrivate(path, content string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateMode)
	if err != nil {
		return err
	}
	err = f.Chmod(privateMode)
	if err == nil {
		_, err = f.WriteString(content)
	}
	return errors.Join(err, f.Close())
}
