package console

import "jeton/internal/web/page"

var helpPage = page.Parse(templates, "templates/help.html")

// helpTopics are the sections of the page; each has a title and a text.
var helpTopics = []string{"token", "access", "expiry", "leak"}

func (v *visit) help() error { return v.show(helpPage, "help", helpTopics) }
