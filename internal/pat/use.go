package pat

import (
	"net/netip"
	"time"
)

// UseReasons are why the use of a known token can be refused. A token's
// refusals are counted by them, in this order.
var UseReasons = [...]Reason{
	ReasonUnknown, ReasonExpired, ReasonPaused, ReasonRetired, ReasonNetwork, ReasonOwner, ReasonScope,
}

// NumUseReasons is how many there are.
const NumUseReasons = len(UseReasons)

// Refusals counts refused uses, by the order of UseReasons.
type Refusals [NumUseReasons]int64

// Add counts n refusals for the reason. One that UseReasons does not have is
// counted as unknown, so that nothing is lost.
func (r *Refusals) Add(why Reason, n int64) {
	r[reasonPlace(why)] += n
}

func reasonPlace(why Reason) int {
	for i, reason := range UseReasons {
		if reason == why {
			return i
		}
	}
	return 0
}

// Total is the sum over all reasons.
func (r *Refusals) Total() (n int64) {
	for _, of := range r {
		n += of
	}
	return n
}

// How long use is kept, and how finely. Both are promises of the documentation.
const (
	KeepUse      = 90 * 24 * time.Hour // counts by hour and day
	KeepUseHours = 7 * 24 * time.Hour  // then the hours of a day (UTC) become one count

	// MaxUseAddresses is how many addresses are kept of a token, the latest.
	MaxUseAddresses = 20
)

// TokenUse is what is known of a token's use. Addresses and totals are over the
// token's whole life, periods those that were asked for.
type TokenUse struct {
	Token             TokenID
	FirstAt, LastAt   time.Time // of an accepted use; zero: never
	LastFrom          netip.Addr
	Accepted, Refused int64
	Periods           []UsePeriod  // by time; those without use are left out
	Addresses         []UseAddress // the latest first
}

// LiveUse is how many live tokens a user has, and when one of them was last
// used; zero: never.
type LiveUse struct {
	Owner  UserID
	Tokens int
	LastAt time.Time
}

// UsePeriod is an hour or a day of use.
type UsePeriod struct {
	Start    time.Time
	Length   time.Duration // an hour, or 24
	Accepted int64
	Refused  Refusals
}

// UseAddress is one address from which a token was used, or tried.
type UseAddress struct {
	Address           netip.Addr
	FirstAt, LastAt   time.Time
	Accepted, Refused int64
}
