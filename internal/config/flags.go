package config

import (
	"slices"

	"github.com/spf13/pflag"
)

// AddFlags gives a command the flags of the settings named, or of all when
// none is named.
func AddFlags(to *pflag.FlagSet, names ...string) {
	for i := range settings {
		s := &settings[i]
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		f := to.VarPF(&given{setting: s}, s.Name, "", s.Help)
		if s.Value == "" {
			f.NoOptDefVal = "true"
		}
	}
}

// Given returns the texts of those settings that stand on the command line.
func Given(flags *pflag.FlagSet) map[string]string {
	texts := map[string]string{}
	flags.Visit(func(f *pflag.Flag) {
		if v, ok := f.Value.(*given); ok {
			texts[v.setting.Name] = v.text
		}
	})
	return texts
}

// given keeps the text as given: Load reads it, together with all the others.
type given struct {
	setting *Setting
	text    string
}

// String returns the default until the flag is given: help shows it.
func (f *given) String() string {
	switch {
	case f.setting == nil: // pflag asks the zero value what it looks like
		return ""
	case f.text != "":
		return f.text
	}
	return f.setting.Default
}

func (f *given) Set(text string) error {
	f.text = text
	return nil
}

// Type is what help shows for the value; pflag shows none for a bool.
func (f *given) Type() string {
	if f.setting == nil || f.setting.Value == "" {
		return "bool"
	}
	return f.setting.Value
}
