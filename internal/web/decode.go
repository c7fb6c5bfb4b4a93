package web

import "unicode/utf8"

// Bounds of a JSON text. Its size is bounded where the body is read.
const (
	MaxJSONDepth = 32  // objects and arrays inside one another
	MaxJSONKeys  = 100 // members of one object
)

// Duplicates says what becomes of a key that stands twice in an object.
type Duplicates bool

const (
	RefuseDuplicates Duplicates = false
	LastWins         Duplicates = true // as AWX's clients were promised
)

// What else a body can be, whose text is sound.
var (
	ErrNull      = &Error{Status: 400, Message: "the body is null, not a JSON object"}
	ErrNotObject = &Error{Status: 400, Message: "the body is not a JSON object"}
)

// Decode reads body as one JSON object and nothing after it. It accepts what
// encoding/json accepts, within the bounds above and in sound UTF-8, and keeps
// numbers as they were written. Escaped halves of a surrogate pair that stand
// alone become U+FFFD.
//
// It fails with a *SyntaxError, whose words are those of Python's json (the
// clients of AWX were promised them), with ErrNull, and with ErrNotObject.
func Decode(body []byte, dup Duplicates) (Object, error) {
	s := &scanner{text: body, dup: dup}
	v, err := s.document()
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Object:
		return v, nil
	case nil:
		return nil, ErrNull
	}
	return nil, ErrNotObject
}

// scanner reads one JSON text from front to back.
type scanner struct {
	text  []byte
	pos   int
	depth int
	dup   Duplicates
}

func (s *scanner) document() (any, error) {
	if !utf8.Valid(s.text) {
		return nil, notUTF8(s.text)
	}
	s.blanks()
	v, err := s.value()
	if err != nil {
		return nil, err
	}
	s.blanks()
	if s.pos < len(s.text) {
		return nil, s.fail("Extra data", s.pos)
	}
	return v, nil
}

// blanks skips white space.
func (s *scanner) blanks() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// at reports whether c comes next, and passes over it.
func (s *scanner) at(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// peek returns the next byte, or 0 at the end; a NUL is no part of JSON.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) value() (any, error) {
	switch c := s.peek(); c {
	case '"':
		return s.str()
	case '{', '[':
		if s.depth++; s.depth > MaxJSONDepth {
			return nil, s.fail("Nested too deeply", s.pos)
		}
		defer func() { s.depth-- }()
		s.pos++
		if c == '{' {
			return s.object()
		}
		return s.array()
	case 'n':
		return nil, s.word("null")
	case 't':
		return true, s.word("true")
	case 'f':
		return false, s.word("false")
	}
	return s.number()
}

func (s *scanner) word(word string) error {
	if end := s.pos + len(word); end > len(s.text) || string(s.text[s.pos:end]) != word {
		return s.fail("Expecting value", s.pos)
	}
	s.pos += len(word)
	return nil
}

func (s *scanner) object() (any, error) {
	o := Object{}
	s.blanks()
	if s.at('}') {
		return o, nil
	}
	for n := 1; ; n++ {
		if s.peek() != '"' {
			return nil, s.fail("Expecting property name enclosed in double quotes", s.pos)
		}
		begin := s.pos
		key, err := s.str()
		if err != nil {
			return nil, err
		}
		i := o.find(key)
		switch {
		case n > MaxJSONKeys:
			return nil, s.fail("Too many keys", begin)
		case i >= 0 && s.dup == RefuseDuplicates:
			return nil, s.fail("Key given twice", begin)
		case i < 0:
			i = len(o)
			o = append(o, Member{Key: key})
		}
		s.blanks()
		if !s.at(':') {
			return nil, s.fail("Expecting ':' delimiter", s.pos)
		}
		s.blanks()
		if o[i].Value, err = s.value(); err != nil {
			return nil, err
		}
		s.blanks()
		if s.at('}') {
			return o, nil
		}
		if !s.at(',') {
			return nil, s.fail("Expecting ',' delimiter", s.pos)
		}
		s.blanks()
	}
}

func (s *scanner) array() (any, error) {
	a := []any{}
	s.blanks()
	if s.at(']') {
		return a, nil
	}
	for {
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
		s.blanks()
		if s.at(']') {
			return a, nil
		}
		if !s.at(',') {
			return nil, s.fail("Expecting ',' delimiter", s.pos)
		}
		s.blanks()
	}
}
