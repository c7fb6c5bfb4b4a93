package config

import "strings"

// Problem is what is wrong with one setting.
type Problem struct {
	Setting string // its name; "" when the file itself cannot be read
	Place   string // where it was set: --max-age, JETON_MAX_AGE, jeton.yaml:3; "" by default
	Message string // what to do
}

func (p Problem) Error() string {
	switch {
	case p.Place == "" && p.Setting == "":
		return p.Message
	case p.Place == "":
		return p.Setting + ": " + p.Message
	case p.Setting == "" || !strings.Contains(p.Place, ":"): // flag and variable say the name themselves
		return p.Place + ": " + p.Message
	}
	return p.Place + ": " + p.Setting + ": " + p.Message
}

// Problems are all that is wrong, in the order of the table.
type Problems []Problem

// Error lists the problems, one a line.
func (all Problems) Error() string {
	lines := make([]string, len(all))
	for i, p := range all {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

func (all Problems) orNil() error {
	if len(all) == 0 {
		return nil
	}
	return all
}

func (all Problems) blames(setting string) bool {
	for _, p := range all {
		if p.Setting == setting {
			return true
		}
	}
	return false
}
