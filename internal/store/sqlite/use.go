package sqlite

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// recordUse selects, so that a token that is gone adds nothing. The others follow it.
const (
	recordUse = `insert into token_use (token_id, last_used_at, last_used_from, accepted, refused, first_used_at)
	select id, ?2, ?3, ?4, ?5, ?6 from tokens where id = ?1
	on conflict (token_id) do update set
	last_used_from = case when coalesce(excluded.last_used_at > last_used_at, excluded.last_used_at is not null)
		then excluded.last_used_from else last_used_from end,
	last_used_at = max(coalesce(excluded.last_used_at, last_used_at), coalesce(last_used_at, excluded.last_used_at)),
	first_used_at = case when accepted > 0 and first_used_at is null then null
		else min(coalesce(excluded.first_used_at, first_used_at), coalesce(first_used_at, excluded.first_used_at)) end,
	accepted = accepted + excluded.accepted,
	refused = refused + excluded.refused
	returning accepted`

	recordHour = `insert into token_hours (token_id, start, outcome, count)
	values (?1, ?2, ?3, ?4)
	on conflict (token_id, start, outcome) do update set count = count + excluded.count returning count`

	recordAddress = `insert into token_addresses (token_id, address, first_at, last_at, accepted, refused)
	values (?1, ?2, ?3, ?4, ?5, ?6)
	on conflict (token_id, address) do update set
	first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
	accepted = accepted + excluded.accepted, refused = refused + excluded.refused
	returning accepted, refused`

	trimAddresses = `delete from token_addresses where token_id = ?1 and address in (
	select address from token_addresses where token_id = ?1 order by last_at desc, address limit -1 offset ?2)`
)

// recorded is what became known of a use when it was recorded.
type recorded struct {
	first     bool             // the token had never been accepted
	addresses []pat.UseAddress // from which it had not been accepted, as far as they are kept, by first use
	often     pat.Reason       // for which it was refused most of those for which it was often; "": for none
	refused   int64            // for that reason, in the hour
}

// RecordUse implements store.UseKeeper. Another node may have seen a later use:
// the latest stays.
func (s *Store) RecordUse(ctx context.Context, uses []store.Use, tell func(store.Tx, []store.UseFinding) error) error {
	return s.commits.do(ctx, func(w *writer) error {
		var found []store.UseFinding
		for i := range uses {
			of, err := w.recordUse(&uses[i])
			if err != nil {
				return failed("record use", err)
			}
			found = append(found, of...)
		}
		if len(found) == 0 || tell == nil {
			return nil
		}
		return tell(&tx{reader: reader{conn: w.conn, inTx: true}, w: w, now: s.now}, found)
	})
}

func (w *writer) recordUse(u *store.Use) ([]store.UseFinding, error) {
	id, total := int64(u.Token), int64(0)
	args := []any{id, micros(u.LastAt), addrText(u.LastFrom), u.Accepted, u.Refused.Total(), micros(u.FirstAt)}
	there, err := w.put(recordUse, args, func(r *row) { total = r.int() })
	if err != nil || !there {
		return nil, err
	}
	r := recorded{first: u.Accepted > 0 && total == u.Accepted}
	hour := u.Hour.Unix() / secondsOfHour
	if _, err := w.recordHour(id, hour, "", u.Accepted); err != nil {
		return nil, err
	}
	for i, n := range u.Refused {
		count, err := w.recordHour(id, hour, pat.UseReasons[i], n)
		if err != nil {
			return nil, err
		}
		if count >= pat.ManyRefused && count > r.refused && pat.UseReasons[i] != pat.ReasonRetired {
			r.often, r.refused = pat.UseReasons[i], count
		}
	}
	if r.addresses, err = w.recordAddresses(id, u.Addresses); err != nil {
		return nil, err
	}
	return w.find(u, &r)
}

// recordHour returns the count of the hour then.
func (w *writer) recordHour(id, hour int64, outcome pat.Reason, n int64) (count int64, err error) {
	if n == 0 {
		return 0, nil
	}
	_, err = w.put(recordHour, []any{id, hour, string(outcome), n}, func(r *row) { count = r.int() })
	return count, err
}

// recordAddresses returns those from which the token had not been accepted.
func (w *writer) recordAddresses(id int64, addresses []pat.UseAddress) (fresh []pat.UseAddress, err error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	added := false // an address that was there already pushes none out
	for i := range addresses {
		a := &addresses[i]
		var accepted, refused int64
		args := []any{id, a.Address.String(), a.FirstAt.UnixMicro(), a.LastAt.UnixMicro(), a.Accepted, a.Refused}
		if _, err := w.put(recordAddress, args, func(r *row) { accepted, refused = r.int(), r.int() }); err != nil {
			return nil, err
		}
		added = added || accepted == a.Accepted && refused == a.Refused
		if a.Accepted > 0 && accepted == a.Accepted {
			fresh = append(fresh, *a)
		}
	}
	byFirstUse(fresh)
	if !added {
		return fresh, nil
	}
	_, _, err = w.exec(trimAddresses, id, int64(pat.MaxUseAddresses))
	return fresh, err
}
