package pat

import (
	"slices"
	"strings"
	"time"
)

// NoticeKind is a kind of notices that users may do without.
type NoticeKind string

const (
	NoticeUse     NoticeKind = "use"     // a token was used as it had not been before
	NoticeRefused NoticeKind = "refused" // calls with a token were refused
	NoticeEnding  NoticeKind = "ending"  // a token is about to expire, or did
	NoticeDevice  NoticeKind = "device"  // a sign-in from a new device
)

// NoticeKinds are those that can be switched off, in the order of a form. What
// others do to an account or its tokens has no kind: it is always told.
var NoticeKinds = []NoticeKind{NoticeUse, NoticeRefused, NoticeEnding, NoticeDevice}

// noticed are the acts that a user is told of when it was not the user who did
// them, with their kinds.
var noticed = map[Act]NoticeKind{
	TokenCreated: "", TokenEdited: "", TokenRevoked: "", TokenPaused: "", TokenResumed: "", TokenRotated: "", TokenRetired: "", TokenReported: "",
	UserEdited: "", UserDisabled: "", UserEnabled: "", PasswordSet: "",
	TokenUsed: NoticeUse, TokenRoamed: NoticeUse, TokenRefused: NoticeRefused, TokenReused: NoticeRefused, TokenExpired: NoticeEnding,
	SessionNewDevice: NoticeDevice,
}

// NoticedActs are the acts that a user is told of, in no particular order, but
// for those of the kinds that are muted.
func NoticedActs(muted []NoticeKind) []Act {
	var acts []Act
	for act, kind := range noticed {
		if !slices.Contains(muted, kind) {
			acts = append(acts, act)
		}
	}
	slices.Sort(acts)
	return acts
}

// NoticeMarks are what a user has said about notices. The zero value is that of
// a user who has said nothing: none is read, all are wanted.
type NoticeMarks struct {
	ReadTo EventID // the latest event that was read
	Muted  []NoticeKind
}

// Wants reports whether notices of the kind are wanted.
func (m *NoticeMarks) Wants(kind NoticeKind) bool { return !slices.Contains(m.Muted, kind) }

// Notices are what a user is told of: events, the newest first.
type Notices struct {
	Events []Event
	Marks  NoticeMarks
	Unread int // at most MaxUnread: further ones are not counted
}

// MaxUnread bounds how many unread notices are counted.
const MaxUnread = 100

// ParseNoticeKinds reads kinds as NoticeTexts writes them. What is not known is
// passed over: another version may have written it.
func ParseNoticeKinds(text string) (kinds []NoticeKind) {
	for _, word := range strings.Fields(text) {
		if k := NoticeKind(word); slices.Contains(NoticeKinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// NoticeTexts writes kinds, blanks between them, in the order of NoticeKinds.
func NoticeTexts(kinds []NoticeKind) string {
	var words []string
	for _, k := range NoticeKinds {
		if slices.Contains(kinds, k) {
			words = append(words, string(k))
		}
	}
	return strings.Join(words, " ")
}

// DayUse is what was counted of one token on one day of UTC.
type DayUse struct {
	Token             TokenID
	Day               time.Time // at which it begins
	Accepted, Refused int64
}
