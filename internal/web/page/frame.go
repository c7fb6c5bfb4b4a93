package page

import "jeton/internal/words"

// Frame is what surrounds a page: whose it is, how it is to look, and what the
// shell's own controls need. The zero Frame is a page in English without any.
type Frame struct {
	Speaker *words.Speaker
	// Languages are those that can be switched to; none: there is no switch.
	Languages []words.Language
	Theme     string // "light", "dark" or "", which leaves it to the system
	// Here is the path of this page, to which the switches lead back.
	Here string
	CSRF string // for the shell's own forms
	// Visitor is who is signed in, "" for nobody.
	Visitor string
	// Overseer says that the visitor may see what administrators do.
	Overseer bool
	// Unread is how many notices the visitor has not read.
	Unread  int
	Section string // of the navigation: see shell.html
	Zone    string // in which times are shown, "" where there are none
	Failed  bool   // something was wrong with what was sent
	Said    string // what has just been done, a message's key
	Amiss   bool   // it tells of something that was not done
}

// Themes are the choices of the switch.
func (f Frame) Themes() []string { return []string{"", "light", "dark"} }
