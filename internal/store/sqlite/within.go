package sqlite

import (
	"database/sql/driver"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

// within writes the condition that an address, kept as text, is of a network.
// What all texts of the network begin with bounds what is looked at, by an index
// where there is one.
func within(expr, network string) (clause, error) {
	p, err := netip.ParsePrefix(network)
	if err != nil {
		return clause{}, fmt.Errorf("list: %w", err)
	}
	check := clause{"within(?, " + expr + ")", []any{network}}
	begin := beginning(p.Masked())
	if begin == "" {
		return check, nil
	}
	last := len(begin) - 1
	end := begin[:last] + string(begin[last]+1)
	return clause{
		expr + " >= ? and " + expr + " < ? and " + check.text,
		append([]any{begin, end}, check.args...),
	}, nil
}

// beginning is what the texts of all addresses of a network begin with, up to a
// dot or a colon. Of IPv6 it ends before the first group that is 0, since a run
// of those is written in two ways (RFC 5952 §4.2).
func beginning(p netip.Prefix) string {
	var b strings.Builder
	if a := p.Addr(); a.Is4() {
		for _, octet := range a.AsSlice()[:p.Bits()/8] {
			b.WriteString(strconv.Itoa(int(octet)) + ".")
		}
		if p.Bits() == 32 { // nothing comes after the last
			return strings.TrimSuffix(b.String(), ".")
		}
		return b.String()
	}
	bytes := p.Addr().As16()
	for i := range min(p.Bits()/16, 7) { // nothing need come after the last
		group := uint64(bytes[2*i])<<8 | uint64(bytes[2*i+1])
		if group == 0 {
			break
		}
		b.WriteString(strconv.FormatUint(group, 16) + ":")
	}
	return b.String()
}

// withinFunction is within(network, address) in SQL; what is no address is in none.
func withinFunction(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	network, _ := args[0].(string)
	text, _ := args[1].(string)
	p, err := netip.ParsePrefix(network)
	if err != nil {
		return nil, err
	}
	a, err := netip.ParseAddr(text)
	return err == nil && p.Contains(a.Unmap().WithZone("")), nil
}
