package web

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string, of which the opening quote comes next.
func (s *scanner) str() (string, error) {
	begin := s.pos
	s.pos++
	var out []byte // stays nil while there are no escapes
	for from := s.pos; s.pos < len(s.text); {
		switch c := s.text[s.pos]; {
		case c == '"':
			chunk := s.text[from:s.pos]
			s.pos++
			if out == nil {
				return string(chunk), nil
			}
			return string(append(out, chunk...)), nil
		case c < 0x20:
			return "", s.fail("Invalid control character at", s.pos)
		case c == '\\':
			out = append(out, s.text[from:s.pos]...)
			r, err := s.escape(begin)
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
			from = s.pos
		default:
			s.pos++
		}
	}
	return "", s.fail("Unterminated string starting at", begin)
}

var escapes = [256]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what the backslash that comes next stands for, in a string that
// begins at begin.
func (s *scanner) escape(begin int) (rune, error) {
	backslash := s.pos
	s.pos++
	switch c := s.peek(); {
	case s.pos >= len(s.text):
		return 0, s.fail("Unterminated string starting at", begin)
	case c == 'u':
		s.pos++
		return s.unicode()
	case escapes[c] == 0:
		return 0, s.fail(`Invalid \escape`, backslash)
	default:
		s.pos++
		return escapes[c], nil
	}
}

// unicode reads the four digits of an escape, and a second escape when the two
// are a surrogate pair.
func (s *scanner) unicode() (rune, error) {
	if s.pos+4 >= len(s.text) {
		return 0, s.fail(`Invalid \uXXXX escape`, s.pos-1)
	}
	r, ok := s.hex(s.pos)
	if !ok {
		return 0, s.fail(`Invalid \uXXXX escape`, s.pos-1)
	}
	s.pos += 4
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if s.pos+6 <= len(s.text) && s.text[s.pos] == '\\' && s.text[s.pos+1] == 'u' {
		if low, ok := s.hex(s.pos + 2); ok {
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				s.pos += 6
				return both, nil
			}
		}
	}
	return utf8.RuneError, nil
}

// hex reads four hexadecimal digits.
func (s *scanner) hex(from int) (r rune, ok bool) {
	for _, c := range s.text[from : from+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
