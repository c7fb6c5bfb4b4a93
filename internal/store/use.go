package store

import (
	"context"
	"net/netip"
	"time"

	"jeton/internal/pat"
)

// UseKeeper keeps what was counted of the use of tokens.
type UseKeeper interface {
	// RecordUse adds to the tokens' counts of use, and keeps the earliest first
	// and the latest last use and the latest pat.MaxUseAddresses addresses. A token
	// that is gone is passed over: use never brings a record back.
	//
	// What had not been seen before it hands to tell within the same
	// transaction, when there is any: the first use of a token; a network that
	// it was accepted from and that is none of the latest pat.MaxUseNetworks,
	// unless it is the first or pat.MaxToldNetworks became known in the 24
	// hours before; and that it was refused pat.ManyRefused times or more for
	// one reason in an hour, once in pat.ManyRefusedPause: refusals that go on
	// are told again as soon as that is over. Retired tokens ring an alarm of
	// their own and are not among the last. tell may be nil, and may be run more
	// than once, as Update's fn may.
	RecordUse(ctx context.Context, uses []Use, tell func(tx Tx, found []UseFinding) error) error

	// TokenUse returns what is kept of the token's use, with the periods that
	// begin at from or later and before to. A token that was never used, or that
	// does not exist, has none.
	TokenUse(ctx context.Context, id pat.TokenID, from, to time.Time) (pat.TokenUse, error)

	// FoldUse makes one count of the hours of each day before the given one, and
	// forgets the days before keep. It does at most limit counts at a time and
	// reports whether there may be more.
	FoldUse(ctx context.Context, before, keep time.Time, limit int) (more bool, err error)
}

// Use is what was counted of one token in one hour since the last flush.
type Use struct {
	Token           pat.TokenID
	Hour            time.Time // at which the hour begins
	FirstAt, LastAt time.Time // of the accepted uses; zero: none was
	LastFrom        netip.Addr
	Accepted        int64
	Refused         pat.Refusals
	Addresses       []pat.UseAddress // where known; not necessarily all
}
