package app_test

import (
	"fmt"
	"slices"
	"testing"
)

// checklistLines is how many lines the checklist has.
const checklistLines = 150

// checklist are its lines, by what they are about. Each group has a server.
var checklist = map[string][]line{
	"create":  createLines,
	"errors":  errorLines,
	"lists":   listLines,
	"details": detailLines,
	"use":     useLines,
	"others":  otherLines,
}

// TestChecklist holds the server to each line of the checklist that was made of
// AWX 24.6.1 and its clients. Where Jeton departs from a line, its comment says
// why, and the test holds Jeton to what it does instead.
func TestChecklist(t *testing.T) {
	for about, lines := range checklist {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, l := range lines {
				t.Run(fmt.Sprintf("A%d %s", l.number, l.name), func(t *testing.T) { l.check(t, w) })
			}
		})
	}
}

func TestChecklistIsWhole(t *testing.T) {
	var numbers []int
	for _, lines := range checklist {
		for _, l := range lines {
			numbers = append(numbers, l.number)
		}
	}
	for n := range checklistLines {
		if !slices.Contains(numbers, n+1) {
			t.Errorf("the line A%d has no test", n+1)
		}
	}
}
