package awx

import (
	"errors"
	"net/http"

	"jeton/internal/web"
)

// wideBody is how many bytes the body may have that names many tokens.
const wideBody = 1 << 20

// readBody reads the body of a method that has one. No body, or an empty one of
// any type, is an empty object.
func (c *call) readBody() error {
	switch c.r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
	default:
		return nil
	}
	limit := int64(web.MaxBody)
	if c.view.wide {
		limit = wideBody
	}
	text, err := web.ReadBody(c.r, limit)
	switch {
	case err != nil:
		return err
	case len(text) == 0:
		return nil
	case !web.IsType(c.r, "application/json"):
		return web.ErrMediaType
	}
	c.body, err = web.Decode(text, web.LastWins)
	var syntax *web.SyntaxError
	switch {
	case errors.Is(err, web.ErrNull):
		c.isNull = true // said only to those who were authenticated
		return nil
	case errors.Is(err, web.ErrNotObject):
		return invalid("JSON parse error - not a JSON object")
	case errors.As(err, &syntax):
		return invalid("JSON parse error - " + syntax.Error() + "\nPossible cause: trailing comma.")
	}
	return err
}

// form begins to read the fields of the body. Those that an exact shape does not
// have are wrong.
func (c *call) form() (*form, error) {
	if c.isNull {
		return nil, fieldErrors{{unbound, []string{"This field may not be null."}}}
	}
	f := &form{body: c.body}
	if takes := c.view.reads(c.r.Method); takes.exact {
		f.only(takes)
	}
	return f, nil
}
