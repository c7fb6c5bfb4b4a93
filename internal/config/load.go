package config

import (
	"strconv"
)

// Sources are the places that settings are read from.
type Sources struct {
	Flags map[string]string           // by the setting's name, those that were given
	Env   func(string) (string, bool) // os.LookupEnv but in tests
	File  string                      // path; "": none
}

// Origin says where a value in force comes from.
type Origin string

// The origins, the strongest first.
const (
	FromFlag    Origin = "flag"
	FromEnv     Origin = "env"
	FromFile    Origin = "file"
	FromDefault Origin = "default"
)

// Value is what one setting is, and why.
type Value struct {
	Name string // of the setting
	Text string // as it would be written, passwords masked
	From Origin
	// Place is the origin in detail: --max-age, JETON_MAX_AGE, jeton.yaml:3;
	// "" by default.
	Place string
}

// Loaded is a Config with the story behind it.
type Loaded struct {
	Config Config
	Values []Value // one for each setting, in the order of the table
}

// Load reads the settings. On Problems, Loaded still shows what was found.
func Load(from Sources) (Loaded, error) {
	file, all := readFile(from.File)
	l := Loaded{Config: Default(), Values: make([]Value, len(settings))}
	for i := range settings {
		s := &settings[i]
		text, value := from.find(s, file)
		if value.From == FromFlag {
			if err := checkCommandLine(s, text); err != nil {
				all = append(all, Problem{s.Name, value.Place, err.Error()})
			}
		}
		value.Text = s.shown(text)
		if err := parse(s.field(&l.Config), text); err != nil {
			all = append(all, Problem{s.Name, value.Place, err.Error()})
		} else {
			value.Text = s.shown(format(s.field(&l.Config)))
		}
		l.Values[i] = value
	}
	for i := range settings {
		s := &settings[i]
		// One complaint about a setting is enough: what could not be read has
		// no bounds.
		if err := s.wrong(&l.Config); err != nil && !all.blames(s.Name) {
			all = append(all, Problem{s.Name, l.Values[i].Place, err.Error()})
		}
	}
	return l, all.orNil()
}

// find returns the text of s from the strongest place that has one. An empty
// variable counts as none: that is how compose files pass on what is not set.
// Variables that name no setting are not looked at, since others put theirs
// there too (Kubernetes sets JETON_PORT for a service of that name).
func (from *Sources) find(s *Setting, file map[string]entry) (string, Value) {
	v := Value{Name: s.Name}
	if text, ok := from.Flags[s.Name]; ok {
		v.From, v.Place = FromFlag, "--"+s.Name
		return text, v
	}
	if from.Env != nil {
		if text, ok := from.Env(s.Env()); ok && text != "" {
			v.From, v.Place = FromEnv, s.Env()
			return text, v
		}
	}
	if e, ok := file[s.Name]; ok {
		v.From, v.Place = FromFile, from.File+":"+strconv.Itoa(e.line)
		return e.text, v
	}
	v.From = FromDefault
	return s.Default, v
}
