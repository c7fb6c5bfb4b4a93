package authority

import (
	"context"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Activity returns those events that q selects and by may see, and how many
// there are in all. Administrators and auditors see all of them. Others see what
// was done to themselves and to their tokens, but for what ended it, and may not
// ask by address or credential: that fails with Forbidden.
func (a *Authority) Activity(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Activity, int, error) {
	if err := mayRead(by); err != nil {
		return nil, 0, err
	}
	if !by.Admin && !by.Auditor {
		q = narrowed(q, "owner", int64(by.User))
	}
	return a.activity(ctx, by, q)
}

// ActivityByID returns one event that by may see. It fails with NotFound, and
// with Forbidden where it is not for by to see.
func (a *Authority) ActivityByID(ctx context.Context, by pat.Principal, id pat.EventID) (pat.Activity, error) {
	if err := mayRead(by); err != nil {
		return pat.Activity{}, err
	}
	found, _, err := a.Store.Activity(ctx, narrowed(pat.Query{Limit: 1}, "id", int64(id)))
	switch {
	case err != nil:
		return pat.Activity{}, err
	case len(found) == 0:
		return pat.Activity{}, pat.Fail(pat.NotFound, "no such event")
	case !by.MaySee(found[0].Owner), !by.Admin && !by.Auditor && found[0].Act.Operation() == pat.Deletes:
		return pat.Activity{}, errForbidden
	}
	return shownTo(by, found)[0], nil
}

// ActivityOf is Activity of one object, ended ones too, for whoever may see the
// object. Of a user it is what was done to the user and to their tokens. It fails
// with NotFound, and with Forbidden where the object is another's.
func (a *Authority) ActivityOf(ctx context.Context, by pat.Principal, object pat.ObjectType, id int64, q pat.Query) ([]pat.Activity, int, error) {
	switch object {
	case pat.ObjectToken:
		if _, err := a.Token(ctx, by, pat.TokenID(id)); err != nil {
			return nil, 0, err
		}
		q = narrowed(q, "token", id)
	case pat.ObjectUser:
		if _, err := a.User(ctx, by, pat.UserID(id)); err != nil {
			return nil, 0, err
		}
		q = narrowed(q, "owner", id)
	case pat.ObjectApplication:
		if _, err := a.Application(ctx, by, pat.ApplicationID(id)); err != nil {
			return nil, 0, err
		}
		q = narrowed(q, "application", id)
		if !by.Admin && !by.Auditor { // who else uses it is not for them to know
			q = narrowed(q, "act", string(pat.ApplicationAuthorized))
			q.Where[0].Not = true
		}
	default:
		return nil, 0, pat.Fail(pat.NotFound, "no such object")
	}
	return a.activity(ctx, by, q)
}

// activity asks for what q selects, without what is not for by to see.
func (a *Authority) activity(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Activity, int, error) {
	if !by.Admin && !by.Auditor {
		q = narrowed(q, "operation", string(pat.Deletes))
		q.Where[0].Not = true
	}
	return a.events(ctx, by, q)
}

// events asks for what q selects, ends too. It fails with Forbidden where q asks by
// what is not for by to see.
func (a *Authority) events(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Activity, int, error) {
	ordered := slices.ContainsFunc(q.Order, func(o pat.Order) bool { return ofWhence(o.Field) })
	if !by.Admin && !by.Auditor && (ordered || mentionsWhence(q.Where)) {
		return nil, 0, errForbidden
	}
	found, total, err := a.Store.Activity(ctx, q)
	return shownTo(by, found), total, err
}

// ofWhence reports whether the field tells what shownTo takes away: to be found by
// it would give it away.
func ofWhence(field string) bool { return field == "address" || field == "credential" }

func mentionsWhence(conds []pat.Cond) bool {
	return slices.ContainsFunc(conds, func(c pat.Cond) bool {
		return ofWhence(c.Field) || mentionsWhence(c.Any) || mentionsWhence(c.All)
	})
}

// shownTo takes away from where others have acted, and with which credential:
// that is for administrators and auditors. From where a token was used, or somebody
// signed in, be it who should not, is what the owner has to know.
func shownTo(by pat.Principal, events []pat.Activity) []pat.Activity {
	if by.Admin || by.Auditor {
		return events
	}
	for i := range events {
		if e := &events[i]; (e.Actor == 0 || e.Actor != by.User) && !ofUse(e.Act) {
			e.Credential, e.Token, e.Via = "", 0, pat.Via{Face: e.Via.Face}
		}
	}
	return events
}

// ofUse reports whether the event tells of the use of a token or a password, by whom
// nobody knows, and not of an act.
func ofUse(act pat.Act) bool {
	switch act {
	case pat.TokenUsed, pat.TokenRoamed, pat.TokenRefused, pat.TokenReused, pat.SessionNewDevice:
		return true
	}
	return false
}

// Began returns when the first user was made, which is when the installation
// began to be of use.
func (a *Authority) Began(ctx context.Context, by pat.Principal) (time.Time, error) {
	if err := mayRead(by); err != nil {
		return time.Time{}, err
	}
	return a.Store.Began(ctx)
}

// revocationBatch is how many tokens are held in memory at once while their end
// is written down.
const revocationBatch = 500

// appendRevocations writes down the end of the live tokens that next returns, of
// which it is told the last: those of a user or an application that is about to be
// deleted. What has expired may be without bound, and had ended already.
func appendRevocations(tx store.Tx, by pat.Principal, now time.Time, why string, next func(after pat.TokenID) ([]pat.Token, error)) error {
	for last := pat.TokenID(0); ; {
		live, err := next(last)
		if err != nil {
			return err
		}
		for i := range live {
			if err := tx.Append(revoked(by, now, &live[i], why)); err != nil {
				return err
			}
			last = live[i].ID
		}
		if len(live) < revocationBatch {
			return nil
		}
	}
}

// liveOfUser pages through the live tokens of a user, liveOfApplication through
// those of an application.
func liveOfUser(ctx context.Context, tx store.Tx, id pat.UserID, now time.Time) func(pat.TokenID) ([]pat.Token, error) {
	return func(after pat.TokenID) ([]pat.Token, error) {
		return tx.LiveTokensOf(ctx, id, now, after, revocationBatch)
	}
}

func liveOfApplication(ctx context.Context, tx store.Tx, id pat.ApplicationID, now time.Time) func(pat.TokenID) ([]pat.Token, error) {
	return func(after pat.TokenID) ([]pat.Token, error) {
		live, _, err := tx.Tokens(ctx, pat.Query{
			Where: []pat.Cond{
				{Field: "application", Op: pat.Equal, Value: int64(id)},
				{Field: "revoked", Op: pat.IsNull},
				{Field: "expires", Op: pat.Greater, Value: now},
				{Field: "id", Op: pat.Greater, Value: int64(after)},
			},
			Order: []pat.Order{{Field: "id"}}, Limit: revocationBatch, Uncounted: true,
		})
		return live, err
	}
}
