package authority

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime/debug"
	"strconv"

	"jeton/internal/pat"
)

// fly joins an identical attempt that is under way, or makes one. It is not
// ended with the caller who happens to be first: others wait for it.
func (a *Authority) fly(ctx context.Context, candidates []candidate, from netip.Addr) (candidate, error) {
	result := a.flights.DoChan(flightKey(candidates, from), func() (admitted any, err error) {
		defer func() {
			if v := recover(); v != nil { // which otherwise ends the process, from a goroutine of no request
				admitted, err = candidate{}, fmt.Errorf("panic while checking a password: %v\n\n%s", v, debug.Stack())
			}
		}()
		return a.attempt(context.WithoutCancel(ctx), candidates, from)
	})
	select {
	case r := <-result:
		return r.Val.(candidate), r.Err
	case <-ctx.Done():
		return candidate{}, pat.Wrap(pat.Unavailable, "the request was given up", ctx.Err())
	}
}

// processKey keys the digests by which attempts under way are compared, so
// that a memory dump holds nothing that a password could be guessed against.
var processKey = func() (key [32]byte) {
	_, _ = rand.Read(key[:])
	return key
}()

// flightKey is a digest of all that makes two attempts identical, each part
// preceded by its length. The user's state is among it: who was disabled or
// demoted since an attempt began must not join it.
func flightKey(candidates []candidate, from netip.Addr) string {
	mac := hmac.New(sha256.New, processKey[:])
	part := func(s string) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		mac.Write([]byte(s))
	}
	part(from.String())
	for _, c := range candidates {
		part(c.name)
		part(c.password)
		part(c.hash)
		part(c.user.ModifiedAt.String()) // greater after every change
		part(strconv.FormatBool(c.suspended))
	}
	return string(mac.Sum(nil))
}
