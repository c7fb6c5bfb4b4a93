package sqlite

import (
	"cmp"
	"context"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var (
	// It selects, so that a token that is gone adds nothing. The others follow it.
	recordUse = manyOf(`insert into token_use (token_id, last_used_at, last_used_from, accepted, refused, first_used_at)
	select t.id, u.column2, u.column3, u.column4, u.column5, u.column6 from (values `, 6, `) u cross join tokens t on t.id = u.column1 where true
	on conflict (token_id) do update set
	last_used_from = case when coalesce(excluded.last_used_at > last_used_at, excluded.last_used_at is not null)
		then excluded.last_used_from else last_used_from end,
	last_used_at = max(coalesce(excluded.last_used_at, last_used_at), coalesce(last_used_at, excluded.last_used_at)),
	first_used_at = case when accepted > 0 and first_used_at is null then null
		else min(coalesce(excluded.first_used_at, first_used_at), coalesce(first_used_at, excluded.first_used_at)) end,
	accepted = accepted + excluded.accepted,
	refused = refused + excluded.refused
	returning token_id, accepted`)

	recordHours = manyOf(`insert into token_hours (token_id, start, outcome, count) values `, 4, `
	on conflict (token_id, start, outcome) do update set count = count + excluded.count
	returning token_id, outcome, count`)

	recordAddresses = manyOf(`insert into token_addresses (token_id, address, first_at, last_at, accepted, refused) values `, 6, `
	on conflict (token_id, address) do update set
	first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
	accepted = accepted + excluded.accepted, refused = refused + excluded.refused
	returning token_id, address, accepted, refused`)
)

const (
	trimAddresses = `delete from token_addresses where token_id = ?1 and address in (
	select address from token_addresses where token_id = ?1 order by last_at desc, address limit -1 offset ?2)`
)

// recorded is what became known of a use when it was recorded.
type recorded struct {
	there     bool
	first     bool             // the token had never been accepted
	addresses []pat.UseAddress // from which it had not been accepted, as far as they are kept, by first use
	added     bool             // an address was not there before, and may push another out
	often     pat.Reason       // for which it was refused most of those for which it was often; "": for none
	refused   int64            // for that reason, in the hour
}

// RecordUse implements store.UseKeeper. Another node may have seen a later use:
// the latest stays.
func (s *Store) RecordUse(ctx context.Context, uses []store.Use, tell func(store.Tx, []store.UseFinding) error) error {
	return s.commits.do(ctx, func(w *writer) error {
		var found []store.UseFinding
		for left := uses; len(left) > 0; {
			n := ascending(left)
			of, err := w.recordUses(left[:n])
			if err != nil {
				return failed("record use", err)
			}
			found, left = append(found, of...), left[n:]
		}
		if len(found) == 0 || tell == nil {
			return nil
		}
		return tell(&tx{reader: reader{conn: w.conn, inTx: true}, w: w, now: s.now}, found)
	})
}

// ascending returns how many of the uses, from the first, are each of a token
// with a higher id than the one before.
func ascending(uses []store.Use) int {
	n := 1
	for n < len(uses) && uses[n].Token > uses[n-1].Token {
		n++
	}
	return n
}

// recordUses records uses whose tokens ascend.
func (w *writer) recordUses(uses []store.Use) (found []store.UseFinding, err error) {
	become := make([]recorded, len(uses))
	of := func(id int64) (*store.Use, *recorded) {
		i, _ := slices.BinarySearchFunc(uses, pat.TokenID(id), func(u store.Use, id pat.TokenID) int { return cmp.Compare(u.Token, id) })
		return &uses[i], &become[i]
	}
	if err := w.recordTotals(uses, of); err != nil {
		return nil, err
	}
	if err := w.recordHours(uses, become, of); err != nil {
		return nil, err
	}
	if err := w.recordAddresses(uses, become, of); err != nil {
		return nil, err
	}
	for i := range uses {
		more, err := w.find(&uses[i], &become[i])
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// useOf tells a token's use and what becomes of it.
type useOf func(token int64) (*store.Use, *recorded)

func (w *writer) recordTotals(uses []store.Use, of useOf) error {
	args := make([]any, 0, len(uses)*recordUse.width)
	for i := range uses {
		u := &uses[i]
		args = append(args, int64(u.Token), micros(u.LastAt), addrText(u.LastFrom), u.Accepted, u.Refused.Total(), micros(u.FirstAt))
	}
	return w.putMany(recordUse, args, func(r *row) {
		u, b := of(r.int())
		b.there, b.first = true, u.Accepted > 0 && r.int() == u.Accepted
	})
}

func (w *writer) recordHours(uses []store.Use, become []recorded, of useOf) error {
	args := make([]any, 0, len(uses)*recordHours.width)
	for i := range uses {
		u := &uses[i]
		if !become[i].there {
			continue
		}
		hour := u.Hour.Unix() / secondsOfHour
		if u.Accepted > 0 {
			args = append(args, int64(u.Token), hour, "", u.Accepted)
		}
		for reason, n := range u.Refused {
			if n > 0 {
				args = append(args, int64(u.Token), hour, string(pat.UseReasons[reason]), n)
			}
		}
	}
	return w.putMany(recordHours, args, func(r *row) {
		_, b := of(r.int())
		outcome, count := pat.Reason(r.text()), r.int()
		if count >= pat.ManyRefused && count > b.refused && outcome != "" && outcome != pat.ReasonRetired {
			b.often, b.refused = outcome, count
		}
	})
}

func (w *writer) recordAddresses(uses []store.Use, become []recorded, of useOf) error {
	args := make([]any, 0, len(uses)*recordAddresses.width)
	for i := range uses {
		for j := range uses[i].Addresses {
			if a := &uses[i].Addresses[j]; become[i].there {
				args = append(args, int64(uses[i].Token), a.Address.String(), a.FirstAt.UnixMicro(), a.LastAt.UnixMicro(), a.Accepted, a.Refused)
			}
		}
	}
	err := w.putMany(recordAddresses, args, func(r *row) {
		u, b := of(r.int())
		address, accepted, refused := r.addr(), r.int(), r.int()
		for _, a := range u.Addresses {
			if a.Address != address {
				continue
			}
			b.added = b.added || accepted == a.Accepted && refused == a.Refused
			if a.Accepted > 0 && accepted == a.Accepted {
				b.addresses = append(b.addresses, a)
			}
		}
	})
	for i := range become {
		byFirstUse(become[i].addresses)
		if err == nil && become[i].added {
			_, _, err = w.exec(trimAddresses, int64(uses[i].Token), int64(pat.MaxUseAddresses))
		}
	}
	return err
}
