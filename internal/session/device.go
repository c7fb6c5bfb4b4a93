package session

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func deviceOf(s *pat.Session) pat.Digest { return pat.DeviceOf(s.Agent).At(s.Address) }

// meet notes from which device the session of who began, and tells the user when it
// is new. That is told of no user's first: there is nothing to tell it from. What is
// too old goes, but never all: a user who was away for years is told.
func meet(ctx context.Context, tx store.Tx, who pat.Principal, s *pat.Session) error {
	list, err := tx.Devices(ctx, s.User)
	if err != nil {
		return err
	}
	device, known, others := deviceOf(s), len(list) == 0, 0
	for i := range list {
		switch d := &list[i]; {
		case d.Device == device:
			known = d.Known(s.CreatedAt)
		case others < pat.MaxDevices-1 && d.Known(s.CreatedAt):
			others++
		default:
			if err := tx.DropDevice(s.User, d.Device); err != nil {
				return err
			}
		}
	}
	if err := tx.SeeDevice(s.User, device, s.CreatedAt); err != nil || known {
		return err
	}
	return tx.Append(newDevice(who, s))
}

// newDevice is the event of a sign-in from a new device. Who it was is not said,
// since that is the question, but from where and with what.
func newDevice(who pat.Principal, s *pat.Session) pat.Event {
	stranger := pat.Principal{Credential: who.Credential, Via: who.Via}
	e := event(stranger, s.CreatedAt, pat.SessionNewDevice, s, who.Name, "")
	e.Owner = s.User
	device := pat.DeviceOf(s.Agent)
	for _, c := range []pat.FieldChange{{Field: pat.FieldBrowser, New: device.Browser}, {Field: pat.FieldSystem, New: device.System}} {
		if c.New != "" {
			e.Changes = append(e.Changes, c)
		}
	}
	return e
}

// distrust has the device of a session that was ended count as new again, unless by
// acts from the same.
func distrust(ctx context.Context, tx store.Tx, by pat.Principal, s *pat.Session) error {
	own, err := ownDevice(ctx, tx, by, s.User)
	if device := deviceOf(s); err == nil && device != own {
		err = tx.DistrustDevice(s.User, device)
	}
	return err
}

// distrustAll is distrust of every device of the user, also of those without a
// session now.
func distrustAll(ctx context.Context, tx store.Tx, by pat.Principal, user pat.UserID) error {
	own, err := ownDevice(ctx, tx, by, user)
	if err != nil {
		return err
	}
	list, err := tx.Devices(ctx, user)
	for i := range list {
		if d := list[i].Device; err == nil && d != own {
			err = tx.DistrustDevice(user, d)
		}
	}
	return err
}

// ownDevice is the one in whose session by acts, where by is the user.
func ownDevice(ctx context.Context, tx store.Tx, by pat.Principal, user pat.UserID) (pat.Digest, error) {
	if by.Credential != pat.BySession || by.User != user {
		return pat.Digest{}, nil
	}
	s, err := tx.Session(ctx, by.Session)
	if err != nil {
		return pat.Digest{}, err
	}
	return deviceOf(&s), nil
}
