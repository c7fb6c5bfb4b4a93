package console

import (
	"net/http"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// watchAnswer is what the page that shows a secret is told of its first calls.
type watchAnswer struct {
	Text string `json:"text"` // "" where there was none
	Done bool   `json:"done"` // one was accepted: there is nothing more to wait for
}

// firstCall tells the script of the page of a new token whether it was used, with
// what is not written yet. It holds no connection: the script asks now and then,
// for some minutes. Whoever may not know is told that there is nothing.
func (v *visit) firstCall() error {
	if !v.who.Known() {
		return errNoToken
	}
	t, err := v.ownToken()
	if err != nil {
		return err
	}
	use, err := v.f.Authority.UseNow(v.r.Context(), v.who, t.ID)
	if err != nil {
		return err
	}
	return web.JSON(v.w, http.StatusOK, v.watched(&use))
}

func (v *visit) watched(use *pat.TokenUse) watchAnswer {
	if !use.FirstAt.IsZero() {
		return watchAnswer{v.sayCall("watch.accepted", use.FirstAt, firstFrom(use), ""), true}
	}
	for i := range use.Addresses {
		if a := &use.Addresses[i]; a.Refused > 0 {
			return watchAnswer{v.sayCall("watch.refused", a.LastAt, addressText(a.Address), lastReason(use)), false}
		}
	}
	return watchAnswer{}
}

// sayCall says when and from where a call came; seconds are told for a minute.
func (v *visit) sayCall(key string, at time.Time, from, why string) string {
	args := map[string]any{"Address": from, "Near": v.speak.Near(at, v.now), "Reason": ""}
	if d := v.now.Sub(at); d >= time.Second && d < time.Minute {
		args["Near"] = v.speak.Say("ago.seconds", map[string]any{"N": int(d / time.Second)})
	}
	if why != "" {
		args["Reason"] = v.speak.Say(why, nil)
	}
	return v.speak.Say(key, args)
}

// firstFrom is the address of the earliest accepted call.
func firstFrom(use *pat.TokenUse) string {
	from, at := use.LastFrom, time.Time{}
	for i := range use.Addresses {
		if a := &use.Addresses[i]; a.Accepted > 0 && (at.IsZero() || a.FirstAt.Before(at)) {
			from, at = a.Address, a.FirstAt
		}
	}
	return addressText(from)
}

// lastReason is the message of a reason of the latest refusals.
func lastReason(use *pat.TokenUse) (key string) {
	for i := range use.Periods {
		for why, n := range use.Periods[i].Refused {
			if n > 0 {
				key = reasonKey(pat.UseReasons[why])
			}
		}
	}
	return key
}

func reasonKey(why pat.Reason) string { return "reason." + string(why) }
