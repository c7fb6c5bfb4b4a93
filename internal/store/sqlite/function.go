package sqlite

import (
	"database/sql/driver"
	"regexp"
	"strings"

	"modernc.org/sqlite"
)

// addFunctions gives each connection of d what SQLite lacks for lists. They are
// for queries only and stand in no schema, so that any program can read the file.
func addFunctions(d *sqlite.Driver) error {
	var m matcher
	for name, f := range map[string]*sqlite.FunctionImpl{
		"fold":    {NArgs: 1, Scalar: foldFunction},
		"within":  {NArgs: 2, Scalar: withinFunction},
		"matches": {NArgs: 2, Scalar: m.function},
	} {
		f.Deterministic, f.VolatileArgs = true, true
		if err := d.RegisterFunction(name, f); err != nil {
			return err
		}
	}
	return nil
}

// fold returns the form in which texts are compared without regard to case:
// letter by letter, as PostgreSQL's and AWX's upper() has it, so that ß is not ss.
// Upper case first, because some letters have two lower ones.
func fold(text string) string { return strings.ToLower(strings.ToUpper(text)) }

// foldFunction is fold(text) in SQL; null stays null.
func foldFunction(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	// A copy where nothing was to be folded: the argument is SQLite's memory.
	return strings.Clone(fold(text)), nil
}

// matcher keeps the patterns that a connection has compiled. A connection serves
// one goroutine at a time, and a query has few patterns.
type matcher struct{ compiled map[string]*regexp.Regexp }

// maxPatterns is more than one query may have.
const maxPatterns = 64

// function is matches(pattern, text) in SQL: whether any part of the text does.
func (m *matcher) function(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	pattern, ok := args[0].(string)
	text, is := args[1].(string)
	if !ok || !is {
		return nil, nil
	}
	re, err := m.compile(pattern)
	if err != nil {
		return nil, err
	}
	return re.MatchString(text), nil
}

func (m *matcher) compile(pattern string) (*regexp.Regexp, error) {
	if re, ok := m.compiled[pattern]; ok {
		return re, nil
	}
	if len(m.compiled) >= maxPatterns || m.compiled == nil {
		m.compiled = map[string]*regexp.Regexp{}
	}
	pattern = strings.Clone(pattern)
	re, err := regexp.Compile(pattern)
	if err == nil {
		m.compiled[pattern] = re
	}
	return re, err
}
