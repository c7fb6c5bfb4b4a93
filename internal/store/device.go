package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// DeviceTx keeps from which devices users sign in. DeleteUser removes the user's.
type DeviceTx interface {
	// Devices returns the user's devices, the last seen first; those that are to
	// count as new come last.
	Devices(ctx context.Context, user pat.UserID) ([]pat.SeenDevice, error)

	// SeeDevice says that the user signed in from the device. It fails with NotFound
	// when there has never been such a user.
	SeeDevice(user pat.UserID, device pat.Digest, at time.Time) error

	// DistrustDevice has the device count as new again, DropDevice removes it. One
	// that is not there is no error.
	DistrustDevice(user pat.UserID, device pat.Digest) error
	DropDevice(user pat.UserID, device pat.Digest) error
}
