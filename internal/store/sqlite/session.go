package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// sessionColumns are in the order of scanSession.
const sessionColumns = `s.id, s.user_id, s.digest, s.created_at, s.seen_at, s.expires_at, s.idle, s.remember,
	s.authenticated_at, s.face, s.address, s.agent, s.ended_at`

func scanSession(r *row) pat.Session {
	return pat.Session{
		ID: pat.SessionID(r.int()), User: pat.UserID(r.int()), Digest: r.digest(),
		CreatedAt: r.time(), SeenAt: r.time(), ExpiresAt: r.time(), Idle: r.int(), Remember: r.bool(),
		AuthenticatedAt: r.time(), Face: r.text(), Address: r.addr(), Agent: r.text(), EndedAt: r.time(),
	}
}

var errNoSession = pat.Fail(pat.NotFound, "no such session")

const sessionByDigest = `select ` + sessionColumns + `, ` + standingColumns + `
	from sessions s join users u on u.id = s.user_id where s.digest = ?`

// SessionByDigest implements store.SessionReader.
func (r reader) SessionByDigest(_ context.Context, d pat.Digest) (s pat.Session, who pat.Standing, err error) {
	found, err := r.one(sessionByDigest, []any{d[:]}, func(r *row) { s, who = scanSession(r), scanStanding(r) })
	return s, who, foundOr(errNoSession, found, "session by digest", err)
}

const sessionByID = `select ` + sessionColumns + ` from sessions s where s.id = ?`

// Session implements store.SessionReader.
func (r reader) Session(_ context.Context, id pat.SessionID) (s pat.Session, err error) {
	found, err := r.one(sessionByID, []any{int64(id)}, func(r *row) { s = scanSession(r) })
	return s, foundOr(errNoSession, found, "session", err)
}

const sessionsOf = `select ` + sessionColumns + ` from sessions s
	where s.user_id = ? and s.ended_at is null and s.until > ?
	order by s.seen_at desc, s.id desc limit ?`

// Sessions implements store.SessionReader.
func (r reader) Sessions(ctx context.Context, user pat.UserID, now time.Time, limit int) (list []pat.Session, err error) {
	err = r.query(r.patience(ctx), sessionsOf, []any{int64(user), now.UnixMicro(), int64(limit)}, func(r *row) {
		list = append(list, scanSession(r))
	})
	return list, failed("sessions", err)
}

// SessionByDigest implements store.SessionReader.
func (s *Store) SessionByDigest(ctx context.Context, d pat.Digest) (found pat.Session, who pat.Standing, err error) {
	found, err = ask(ctx, s, func(r reader) (one pat.Session, err error) {
		one, who, err = r.SessionByDigest(ctx, d)
		return one, err
	})
	return found, who, err
}

// Session implements store.SessionReader.
func (s *Store) Session(ctx context.Context, id pat.SessionID) (pat.Session, error) {
	return ask(ctx, s, func(r reader) (pat.Session, error) { return r.Session(ctx, id) })
}

// Sessions implements store.SessionReader.
func (s *Store) Sessions(ctx context.Context, user pat.UserID, now time.Time, limit int) ([]pat.Session, error) {
	return ask(ctx, s, func(r reader) ([]pat.Session, error) { return r.Sessions(ctx, user, now, limit) })
}

const insertSession = `insert into sessions (digest, user_id, created_at, seen_at, expires_at, idle, remember,
	authenticated_at, face, address, agent, ended_at, until)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertSession implements store.SessionTx.
func (t *tx) InsertSession(s pat.Session) (pat.SessionID, error) {
	until := s.Until()
	if !s.EndedAt.IsZero() {
		until = s.EndedAt
	}
	_, id, err := t.w.exec(insertSession, s.Digest[:], int64(s.User), s.CreatedAt.UnixMicro(), s.SeenAt.UnixMicro(),
		s.ExpiresAt.UnixMicro(), s.Idle, s.Remember, s.AuthenticatedAt.UnixMicro(),
		s.Face, addrText(s.Address), s.Agent, micros(s.EndedAt), until.UnixMicro())
	if orphaned(err) {
		return 0, errNoUser
	}
	return pat.SessionID(id), sessionDigestTaken("insert session", err)
}

// sessionDigestTaken turns the refusal of the index of digests into a Conflict.
func sessionDigestTaken(doing string, err error) error {
	if notUnique(err) {
		return pat.Wrap(pat.Conflict, "the digest is taken", err)
	}
	return failed(doing, err)
}

const renewSession = `update sessions set digest = ?1, seen_at = max(seen_at, ?2), authenticated_at = ?2,
	until = min(expires_at, max(seen_at, ?2) + idle * 1000000)
	where id = ?3 and ended_at is null`

// RenewSession implements store.SessionTx.
func (t *tx) RenewSession(id pat.SessionID, d pat.Digest, at time.Time) error {
	changed, _, err := t.w.exec(renewSession, d[:], at.UnixMicro(), int64(id))
	if err == nil && changed == 0 {
		return errNoSession
	}
	return sessionDigestTaken("renew session", err)
}

const endSession = `update sessions set ended_at = ?1, until = ?1 where id = ?2 and ended_at is null`

// EndSession implements store.SessionTx.
func (t *tx) EndSession(id pat.SessionID, at time.Time) (bool, error) {
	changed, _, err := t.w.exec(endSession, at.UnixMicro(), int64(id))
	return changed > 0, failed("end session", err)
}

const signedIn = `update users set last_login_at = ? where id = ? and deleted_at is null`

// SignedIn implements store.SessionTx. The feed does not hear of it: no index
// keeps it.
func (t *tx) SignedIn(user pat.UserID, at time.Time) error {
	changed, _, err := t.w.exec(signedIn, at.UnixMicro(), int64(user))
	return foundOr(errNoUser, changed > 0, "signed in", err)
}

const touchSession = `update sessions set seen_at = ?1, until = min(expires_at, ?1 + idle * 1000000)
	where id = ?2 and ended_at is null and seen_at < ?1`

// TouchSession implements store.SessionStore.
func (s *Store) TouchSession(ctx context.Context, id pat.SessionID, at time.Time) error {
	return s.commits.do(ctx, func(w *writer) error {
		_, _, err := w.exec(touchSession, at.UnixMicro(), int64(id))
		return failed("touch session", err)
	})
}

const pruneSessions = `delete from sessions where id in (select id from sessions where until < ? order by until limit ?)`

// PruneSessions implements store.SessionStore.
func (s *Store) PruneSessions(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.commits.do(ctx, func(w *writer) error {
		changed, _, err := w.exec(pruneSessions, before.UnixMicro(), int64(limit))
		n = int(changed)
		return failed("prune sessions", err)
	})
	return n, err
}
