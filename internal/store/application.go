package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// ApplicationReader reads applications and what they were granted.
type ApplicationReader interface {
	// Application returns the application that is not deleted. It fails with
	// NotFound.
	Application(ctx context.Context, id pat.ApplicationID) (pat.Application, error)

	// ApplicationByClient is Application by the client id.
	ApplicationByClient(ctx context.Context, clientID string) (pat.Application, error)

	// ApplicationByName is Application by the exact name.
	ApplicationByName(ctx context.Context, name string) (pat.Application, error)

	// Applications returns the applications that q selects, deleted ones never,
	// and how many there are beyond its limit and offset. Fields: see
	// pat.ApplicationFields.
	Applications(ctx context.Context, q pat.Query) ([]pat.Application, int, error)

	// Refresh returns the refresh token with the digest, ended ones too. It
	// fails with NotFound.
	Refresh(ctx context.Context, d pat.Digest) (pat.Refresh, error)

	// Family returns those refresh tokens of a family that have not ended, by id.
	Family(ctx context.Context, id pat.RefreshID) ([]pat.Refresh, error)

	// Code returns the authorization code with the digest, used ones too. It
	// fails with NotFound.
	Code(ctx context.Context, d pat.Digest) (pat.Code, error)
}

// ApplicationTx writes them.
type ApplicationTx interface {
	// InsertApplication adds an application and returns its id, which was never
	// given before. It fails with Conflict, naming the field name, when the name
	// is taken.
	InsertApplication(a pat.Application) (pat.ApplicationID, error)

	// UpdateApplication writes name, description, redirect URIs, SkipConsent and
	// ModifiedAt, which becomes greater than it was in any case. It fails with
	// NotFound, and with Conflict as InsertApplication does.
	UpdateApplication(a pat.Application) error

	// DeleteApplication marks the application as deleted, frees its name, takes
	// away its secret, revokes its tokens and ends its refresh tokens and codes.
	// It fails with NotFound.
	DeleteApplication(id pat.ApplicationID, at time.Time, by pat.UserID) error

	// InsertRefresh adds a refresh token and returns its id, which was never
	// given before. Family 0 becomes that id. It fails with Conflict when the
	// digest is taken.
	InsertRefresh(r pat.Refresh) (pat.RefreshID, error)

	// EndRefresh ends the refresh token where it has not ended yet, and reports
	// whether it did.
	EndRefresh(id pat.RefreshID, at time.Time) (bool, error)

	// InsertCode adds an authorization code. It fails with Conflict when the
	// digest is taken.
	InsertCode(c pat.Code) error

	// UseCode marks the code as used, and what was issued for it, where it has
	// not been used yet, and reports whether it did.
	UseCode(d pat.Digest, at time.Time, family pat.RefreshID) (bool, error)
}

// GrantPruner forgets what can be of no use any more.
type GrantPruner interface {
	// PruneGrants removes at most limit refresh tokens and at most limit codes
	// that expired before the given time, and returns how many there were. Their
	// tokens are not touched.
	PruneGrants(ctx context.Context, before time.Time, limit int) (int, error)
}
