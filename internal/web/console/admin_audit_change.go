package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
)

// auditChange is the old and the new value of a field, "" for none.
type auditChange struct {
	Field    string       // its name in the trail and the API
	Label    string       // the message of what it is
	For      *stricterRow // for whom alone a rule is; nil for everyone
	Old, New string
}

// valueKind is what the values of a field of the trail are, where that is not what
// they look like.
type valueKind byte

const (
	asWritten valueKind = iota
	aTime
	aUser  // an id, 0 for none
	anItem // an id of anything else, 0 for none
)

// trailKinds are the fields of the trail whose values are not what they look like.
var trailKinds = map[string]valueKind{
	"owner": aUser, "application": anItem, "replaces": anItem, "successor": anItem, "bulk": anItem,
	"expires": aTime, "paused": aTime, "retired": aTime,
}

// auditChange is a change in words.
func (v *visit) auditChange(act pat.Act, c pat.FieldChange) auditChange {
	change := auditChange{Field: c.Field}
	if act == pat.PolicyChanged {
		if rule, ok := pat.RuleByKey(c.Field[strings.LastIndexByte(c.Field, '.')+1:]); ok {
			change.Label = "rule." + rule.Key
			change.Old, change.New = v.trailRule(rule, c.Field, c.Old), v.trailRule(rule, c.Field, c.New)
			return change
		}
	}
	kind := trailKinds[c.Field]
	change.Label = "field." + c.Field
	change.Old, change.New = v.trailValue(kind, c.Old), v.trailValue(kind, c.New)
	return change
}

// trailRule writes the value of a rule of the policy.
func (v *visit) trailRule(rule *pat.Rule, field string, value any) string {
	if value == nil && rule.Key != field { // where there is no stricter one
		return ""
	}
	if x, ok := value.(string); ok && (rule.Kind == pat.Words || rule.Kind == pat.WordsOrAll) {
		return v.ruleText(rule, strings.Fields(x))
	}
	return v.ruleText(rule, value)
}

// trailValue writes a value of the trail for people.
func (v *visit) trailValue(kind valueKind, value any) string {
	switch x := value.(type) {
	case nil:
		return ""
	case bool:
		if x {
			return v.speak.Say("yes", nil)
		}
		return v.speak.Say("no", nil)
	case int64:
		switch {
		case kind == asWritten:
			return v.speak.Number(x)
		case x == 0:
			return ""
		case kind == aUser:
			return v.userName(pat.UserID(x))
		}
		return strconv.FormatInt(x, 10)
	case string:
		if at, err := time.Parse(time.RFC3339Nano, x); kind == aTime && err == nil {
			return v.speak.DateTimeLong(v.at(at))
		}
	}
	return strings.TrimSpace(fmt.Sprint(value))
}

// userName is the name of a user, or the id where there is none any more.
func (v *visit) userName(id pat.UserID) string {
	u, err := v.f.Authority.User(v.r.Context(), v.who, id)
	if err != nil {
		return strconv.FormatInt(int64(id), 10)
	}
	return u.Name
}
