package console

import (
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var securityPage = page.Parse(templates, "templates/security.html")

// securityView lists where the user is signed in.
type securityView struct {
	Sessions []sessionRow
	Others   int
	Tokens   int // that revoking all would end
	CSRF     string
	Now      time.Time
}

type sessionRow struct {
	ID                  pat.SessionID
	Device, Agent       string
	Address             string
	SeenAt, Began, Ends time.Time
	This                bool
}

func (v *visit) security() error {
	list, err := v.f.Sessions.List(v.r.Context(), v.who, v.who.User)
	if err != nil {
		return err
	}
	view := securityView{CSRF: v.token(), Now: v.now}
	if view.Tokens, err = v.countRevocable(); err != nil {
		return err
	}
	for i := range list {
		s := &list[i]
		row := sessionRow{
			ID: s.ID, Device: v.deviceText(pat.DeviceOf(s.Agent)), Agent: s.Agent, Address: addressText(s.Address),
			SeenAt: v.at(s.SeenAt), Began: v.at(s.CreatedAt), Ends: v.at(s.Until()), This: s.ID == v.session.ID,
		}
		if !row.This {
			view.Others++
		}
		view.Sessions = append(view.Sessions, row)
	}
	return v.show(securityPage, "security", view)
}

// deviceText says in a few words what a device is; "" where nothing is known of it.
func (v *visit) deviceText(d pat.Device) string {
	if d.Browser == "" || d.System == "" {
		return d.Browser + d.System
	}
	return v.speak.Say("device.on", map[string]any{"Browser": d.Browser, "System": d.System})
}

// endSession ends one of the user's sessions; ending this one is signing out.
func (v *visit) endSession() error {
	id, err := strconv.ParseInt(v.form["id"], 10, 64)
	if err != nil {
		return pat.Fail(pat.NotFound, "no such session")
	}
	if pat.SessionID(id) == v.session.ID {
		return v.signOut()
	}
	if err := v.f.Sessions.EndOne(v.r.Context(), v.who, pat.SessionID(id)); err != nil {
		return err
	}
	return v.done("ended", "/profile/security")
}

func (v *visit) endOthers() error {
	if _, err := v.f.Sessions.EndOf(v.r.Context(), v.who, v.who.User); err != nil {
		return err
	}
	return v.done("others", "/profile/security")
}
