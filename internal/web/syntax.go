package web

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// SyntaxError says where a JSON text cannot be read, in the words of Python's
// json. It never quotes the text, which may hold secrets.
type SyntaxError struct {
	Message string
	Line    int // from 1; 0 when the text is not UTF-8 and has no lines
	Column  int // from 1, in characters
	Char    int // from 0, in characters
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%s: line %d column %d (char %d)", e.Message, e.Line, e.Column, e.Char)
}

// fail returns the error at a place in bytes.
func (s *scanner) fail(message string, pos int) error {
	before := s.text[:min(pos, len(s.text))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &SyntaxError{
		Message: message,
		Line:    bytes.Count(before, []byte{'\n'}) + 1,
		Column:  utf8.RuneCount(line) + 1,
		Char:    utf8.RuneCount(before),
	}
}

// notUTF8 describes the first byte that is out of place in a text that is not
// UTF-8, as Python's codec does.
func notUTF8(text []byte) error {
	pos := 0
	for {
		r, size := utf8.DecodeRune(text[pos:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		pos += size
	}
	why := "invalid continuation byte"
	switch first := text[pos]; {
	case first < 0xc2 || first > 0xf4:
		why = "invalid start byte"
	case !utf8.FullRune(text[pos:]):
		why = "unexpected end of data"
	}
	return &SyntaxError{Message: fmt.Sprintf("'utf-8' codec can't decode byte 0x%02x in position %d: %s", text[pos], pos, why)}
}
