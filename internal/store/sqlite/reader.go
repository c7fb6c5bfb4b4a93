package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// reader answers questions on one connection. In a transaction that is the
// writer's, and it sees what has been written.
//
// A context interrupts only what may take long, and nothing in a transaction.
type reader struct {
	*conn
	inTx bool
}

// snapshot runs questions that must agree with each other.
func (r reader) snapshot(doing string, questions func() error) error {
	if r.inTx {
		return failed(doing, questions())
	}
	if _, _, err := r.exec("begin"); err != nil {
		return failed(doing, err)
	}
	defer func() { _, _, _ = r.exec("rollback") }() // nothing was written
	return failed(doing, questions())
}

// patience is the context of a question that may take long.
func (r reader) patience(ctx context.Context) context.Context {
	if r.inTx {
		return context.Background()
	}
	return ctx
}

// The questions of store.Reader outside of a transaction.

// User implements store.Reader.
func (s *Store) User(ctx context.Context, id pat.UserID) (pat.User, error) {
	return ask(ctx, s, func(r reader) (pat.User, error) { return r.User(ctx, id) })
}

// UserByName implements store.Reader.
func (s *Store) UserByName(ctx context.Context, name string) (pat.User, error) {
	return ask(ctx, s, func(r reader) (pat.User, error) { return r.UserByName(ctx, name) })
}

// Password implements store.Reader.
func (s *Store) Password(ctx context.Context, id pat.UserID) (string, error) {
	return ask(ctx, s, func(r reader) (string, error) { return r.Password(ctx, id) })
}

// Standing implements store.Reader.
func (s *Store) Standing(ctx context.Context, id pat.UserID) (pat.Standing, error) {
	return askFirst(ctx, s, func(r reader) (pat.Standing, error) { return r.Standing(ctx, id) })
}

// HasUsers implements store.Reader.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	return ask(ctx, s, func(r reader) (bool, error) { return r.HasUsers(ctx) })
}

// CountAdmins implements store.Reader.
func (s *Store) CountAdmins(ctx context.Context) (int, error) {
	return ask(ctx, s, func(r reader) (int, error) { return r.CountAdmins(ctx) })
}

// Users implements store.Reader.
func (s *Store) Users(ctx context.Context, q pat.Query) (users []pat.User, total int, err error) {
	users, err = ask(ctx, s, func(r reader) (page []pat.User, err error) {
		page, total, err = r.Users(ctx, q)
		return page, err
	})
	return users, total, err
}

// Token implements store.Reader.
func (s *Store) Token(ctx context.Context, id pat.TokenID) (pat.Token, error) {
	return ask(ctx, s, func(r reader) (pat.Token, error) { return r.Token(ctx, id) })
}

// Tokens implements store.Reader.
func (s *Store) Tokens(ctx context.Context, q pat.Query) (tokens []pat.Token, total int, err error) {
	tokens, err = ask(ctx, s, func(r reader) (page []pat.Token, err error) {
		page, total, err = r.Tokens(ctx, q)
		return page, err
	})
	return tokens, total, err
}

// CountLive implements store.Reader.
func (s *Store) CountLive(ctx context.Context, owner pat.UserID, now time.Time) (named, unnamed int, err error) {
	_, err = ask(ctx, s, func(r reader) (_ struct{}, err error) {
		named, unnamed, err = r.CountLive(ctx, owner, now)
		return struct{}{}, err
	})
	return named, unnamed, err
}

// LiveUse implements store.Reader.
func (s *Store) LiveUse(ctx context.Context, owners []pat.UserID, now time.Time) ([]pat.LiveUse, error) {
	return ask(ctx, s, func(r reader) ([]pat.LiveUse, error) { return r.LiveUse(ctx, owners, now) })
}

// LiveNamed implements store.Reader.
func (s *Store) LiveNamed(ctx context.Context, owner pat.UserID, name string, now time.Time) (pat.TokenID, error) {
	return ask(ctx, s, func(r reader) (pat.TokenID, error) { return r.LiveNamed(ctx, owner, name, now) })
}

// Events implements store.Reader.
func (s *Store) Events(ctx context.Context, after pat.EventID, limit int) ([]pat.Event, error) {
	return ask(ctx, s, func(r reader) ([]pat.Event, error) { return r.Events(ctx, after, limit) })
}
