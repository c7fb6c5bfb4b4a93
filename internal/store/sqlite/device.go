package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

const (
	devicesOf = `select digest, seen_at from devices where user_id = ? order by seen_at desc, digest`

	seeDevice = `insert into devices (user_id, digest, seen_at) values (?, ?, ?)
	on conflict (user_id, digest) do update set seen_at = excluded.seen_at`

	distrustDevice = `update devices set seen_at = null where user_id = ? and digest = ?`

	dropDevice = `delete from devices where user_id = ? and digest = ?`

	dropDevicesOf = `delete from devices where user_id = ?`
)

// Devices implements store.DeviceTx.
func (t *tx) Devices(ctx context.Context, user pat.UserID) (list []pat.SeenDevice, err error) {
	err = t.query(t.patience(ctx), devicesOf, []any{int64(user)}, func(r *row) {
		list = append(list, pat.SeenDevice{Device: r.digest(), SeenAt: r.time()})
	})
	return list, failed("devices", err)
}

// SeeDevice implements store.DeviceTx.
func (t *tx) SeeDevice(user pat.UserID, device pat.Digest, at time.Time) error {
	_, _, err := t.w.exec(seeDevice, int64(user), device[:], at.UnixMicro())
	if orphaned(err) {
		return errNoUser
	}
	return failed("see device", err)
}

// DistrustDevice implements store.DeviceTx.
func (t *tx) DistrustDevice(user pat.UserID, device pat.Digest) error {
	_, _, err := t.w.exec(distrustDevice, int64(user), device[:])
	return failed("distrust device", err)
}

// DropDevice implements store.DeviceTx.
func (t *tx) DropDevice(user pat.UserID, device pat.Digest) error {
	_, _, err := t.w.exec(dropDevice, int64(user), device[:])
	return failed("drop device", err)
}
