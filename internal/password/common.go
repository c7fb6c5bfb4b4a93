package password

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
)

// commonList holds the common passwords of at least 8 characters, the
// lowest minimum that a policy may set, one a line, in lower case, gzipped.
// README.md says where they are from.
//
//go:embed common.txt.gz
var commonList []byte

// builtOnCommon reports whether the folded password is, for more than half,
// one common password. The list is unpacked anew each time: that takes a few
// milliseconds, where a hash follows that takes ten times as much, and
// otherwise it takes no memory.
func builtOnCommon(folded string) (bool, error) {
	list, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		return false, fmt.Errorf("common passwords: %w", err)
	}
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		if dominates(lines.Text(), folded) {
			return true, nil
		}
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("common passwords: %w", err)
	}
	return false, nil
}
