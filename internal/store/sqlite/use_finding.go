package sqlite

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	seenNetwork = `update token_networks set last_at = max(last_at, ?3) where token_id = ?1 and network = ?2`

	addNetwork = `insert into token_networks (token_id, network, first_at, last_at)
	select id, ?2, ?3, ?3 from tokens where id = ?1 on conflict do nothing`

	countNetworks = `select count(*), count(*) filter (where first_at > ?2) from token_networks where token_id = ?1`

	trimNetworks = `delete from token_networks where token_id = ?1 and network in (
	select network from token_networks where token_id = ?1 order by last_at desc, network limit -1 offset ?2)`

	acceptedAddresses = `select address, first_at from token_addresses where token_id = ? and accepted > 0`

	tellRefused = `update token_use set refused_told_at = ?2
	where token_id = ?1 and (refused_told_at is null or refused_told_at <= ?3)`
)

// find returns what of the use had not been seen before, now that it is
// recorded. It asks for nothing but what may be new: a token that is used from
// where it is always used costs nothing here.
func (w *writer) find(u *store.Use, r *recorded) ([]store.UseFinding, error) {
	var found []store.UseFinding
	if r.first {
		from := u.LastFrom
		if len(r.addresses) > 0 {
			from = r.addresses[0].Address
		}
		found = append(found, store.UseFinding{Token: u.Token, What: pat.TokenUsed, At: u.FirstAt, From: from})
	}
	for i := range r.addresses {
		told, err := w.roamed(u.Token, r.first, &r.addresses[i])
		if err != nil {
			return nil, err
		}
		if told {
			a := &r.addresses[i]
			found = append(found, store.UseFinding{Token: u.Token, What: pat.TokenRoamed, At: a.FirstAt, From: a.Address})
		}
	}
	if r.often == "" {
		return found, nil
	}
	at, from := refusedFrom(u)
	told, _, err := w.exec(tellRefused, int64(u.Token), at.UnixMicro(), at.Add(-pat.ManyRefusedPause).UnixMicro())
	if err != nil || told == 0 {
		return found, err
	}
	return append(found, store.UseFinding{Token: u.Token, What: pat.TokenRefused, At: at, From: from, Why: r.often, Count: r.refused}), nil
}

// roamed notes the network of an address that was new, and reports whether it
// is one to be told of.
func (w *writer) roamed(token pat.TokenID, first bool, a *pat.UseAddress) (bool, error) {
	id, network, at := int64(token), pat.NetworkOf(a.Address).String(), a.FirstAt.UnixMicro()
	if known, _, err := w.exec(seenNetwork, id, network, at); err != nil || known > 0 {
		return false, err
	}
	count := func() (all, lately int64, err error) {
		_, err = w.one(countNetworks, []any{id, a.FirstAt.Add(-hoursOfDay * time.Hour).UnixMicro()}, func(r *row) { all, lately = r.int(), r.int() })
		return all, lately, err
	}
	all, lately, err := count()
	switch {
	case err != nil:
		return false, err
	case all == 0 && !first: // used before networks were remembered
		return false, w.learnNetworks(id)
	}
	added, _, err := w.exec(addNetwork, id, network, at)
	if err != nil || added == 0 {
		return false, err
	}
	if all >= pat.MaxUseNetworks {
		if _, _, err := w.exec(trimNetworks, id, int64(pat.MaxUseNetworks)); err != nil {
			return false, err
		}
	}
	return all > 0 && lately < pat.MaxToldNetworks, nil
}

// learnNetworks remembers the networks of the addresses that are kept.
func (w *writer) learnNetworks(id int64) error {
	firstAt := map[string]int64{}
	err := w.query(context.Background(), acceptedAddresses, []any{id}, func(r *row) {
		network := pat.NetworkOf(r.addr()).String()
		at := r.int()
		if seen, there := firstAt[network]; !there || at < seen {
			firstAt[network] = at
		}
	})
	if err != nil {
		return err
	}
	for network, at := range firstAt {
		if _, _, err := w.exec(addNetwork, id, network, at); err != nil {
			return err
		}
	}
	return nil
}

// refusedFrom returns when and from where the use was last refused, as far as
// that is known.
func refusedFrom(u *store.Use) (at time.Time, from netip.Addr) {
	at = u.Hour
	for i := range u.Addresses {
		if a := &u.Addresses[i]; a.Refused > 0 && !a.LastAt.Before(at) {
			at, from = a.LastAt, a.Address
		}
	}
	return at, from
}

// byFirstUse orders the addresses by when they were first used.
func byFirstUse(list []pat.UseAddress) {
	slices.SortFunc(list, func(a, b pat.UseAddress) int { return a.FirstAt.Compare(b.FirstAt) })
}
