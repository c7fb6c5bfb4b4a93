package awx

import "net/http"

// optionsAnswer describes a path. What fields it has is not told yet.
type optionsAnswer struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Renders     []string `json:"renders"`
	Parses      []string `json:"parses"`
}

var jsonOnly = []string{"application/json"}

// options demands what GET demands. The header Allow is what clients read: the
// awx client asks for that of an object which need not exist.
func (v *view) options(c *call) error {
	if v.gate != nil {
		if err := v.gate(c); err != nil {
			return err
		}
	}
	return c.answer(http.StatusOK, optionsAnswer{Name: v.name, Renders: jsonOnly, Parses: jsonOnly})
}
