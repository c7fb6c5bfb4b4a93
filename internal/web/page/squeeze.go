package page

import (
	"bytes"
	"regexp"
)

// What a style sheet has for those who write it alone: comments, and blanks
// where none is needed. The sheet has no text with either in it.
var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssAround  = regexp.MustCompile(`\s*([{};])\s*`)
	cssAfter   = regexp.MustCompile(`([:,]) +`)
	cssLast    = regexp.MustCompile(`;}`)
)

// squeezed is the style sheet as it is sent: a page is to weigh 30 kB at most
// with all that it refers to.
func squeezed(css []byte) []byte {
	css = cssComment.ReplaceAll(css, nil)
	css = cssAround.ReplaceAll(css, []byte("$1"))
	css = cssAfter.ReplaceAll(css, []byte("$1"))
	return bytes.TrimSpace(cssLast.ReplaceAll(css, []byte("}")))
}
