// Package store is the contract between the authority and its databases:
// what a store keeps, what one transaction means, and the feed by which
// indexes learn of changes. A store decides nothing.
//
// Every method fails with a pat.Error where its comment names a kind; any
// other error means that the database did not do its part, and callers treat
// it as Unavailable or Internal.
package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// Store keeps the authority's records.
type Store interface {
	// Update runs fn in one serializable transaction and commits it when fn
	// returns nil; otherwise nothing fn did remains, and Update returns fn's
	// error. When Update returns nil the change is on stable storage. fn may
	// be run more than once, so it touches nothing outside tx but what it
	// overwrites each time. It fails with Unavailable when the database
	// cannot be written now.
	//
	// Once fn has been started Update waits for the outcome, whatever becomes
	// of ctx: an outcome is never unknown. While it waits for its turn the end
	// of ctx makes it Unavailable. A panic of fn leaves nothing and goes on in
	// Update's caller.
	Update(ctx context.Context, fn func(tx Tx) error) error

	Reader
	GrantPruner
	SessionStore

	// Entry returns what an index keeps of the token with the digest, revoked
	// and expired ones too. It fails with NotFound. It has all that this process has
	// committed and all that Changes has returned, but may lack what another process
	// has committed in the last 10 ms.
	Entry(ctx context.Context, d pat.Digest) (Entry, error)

	// Entries returns at most limit entries of tokens that are not revoked and
	// not expired at the time since, whose id is greater than after, by id. Those
	// that were retired are among them even so: their use is to be noticed.
	Entries(ctx context.Context, after pat.TokenID, since time.Time, limit int) ([]Entry, error)

	// Changes returns at most limit changes that follow after, oldest first,
	// each with the state that its token or user has now. Once a later change
	// has been returned, no earlier one appears any more. behind says that
	// changes after the place have been pruned: whoever asks must begin anew
	// from Head.
	Changes(ctx context.Context, after pat.Seq, limit int) (changes []Change, behind bool, err error)

	// Head returns the place of the newest change.
	Head(ctx context.Context) (pat.Seq, error)

	// PruneChanges forgets changes older than before, always keeping the newest.
	PruneChanges(ctx context.Context, before time.Time) error

	// PruneTokens removes at most limit unnamed tokens that were revoked before
	// the given time and within a day of their creation, and returns how many
	// it removed. The audit trail keeps them.
	PruneTokens(ctx context.Context, before time.Time, limit int) (int, error)

	UseKeeper
	Retention

	// Prefixes returns the secret prefixes ever used, newest first, after
	// making current the newest; "" adds nothing.
	Prefixes(ctx context.Context, current string) ([]string, error)

	// Installation returns the UUID that was drawn when the store was made.
	Installation(ctx context.Context) (string, error)

	// Check reports whether the store can be read and has the schema that this
	// program needs.
	Check(ctx context.Context) error

	// Close waits for what is being written and closes the store.
	Close() error
}

// Reader reads records. Within a Tx it sees what the transaction has written.
type Reader interface {
	ApplicationReader
	SessionReader
	Trail
	LifeReader
	BulkReader
	NoticeReader
	FormReader
	EndingReader

	// User returns the user that is not deleted. It fails with NotFound.
	User(ctx context.Context, id pat.UserID) (pat.User, error)

	// UserByName returns the user that is not deleted, by the exact name. It
	// fails with NotFound.
	UserByName(ctx context.Context, name string) (pat.User, error)

	// Password returns the user's password hash, "" when there is none. It
	// fails with NotFound, as User does.
	Password(ctx context.Context, id pat.UserID) (string, error)

	// Standing returns the standing of a user, deleted ones too. It fails with
	// NotFound when there has never been such a user.
	Standing(ctx context.Context, id pat.UserID) (pat.Standing, error)

	// HasUsers reports whether there is any user that is not deleted.
	HasUsers(ctx context.Context) (bool, error)

	// CountAdmins returns how many administrators are neither disabled nor deleted.
	CountAdmins(ctx context.Context) (int, error)

	// Users returns the users that q selects, deleted ones never, and how many
	// there are beyond its limit and offset. Fields: see pat.UserFields.
	Users(ctx context.Context, q pat.Query) ([]pat.User, int, error)

	// Token returns the token, ended ones too. It fails with NotFound.
	Token(ctx context.Context, id pat.TokenID) (pat.Token, error)

	// Tokens returns the tokens that q selects and how many there are beyond
	// its limit and offset. Fields: see pat.TokenFields.
	Tokens(ctx context.Context, q pat.Query) ([]pat.Token, int, error)

	// CountLive returns how many named and unnamed live tokens the owner has.
	CountLive(ctx context.Context, owner pat.UserID, now time.Time) (named, unnamed int, err error)

	// LiveUse returns the live tokens of those of the users who have any, by id.
	LiveUse(ctx context.Context, owners []pat.UserID, now time.Time) ([]pat.LiveUse, error)

	// LiveNamed returns the owner's live token of that name, 0 when there is none.
	// One that was retired has left its name to its successor.
	LiveNamed(ctx context.Context, owner pat.UserID, name string, now time.Time) (pat.TokenID, error)

	PolicyReader
}

// Tx is one transaction. Its verbs write the feed themselves where indexes
// must learn of the change. The context given to Update covers it.
type Tx interface {
	Reader
	ApplicationTx
	SessionTx
	LifeTx
	ExpiryTx
	BulkTx
	NoticeTx
	FormTx
	DeviceTx
	EndingTx

	// InsertUser adds a user with a password hash, "" for none, and returns
	// its id, which was never given before. It fails with Conflict, naming
	// username, when the folded form of the name is taken.
	InsertUser(u pat.User, hash string) (pat.UserID, error)

	// UpdateUser writes the user's names, email, language, time zone, roles,
	// DisabledAt and ModifiedAt, which becomes greater than it was in any case.
	// It fails with NotFound, and with Conflict as InsertUser does.
	UpdateUser(u pat.User) error

	// SetPassword replaces the user's password hash. The feed has it as a
	// change of the user, so that nobody remembers the old one. It fails with
	// NotFound.
	SetPassword(id pat.UserID, hash string, at time.Time) error

	// DeleteUser marks the user as deleted, clears what is personal but the
	// name, frees the name, forgets the devices, and revokes the tokens. It
	// fails with NotFound.
	DeleteUser(id pat.UserID, at time.Time, by pat.UserID) error

	// InsertToken adds a token and returns its id, which was never given
	// before. Family 0 becomes that id. It fails with Conflict when the digest
	// is taken, and with NotFound when there has never been such an owner.
	InsertToken(t pat.Token) (pat.TokenID, error)

	// UpdateToken writes name, description, scopes, networks, ExpiresAt and
	// ModifiedAt of a token that is not revoked; it fails with NotFound
	// otherwise. ModifiedAt becomes greater than it was in any case.
	UpdateToken(t pat.Token) error

	// EndToken revokes the token where it is not revoked yet, and reports
	// whether it did.
	EndToken(id pat.TokenID, at time.Time, by pat.UserID, why string) (bool, error)

	PolicyWriter

	// Append adds an event to the audit trail.
	Append(e pat.Event) error
}

// Entry is what an index keeps of a token.
type Entry struct {
	Digest    pat.Digest
	ID        pat.TokenID
	Owner     pat.UserID
	Scopes    pat.Scopes
	ClientID  string    // of the application it was granted to; "": a personal token
	CreatedAt time.Time // in whole seconds, rounded down, which is all that is told of it
	ExpiresAt time.Time // zero: never
	Paused    bool
	Revoked   bool
	RetiredAt time.Time // zero: not retired
	Networks  pat.Networks
}

// Change is one line of the feed. It carries what is now so, not what was
// changed: applying it twice, or late, does no harm.
type Change struct {
	Seq pat.Seq
	// Entry is the token's state, when a token was changed and is still kept.
	Entry *Entry
	// Standing is the user's, when a user was changed.
	Standing *pat.Standing
}
