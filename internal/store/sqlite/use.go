package sqlite

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Selects, so that a token that is gone adds nothing.
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
	refused = refused + excluded.refused`

	recordHour = `insert into token_hours (token_id, start, outcome, count)
	select id, ?2, ?3, ?4 from tokens where id = ?1
	on conflict (token_id, start, outcome) do update set count = count + excluded.count`

	recordAddress = `insert into token_addresses (token_id, address, first_at, last_at, accepted, refused)
	select id, ?2, ?3, ?4, ?5, ?6 from tokens where id = ?1
	on conflict (token_id, address) do update set
	first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
	accepted = accepted + excluded.accepted, refused = refused + excluded.refused`

	trimAddresses = `delete from token_addresses where token_id = ?1 and address in (
	select address from token_addresses where token_id = ?1 order by last_at desc, address limit -1 offset ?2)`
)

// RecordUse implements store.UseKeeper. Another node may have seen a later use:
// the latest stays.
func (s *Store) RecordUse(ctx context.Context, uses []store.Use) error {
	return s.commits.do(ctx, func(w *writer) error {
		for i := range uses {
			if err := w.recordUse(&uses[i]); err != nil {
				return failed("record use", err)
			}
		}
		return nil
	})
}

func (w *writer) recordUse(u *store.Use) error {
	id := int64(u.Token)
	_, _, err := w.exec(recordUse, id, micros(u.LastAt), addrText(u.LastFrom), u.Accepted, u.Refused.Total(), micros(u.FirstAt))
	if err != nil {
		return err
	}
	hour := u.Hour.Unix() / secondsOfHour
	if err := w.recordHour(id, hour, "", u.Accepted); err != nil {
		return err
	}
	for i, n := range u.Refused {
		if err := w.recordHour(id, hour, pat.UseReasons[i], n); err != nil {
			return err
		}
	}
	return w.recordAddresses(id, u.Addresses)
}

func (w *writer) recordHour(id, hour int64, outcome pat.Reason, n int64) error {
	if n == 0 {
		return nil
	}
	_, _, err := w.exec(recordHour, id, hour, string(outcome), n)
	return err
}

func (w *writer) recordAddresses(id int64, addresses []pat.UseAddress) error {
	for i := range addresses {
		a := &addresses[i]
		_, _, err := w.exec(recordAddress, id, a.Address.String(), a.FirstAt.UnixMicro(), a.LastAt.UnixMicro(), a.Accepted, a.Refused)
		if err != nil {
			return err
		}
	}
	if len(addresses) == 0 {
		return nil
	}
	_, _, err := w.exec(trimAddresses, id, int64(pat.MaxUseAddresses))
	return err
}
