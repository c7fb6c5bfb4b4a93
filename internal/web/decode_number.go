package web

import "encoding/json"

// number reads the longest number that stands here. What follows it is judged
// by whoever reads on, as Python does: 01 is a zero with extra data behind.
func (s *scanner) number() (any, error) {
	begin, end := s.pos, s.pos
	if end < len(s.text) && s.text[end] == '-' {
		end++
	}
	whole := s.digits(end)
	switch {
	case whole == end:
		return nil, s.fail("Expecting value", begin)
	case s.text[end] == '0':
		whole = end + 1
	}
	end = whole
	if end < len(s.text) && s.text[end] == '.' {
		if f := s.digits(end + 1); f > end+1 {
			end = f
		}
	}
	if end < len(s.text) && s.text[end]|0x20 == 'e' {
		from := end + 1
		if from < len(s.text) && (s.text[from] == '+' || s.text[from] == '-') {
			from++
		}
		if e := s.digits(from); e > from {
			end = e
		}
	}
	s.pos = end
	return json.Number(s.text[begin:end]), nil
}

// digits returns where the digits that begin at from end.
func (s *scanner) digits(from int) int {
	for from < len(s.text) && s.text[from] >= '0' && s.text[from] <= '9' {
		from++
	}
	return from
}
