package console

import (
	"context"
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

// notices tells users what others, or the clock, did to what is theirs.
type notices interface {
	Notices(ctx context.Context, by pat.Principal, before pat.EventID, limit int) (pat.Notices, error)
	UnreadNotices(ctx context.Context, by pat.Principal) (pat.Notices, error)
	ReadNotices(ctx context.Context, by pat.Principal, to pat.EventID) error
	MuteNotices(ctx context.Context, by pat.Principal, muted []pat.NoticeKind) error
	TokenEvents(ctx context.Context, by pat.Principal, id pat.TokenID, q pat.Query) ([]pat.Activity, int, error)
	UseNow(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.TokenUse, error)
	DayUse(ctx context.Context, by pat.Principal, owner pat.UserID, tokens []pat.TokenID, from time.Time) ([]pat.DayUse, error)
}

var noticePage = page.Parse(templates, "templates/notices.html")

// noticesView is the list of notices, the newest first.
type noticesView struct {
	Rows   []noticeRow
	Unread int
	Newest pat.EventID // up to which the list can be marked as read
	Older  string      // the page with earlier ones, "" where there are none
	Later  bool        // this is not the first page
	CSRF   string
}

type noticeRow struct {
	ID         pat.EventID
	At         time.Time
	Act        string // the message: "act." and this
	Name, Path string // of the token that it is about
	By         string // who did it, where that is a user
	Credential string // else the message: "by." and this, "" for none
	Why, Given string // a reason as a message, or as it was given
	Address    string // of whoever used the token or signed in
	Stranger   bool   // it may have been somebody else who signed in
	Device     string // with which; "" where nothing is known of it
	Unread     bool
}

const noticesPath = "/profile/notices"

func (v *visit) notices() error {
	before, _ := strconv.ParseInt(v.query("before"), 10, 64) // none where it is no number
	list, err := v.f.Authority.Notices(v.r.Context(), v.who, pat.EventID(before), pageSize+1)
	if err != nil {
		return err
	}
	view := noticesView{Unread: list.Unread, Later: before > 0, CSRF: v.token()}
	if len(list.Events) > pageSize {
		list.Events = list.Events[:pageSize]
		view.Older = noticesPath + "?before=" + strconv.FormatInt(int64(list.Events[pageSize-1].ID), 10)
	}
	for i := range list.Events {
		view.Rows = append(view.Rows, v.noticeRow(&list.Events[i], list.Marks.ReadTo))
	}
	if len(view.Rows) > 0 {
		view.Newest = view.Rows[0].ID
	}
	return v.show(noticePage, "notices", view)
}

func (v *visit) noticeRow(e *pat.Event, readTo pat.EventID) noticeRow {
	row := noticeRow{
		ID: e.ID, At: v.at(e.At), Act: string(e.Act), Credential: string(e.Credential), Why: eventReason(e), Given: e.Reason,
		Unread: e.ID > readTo,
	}
	if e.Actor != 0 {
		row.By = e.ActorName
	}
	switch {
	case row.Credential == "":
		row.Credential = "nobody"
	case e.Actor == 0 && e.Credential == pat.ByToken: // of itself: from where says more
		row.Credential = ""
	}
	if e.Act == pat.SessionNewDevice {
		row.Stranger, row.Device, row.Address = true, v.deviceText(e.Device()), addressText(e.Via.Address)
	}
	if e.Object == pat.ObjectToken {
		row.Path, row.Name = tokenPath(pat.TokenID(e.ObjectID)), e.ObjectName
		row.Address = addressText(e.Via.Address)
		if row.Name == "" {
			row.Name = v.speak.Say("notices.unnamed", map[string]any{"Number": strconv.FormatInt(e.ObjectID, 10)})
		}
	}
	return row
}

// readNotices marks what was shown as read, and not what came since.
func (v *visit) readNotices() error {
	to, err := strconv.ParseInt(v.form["to"], 10, 64)
	if err != nil || to < 1 {
		return pat.Fail(pat.Invalid, "no such notice")
	}
	if err := v.f.Authority.ReadNotices(v.r.Context(), v.who, pat.EventID(to)); err != nil {
		return err
	}
	return v.seeOther(noticesPath)
}

// noticeChoice is one tick box of the profile.
type noticeChoice struct {
	Kind  string // the message: "notices.kind." and this
	Wants bool
}

func noticeChoices(wants func(pat.NoticeKind) bool) (all []noticeChoice) {
	for _, k := range pat.NoticeKinds {
		all = append(all, noticeChoice{string(k), wants(k)})
	}
	return all
}

// noticePrefix begins the names of the tick boxes.
const noticePrefix = "notice."

// wanted reports whether the form asks for notices of the kind.
func (v *visit) wanted(k pat.NoticeKind) bool { return v.form[noticePrefix+string(k)] != "" }

// saveNotices keeps which notices are wanted. A form that does not ask, which is
// one of an earlier version or of a program, changes nothing.
func (v *visit) saveNotices() error {
	if v.form["notices"] == "" {
		return nil
	}
	muted := slices.DeleteFunc(slices.Clone(pat.NoticeKinds), v.wanted)
	return v.f.Authority.MuteNotices(v.r.Context(), v.who, muted)
}

// unread is how many notices the shell counts. A page is shown all the same
// where that cannot be known.
func (v *visit) unread() int {
	if !v.who.Known() {
		return 0
	}
	n, err := v.f.Authority.UnreadNotices(v.r.Context(), v.who)
	if err != nil {
		return 0
	}
	return n.Unread
}
