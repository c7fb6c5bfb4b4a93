package console

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jeton/internal/pat"
)

// How near its end a token counts as expiring soon, and how long unused it
// counts as unused. The counters of the list go by the same.
const (
	soon   = 14 * 24 * time.Hour
	unused = 90 * 24 * time.Hour
)

// tokenRow is a token as pages show it, its times in the visitor's zone.
type tokenRow struct {
	ID       pat.TokenID
	Title    string // its name, or what stands for one
	Name     string
	Note     string // in full
	Short    string // the note, cut
	State    string // the message of the chip is "st." and this
	Hint     string // prefix, dots and the last four
	Access   string // the message: "access." and this
	Scopes   []string
	Networks []string
	Origin   string
	From     string

	CreatedAt, ExpiresAt, EndedAt, UsedAt time.Time
	RetiredAt                             time.Time // of one that was rotated: the end of the overlap
	UsedFrom                              string
	Ended, Unused                         bool
	Now                                   time.Time

	Spark *spark // nil where none is shown

	ofApplication bool
	path          string
}

// Never reports whether the token goes on until somebody revokes it.
func (r tokenRow) Never() bool { return r.ExpiresAt.IsZero() }

// Fixed reports whether the token can be rotated no more: it has ended, or was
// rotated, is paused, or belongs to an application.
func (r tokenRow) Fixed() bool {
	return r.Ended || !r.RetiredAt.IsZero() || r.State == string(pat.StatusPaused) || r.ofApplication
}

// Path is the page of the token.
func (r tokenRow) Path() string { return r.path }

func tokenPath(id pat.TokenID) string { return "/profile/tokens/" + strconv.FormatInt(int64(id), 10) }

type tokenRows []tokenRow

func (v *visit) rows(list []pat.Token) tokenRows {
	rows := make(tokenRows, len(list))
	for i := range list {
		rows[i] = v.row(&list[i])
	}
	return rows
}

const shortNote = 80 // characters

func (v *visit) row(t *pat.Token) tokenRow {
	r := tokenRow{
		ID: t.ID, path: v.desk.page(t.ID), Title: t.Name, Name: t.Name, Note: t.Description, Short: cut(t.Description, shortNote),
		State: stateOf(t, v.now), Hint: t.Prefix + "_…" + t.LastFour,
		Scopes: strings.Fields(string(t.Scopes)), Networks: t.Networks.Texts(),
		Origin: string(t.Origin), From: addressText(t.CreatedFrom),
		CreatedAt: v.at(t.CreatedAt), ExpiresAt: v.at(t.ExpiresAt), EndedAt: v.at(endedAt(t, v.now)),
		UsedAt: v.at(t.LastUsedAt), UsedFrom: addressText(t.LastUsedFrom), Now: v.now,
	}
	r.RetiredAt, r.ofApplication = v.at(t.RetiredAt), t.Application != 0
	r.Access = accessOf(t.Scopes)
	r.Ended = !r.EndedAt.IsZero()
	r.Unused = !r.Ended && v.now.Sub(latest(t.CreatedAt, t.LastUsedAt)) >= unused
	if !isSeen(r.Title) { // of a program: the pages take no such name
		if r.Title, r.Short = cut(t.Description, shortNote), ""; !isSeen(r.Title) {
			r.Title = v.speak.Say("token.unnamed", map[string]any{
				"Origin": v.speak.Say("origin."+r.Origin, nil), "Date": v.speak.DateTime(r.CreatedAt),
			})
		}
	}
	return r
}

// stateOf says how a token stands, in the words of the chips.
func stateOf(t *pat.Token, now time.Time) string {
	retired := !t.RetiredAt.IsZero()
	switch s := t.Status(now); {
	case s == pat.StatusRevoked:
		return string(s)
	case retired && !now.Before(t.RetiredAt):
		return "retired"
	case s != pat.StatusLive:
		return string(s)
	case retired:
		return "ending"
	case !t.ExpiresAt.IsZero() && t.ExpiresAt.Sub(now) <= soon:
		return "soon"
	}
	return "active"
}

// endedAt is when a token that is no longer live ended.
func endedAt(t *pat.Token, now time.Time) time.Time {
	switch {
	case !t.RevokedAt.IsZero():
		return t.RevokedAt
	case !t.Live(now):
		return t.ExpiresAt
	}
	return time.Time{}
}

// accessOf sorts scopes: read, write, or others, which are told by name.
func accessOf(s pat.Scopes) string {
	switch {
	case s == pat.ScopeRead:
		return "read"
	case s == pat.ScopeWrite, s == "read write", s == "write read":
		return "write"
	}
	return "chosen"
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// cut shortens a text to so many characters, and says that it did.
func cut(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit-1])) + "…"
}
