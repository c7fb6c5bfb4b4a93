package pat

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// User is a person or a program that owns tokens. The password is not in it.
type User struct {
	ID          UserID
	Name        string // stored and compared exactly, after NFKC
	FirstName   string
	LastName    string
	Email       string
	Language    string // BCP 47, "" leaves it to the browser
	TimeZone    string // IANA name, "" is UTC
	Admin       bool
	Auditor     bool // reads what administrators read, changes nothing
	Service     bool // owns tokens, has no password, cannot sign in
	CreatedAt   time.Time
	ModifiedAt  time.Time
	LastLoginAt time.Time // last sign-in of a browser; zero: none
	DisabledAt  time.Time // zero: enabled
	DeletedAt   time.Time // zero: not deleted; deletion is final
}

// Standing is what verification needs to know of an owner.
type Standing struct {
	ID      UserID
	Name    string
	Admin   bool
	Auditor bool
	Service bool
	Ended   bool // disabled or deleted: no credential of theirs is accepted
}

// Standing returns what verification needs to know of u.
func (u *User) Standing() Standing {
	return Standing{ID: u.ID, Name: u.Name, Admin: u.Admin, Auditor: u.Auditor, Service: u.Service, Ended: !u.DisabledAt.IsZero() || !u.DeletedAt.IsZero()}
}

// UserRequest asks for a user.
type UserRequest struct {
	Name, FirstName, LastName, Email string
	Language, TimeZone               string
	Password                         string
	Admin, Auditor                   bool
	Service                          bool // then without Admin and Password
	Disabled                         bool
	Form                             Form // makes no second user when it was used before
}

// UserEdit changes a user in place. A nil field stays as it is.
type UserEdit struct {
	Name, FirstName, LastName, Email *string
	Language, TimeZone               *string
	Password                         *string
	Admin, Auditor, Disabled         *bool
	Service                          *bool // cannot be changed; the same is no change
	Form                             Form  // changes nothing when it was used before
}

// Bounds of a user's texts, in characters.
const (
	MaxUserName = 150
	MaxFullName = 150 // each of first and last name
	MaxEmail    = 254
)

// CheckUserName fails with Invalid unless name is 1 to 150 letters, digits
// and @ . + - _ of any script.
func CheckUserName(name string) error {
	if name == "" {
		return FailField("username", "choose a name")
	}
	for _, c := range name {
		if !isWord(c) && !strings.ContainsRune("@.+-_", c) {
			return FailField("username", "use only letters, numbers and @ . + - _")
		}
	}
	if strings.Trim(name, ".") == "" {
		return FailField("username", "use at least one letter or number")
	}
	return CheckText("username", name, MaxUserName)
}

// CheckEmail fails with Invalid unless email is empty or one bare address.
func CheckEmail(email string) error {
	if email == "" {
		return nil
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > MaxEmail || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return FailField("email", "enter one address, like name@example.org")
	}
	return nil
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) }
