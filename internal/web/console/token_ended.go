package console

import (
	"errors"
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var endedPage = page.Parse(templates, "templates/token_ended.html")

// endedView says when a token has ended, and offers another in its place.
type endedView struct {
	Token tokenRow
	Desk  desk
	Late  bool // what was asked for is not done
}

// endedError is why a token cannot be changed any more.
type endedError struct{ token pat.Token }

func (*endedError) Error() string { return errEnded.Error() }
func (*endedError) Unwrap() error { return errEnded }

var errEnded = pat.Fail(pat.Conflict, "the token has ended")

// orEnded answers with a page where it is a token's end that did not allow what
// was asked for.
func (v *visit) orEnded(err error) error {
	var ended *endedError
	if !errors.As(err, &ended) {
		return err
	}
	web.Note(v.r, err)
	return v.refuse(endedPage, v.desk.section(), http.StatusConflict, endedView{v.row(&ended.token), v.desk, true})
}

// showEnded is the answer to whoever wants to end what has ended: that is done.
func (v *visit) showEnded(t *pat.Token) error {
	return v.show(endedPage, v.desk.section(), endedView{v.row(t), v.desk, false})
}
