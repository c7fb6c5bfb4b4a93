package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"jeton/internal/authority"
	"jeton/internal/config"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store"
)

// OpenDirect opens the authority on the data folder itself, for commands. It
// works beneath a running server too, which hears of changes within MaxAge.
// The folder is made when it is not there. close must be called.
func OpenDirect(ctx context.Context, cfg config.Config) (a *authority.Authority, closeStore func() error, err error) {
	if err := makeFolder(cfg.Data); err != nil {
		return nil, nil, err
	}
	db, err := openStore(ctx, cfg, time.Now)
	if err != nil {
		return nil, nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	prefixes, err := storedPrefixes(ctx, cfg, db)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	passwords, err := password.New(password.Options{})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return newAuthority(db, prefixes, direct{db}, passwords, time.Now, log), db.Close, nil
}

// storedPrefixes returns those that the server uses: which is the newest is for
// its settings to say, not for a command's. A store without any gets the
// command's.
func storedPrefixes(ctx context.Context, cfg config.Config, db store.Store) ([]string, error) {
	prefixes, err := db.Prefixes(ctx, "")
	if err == nil && len(prefixes) == 0 {
		prefixes, err = db.Prefixes(ctx, cfg.TokenPrefix)
	}
	return prefixes, err
}

// direct answers from the store each time: a command has no use for an index.
type direct struct{ store.Store }

// Lookup returns what the store has now.
func (d direct) Lookup(ctx context.Context, digest pat.Digest) (store.Entry, error) {
	return d.Entry(ctx, digest)
}

// Sync has nothing to wait for.
func (direct) Sync(context.Context) {}
