package pat

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
)

// Cond is one condition of a Query: a field compared with a value of the
// field's type (int64, string, bool or time.Time).
type Cond struct {
	Field string
	Op    Op
	Value any
	Fold  bool // without regard to case (ASCII at least)
	Not   bool // true where the comparison is not, nulls included
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
var TokenFields = map[string]FieldType{
	"id": Int, "owner": Int, "owner.username": String, "name": String, "description": String, "scope": String,
	"created": Time, "modified": Time, "expires": Time, "never": Bool, "origin": String,
	"revoked": Time, "paused": Time, "last_used": Time, "family": Int, "parent": Int,
	"application": Int, "application.name": String,
}

// UserFields are what Users filters and orders by.
var UserFields = map[string]FieldType{
	"id": Int, "username": String, "first_name": String, "last_name": String, "email": String,
	"admin": Bool, "auditor": Bool, "service": Bool, "created": Time, "modified": Time, "last_login": Time, "disabled": Time,
}

// ActivityFields are what Activity filters and orders by. "token", "user"
// and "application" are the id of the object where it is one, else null; "changes" is a text for
// searching.
var ActivityFields = map[string]FieldType{
	"id": Int, "at": Time, "actor": Int, "actor.username": String, "act": String, "operation": String,
	"object": String, "object_id": Int, "token": Int, "user": Int, "application": Int, "owner": Int, "changes": String,
}
