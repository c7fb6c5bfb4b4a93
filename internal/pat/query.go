package pat

import "net/netip"

// Op compares a field with a value.
type Op string

const (
	Equal      Op = "="
	Less       Op = "<"
	LessEq     Op = "<="
	Greater    Op = ">"
	GreaterEq  Op = ">="
	In         Op = "in"   // Value is a slice of the field's type
	IsNull     Op = "null" // Value is nil
	Contains   Op = "contains"
	StartsWith Op = "startswith"
	EndsWith   Op = "endswith"
	Matches    Op = "matches" // Value is a pattern that CheckPattern lets pass
	Within     Op = "within"  // the field is an address, Value a network as netip.Prefix writes it
)

// Cond is one condition of a Query: a field compared with a value of the
// field's type (int64, string, bool or time.Time), or a group of conditions.
type Cond struct {
	Field string
	Op    Op
	Value any
	Fold  bool // without regard to case, in every alphabet, letter by letter
	Not   bool // true where the comparison or the group is not, nulls included

	// A condition without a field is a group: true where one of Any is, or where
	// every one of All is. The one that is not used is nil.
	Any, All []Cond
}

// Order is one key of a Query's order. Null comes before every value.
type Order struct {
	Field string
	Desc  bool
}

// Query selects and orders records. A field that the list does not have is a
// mistake of the program and fails as such: faces choose from the tables below.
type Query struct {
	Where  []Cond  // all of them
	Order  []Order // the id breaks ties; empty: by id
	Limit  int     // 0: no records, only their number
	Offset int
	// Uncounted leaves the number of records out, and 0 in its place: it costs
	// more than a page where many are selected.
	Uncounted bool
	// Sweep says that the page is one of many that make the whole, each beginning
	// by id where the last has ended. Ranges of other fields are not looked up then,
	// which would find the whole anew for each page.
	Sweep bool
}

// Newest is the query for those records for which where holds, the newest first and
// limit at most.
func Newest(limit int, where ...Cond) Query {
	return Query{Where: where, Order: []Order{{Field: "id", Desc: true}}, Limit: limit, Uncounted: true}
}

// AtAddress is the condition that the field is the address, or an address of the
// network, that somebody has written. It reports false where text is neither.
func AtAddress(field, text string) (Cond, bool) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return Cond{Field: field, Op: Within, Value: network.Masked().String()}, true
	}
	a, err := netip.ParseAddr(text)
	return Cond{Field: field, Op: Equal, Value: a.Unmap().String()}, err == nil
}

// FieldType is the Go type of a field's values.
type FieldType string

const (
	Int    FieldType = "int"
	String FieldType = "string"
	Bool   FieldType = "bool"
	Time   FieldType = "time"
)

// TokenFields are what Tokens filters and orders by. "expires" is the date
// that Token.ShownExpiry returns, "never" whether there is none.
// Those of the owner are UserFields after "owner.", those of its application
// ApplicationFields after "application.". "created_from" and "networks"
// are as the store writes them, blanks between networks, and null for none.
var TokenFields = with("owner.", UserFields, with("application.", ApplicationFields, map[string]FieldType{
	"id": Int, "owner": Int, "name": String, "description": String, "scope": String,
	"created": Time, "modified": Time, "expires": Time, "never": Bool, "origin": String, "created_from": String,
	"revoked": Time, "paused": Time, "last_used": Time, "family": Int, "parent": Int, "networks": String,
	"application": Int, "last_four": String,
}))

// UserFields are what Users filters and orders by.
var UserFields = map[string]FieldType{
	"id": Int, "username": String, "first_name": String, "last_name": String, "email": String,
	"admin": Bool, "auditor": Bool, "service": Bool, "created": Time, "modified": Time, "last_login": Time, "disabled": Time,
}

// with adds the fields of a related record under a prefix.
func with(prefix string, related, fields map[string]FieldType) map[string]FieldType {
	for name, t := range related {
		fields[prefix+name] = t
	}
	return fields
}

// ActivityFields are what Activity filters and orders by. "token", "user" and
// "application" are the id of the object where it is one, else null; "changes" is
// a text for searching. "credential" is the token by which it was done, null for
// none, and "address" from where, as netip.Addr writes it. These two are for
// administrators and auditors.
var ActivityFields = map[string]FieldType{
	"id": Int, "at": Time, "actor": Int, "actor.username": String, "act": String, "operation": String,
	"object": String, "object_id": Int, "token": Int, "user": Int, "application": Int, "owner": Int, "changes": String,
	"credential": Int, "address": String,
}
