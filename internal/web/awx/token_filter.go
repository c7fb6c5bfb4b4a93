package awx

import (
	"strings"
	"time"

	"jeton/internal/pat"
)

// tokens is what lists of tokens can be filtered and ordered by. Refresh tokens
// cannot be reached from here.
var tokens = &list{
	class: tokenClass,
	typ:   tokenType,
	columns: map[string]column{
		"id":             {field: "id", kind: pat.Int},
		"pk":             {field: "id", kind: pat.Int},
		"user":           {field: "owner", kind: pat.Int, relation: true},
		"user__id":       {field: "owner", kind: pat.Int},
		"user__username": {field: "owner.username", kind: pat.String},
		"name":           {field: "name", kind: pat.String},
		"description":    {field: "description", kind: pat.String},
		"scope":          {field: "scope", kind: pat.String},
		"created":        {field: "created", kind: pat.Time},
		"modified":       {field: "modified", kind: pat.Time},
		"updated":        {field: "modified", kind: pat.Time},
		"expires":        {field: "expires", kind: pat.Time},
		"last_used":      {field: "last_used", kind: pat.Time},

		"application":          {field: "application", kind: pat.Int, relation: true},
		"application__id":      {field: "application", kind: pat.Int},
		"application__name":    {field: "application.name", kind: pat.String},
		"refresh_token":        {kind: pat.Int, relation: true},
		"source_refresh_token": {kind: pat.Int, relation: true},
		"id_token":             {kind: pat.Int, relation: true},
	},
	status: tokenStatus,
	base:   []pat.Cond{notRevoked},
}

// The conditions that statuses are made of.
var (
	revoked    = pat.Cond{Field: "revoked", Op: pat.IsNull, Not: true}
	notRevoked = pat.Cond{Field: "revoked", Op: pat.IsNull}
	paused     = pat.Cond{Field: "paused", Op: pat.IsNull, Not: true}
	notPaused  = pat.Cond{Field: "paused", Op: pat.IsNull}
)

// A token has one status: revoked whatever else; expired when not revoked;
// paused when neither; else live, which here means that it can be used.
const (
	isLive = 1 << iota
	isExpired
	isPaused
	isRevoked
)

var statuses = map[string]int{"live": isLive, "expired": isExpired, "paused": isPaused, "revoked": isRevoked}

// tokenStatus returns the conditions under which a token has one of the
// statuses. All conditions of a query must hold together, so that not every
// choice of statuses can be asked for.
func tokenStatus(words []string, now time.Time) ([]pat.Cond, error) {
	var asked int
	for _, w := range words {
		is, ok := statuses[w]
		if !ok {
			return nil, quoting("an unknown status", "There is no status '"+w+"'. Choose from live, expired, paused, revoked.")
		}
		asked |= is
	}
	expired := pat.Cond{Field: "expires", Op: pat.LessEq, Value: pat.Micro(now)}
	notExpired := pat.Cond{Field: "expires", Op: pat.Greater, Value: pat.Micro(now)}
	switch asked {
	case isLive:
		return []pat.Cond{notRevoked, notExpired, notPaused}, nil
	case isExpired:
		return []pat.Cond{notRevoked, expired}, nil
	case isPaused:
		return []pat.Cond{notRevoked, notExpired, paused}, nil
	case isRevoked:
		return []pat.Cond{revoked}, nil
	case isLive | isPaused:
		return []pat.Cond{notRevoked, notExpired}, nil
	case isLive | isPaused | isExpired:
		return []pat.Cond{notRevoked}, nil
	case isLive | isPaused | isExpired | isRevoked:
		return nil, nil
	}
	return nil, quoting("a choice of statuses that is not served", "Filtering on "+strings.Join(words, " and ")+" at once is not available here.")
}
