package awx

import (
	"slices"
	"time"

	"jeton/internal/pat"
)

// tokens is what lists of tokens can be filtered and ordered by. Refresh tokens
// cannot be reached from here.
var tokens = &list{
	class: tokenClass,
	typ:   tokenType,
	columns: map[string]column{
		"id":          {field: "id", kind: pat.Int},
		"pk":          {field: "id", kind: pat.Int},
		"user":        {field: "owner", kind: pat.Int, relation: true, to: users, via: "owner."},
		"name":        {field: "name", kind: pat.String},
		"description": {field: "description", kind: pat.String},
		"scope":       {field: "scope", kind: pat.String},
		"created":     {field: "created", kind: pat.Time},
		"modified":    {field: "modified", kind: pat.Time},
		"updated":     {field: "modified", kind: pat.Time},
		"expires":     {field: "expires", kind: pat.Time},
		"last_used":   {field: "last_used", kind: pat.Time},

		"application":          {field: "application", kind: pat.Int, relation: true, to: applications, via: "application."},
		"refresh_token":        {kind: pat.Int, relation: true, to: refreshTokens},
		"source_refresh_token": {kind: pat.Int, relation: true},
		"id_token":             {kind: pat.Int, relation: true},

		"never":        {field: "never", kind: pat.Bool},
		"origin":       {field: "origin", kind: pat.String},
		"created_from": {field: "created_from", kind: pat.String},
		"family":       {field: "family", kind: pat.Int},
		"parent":       {field: "parent", kind: pat.Int},
		"networks":     {field: "networks", kind: pat.String},
	},
	search: []string{"description", "name"},
	status: tokenStatus,
	base:   []pat.Cond{notRevoked},
}

// refreshTokens are no list, and what tokens say of theirs is nothing.
var refreshTokens = &list{
	class:   "OAuth2RefreshToken",
	columns: map[string]column{"id": {field: "id", kind: pat.Int}, "pk": {field: "id", kind: pat.Int}},
}

// The conditions that statuses are made of.
var (
	revoked    = pat.Cond{Field: "revoked", Op: pat.IsNull, Not: true}
	notRevoked = pat.Cond{Field: "revoked", Op: pat.IsNull}
	paused     = pat.Cond{Field: "paused", Op: pat.IsNull, Not: true}
	notPaused  = pat.Cond{Field: "paused", Op: pat.IsNull}
)

var statuses = []pat.Status{pat.StatusLive, pat.StatusExpired, pat.StatusPaused, pat.StatusRevoked}

// tokenStatus returns the condition that a token has one of the statuses: it is
// revoked whatever else; expired when not revoked; paused when neither; else
// live, which here means that it can be used.
func tokenStatus(words []string, now time.Time) (pat.Cond, error) {
	asked := map[pat.Status]bool{}
	for _, w := range words {
		if !slices.Contains(statuses, pat.Status(w)) {
			return pat.Cond{}, quoting("an unknown status", "There is no status '"+w+"'. Choose from live, expired, paused, revoked.")
		}
		asked[pat.Status(w)] = true
	}
	expired := pat.Cond{Field: "expires", Op: pat.LessEq, Value: pat.Micro(now)}
	unexpired := pat.Cond{Field: "expires", Op: pat.Greater, Value: pat.Micro(now)}
	conds, some := stage(asked[pat.StatusPaused], paused, notPaused, nil, asked[pat.StatusLive])
	conds, some = stage(asked[pat.StatusExpired], expired, unexpired, conds, some)
	conds, _ = stage(asked[pat.StatusRevoked], revoked, notRevoked, conds, some) // some was asked for
	if len(conds) == 0 {
		return constant(true), nil
	}
	return pat.Cond{All: conds}, nil
}

// stage adds to the conditions on tokens that is does not hold for those on
// which it does, when they were asked for. No condition is all tokens; without
// some it is none. One status makes a plain conjunction, which indexes serve.
func stage(asked bool, is, isNot pat.Cond, rest []pat.Cond, some bool) ([]pat.Cond, bool) {
	switch {
	case !asked && !some:
		return nil, false
	case !asked:
		return append([]pat.Cond{isNot}, rest...), true
	case !some:
		return []pat.Cond{is}, true
	case len(rest) == 0:
		return nil, true
	}
	return []pat.Cond{{Any: []pat.Cond{is, {All: rest}}}}, true
}
