package awx

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"jeton/internal/pat"
)

// tokenLife moves tokens between the states of their life.
type tokenLife interface {
	PauseToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) (pat.Token, error)
	ResumeToken(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	RotateToken(ctx context.Context, by pat.Principal, id pat.TokenID, r pat.Rotation) (pat.Secret, pat.Token, error)
	EndOverlap(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	Family(ctx context.Context, by pat.Principal, id pat.TokenID) ([]pat.Token, error)
}

// repeatHeader makes a call that is repeated have the same answer.
const repeatHeader = "Idempotency-Key"

// lifePaths are what is done to a token. AWX has none of them.
func (f *Face) lifePaths() map[string]*view {
	act := func(name string, post handler, takes *shape) *view {
		return &view{
			name: name, of: tokenShape, takes: takes, numbered: true, acts: true,
			post: post, gate: f.usageGate, may: f.mayMoveToken,
		}
	}
	rotate := act("Rotate OAuth Token", f.tokenRotate, rotationShape)
	rotate.makes = true
	return map[string]*view{
		"/api/v2/tokens/{id}/pause/":  act("Pause OAuth Token", f.tokenPause, reasonShape),
		"/api/v2/tokens/{id}/resume/": act("Resume OAuth Token", f.tokenResume, nothingShape),
		"/api/v2/tokens/{id}/revoke/": act("Revoke OAuth Token", f.tokenRevoke, reasonShape),
		"/api/v2/tokens/{id}/retire/": act("Retire OAuth Token", f.tokenRetire, nothingShape),
		"/api/v2/tokens/{id}/rotate/": rotate,
		"/api/v2/tokens/{id}/family/": {name: "OAuth Token Family", of: familyShape, numbered: true, get: f.tokenFamily, gate: f.usageGate},
	}
}

func (f *Face) tokenPause(c *call) error {
	return f.moveToken(c, func(id pat.TokenID, why string) (pat.Token, error) {
		return f.Authority.PauseToken(c.r.Context(), c.who, id, why)
	})
}

func (f *Face) tokenResume(c *call) error {
	return f.moveToken(c, func(id pat.TokenID, _ string) (pat.Token, error) {
		return f.Authority.ResumeToken(c.r.Context(), c.who, id)
	})
}

func (f *Face) tokenRetire(c *call) error {
	return f.moveToken(c, func(id pat.TokenID, _ string) (pat.Token, error) {
		return f.Authority.EndOverlap(c.r.Context(), c.who, id)
	})
}

// tokenRevoke serves POST /api/v2/tokens/{id}/revoke/, which is DELETE with a
// reason and with an answer, for a token that has ended too.
func (f *Face) tokenRevoke(c *call) error {
	return f.moveToken(c, func(id pat.TokenID, why string) (pat.Token, error) {
		if err := f.Authority.RevokeToken(c.r.Context(), c.who, id, why); err != nil {
			return pat.Token{}, err
		}
		return f.Authority.Token(c.r.Context(), c.who, id)
	})
}

// moveToken does what move does with the token of the path and answers with the
// token as it is then.
func (f *Face) moveToken(c *call, move func(id pat.TokenID, why string) (pat.Token, error)) error {
	tok, err := f.tokenToChange(c)
	if err != nil {
		return err
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	var why string
	if c.view.takes == reasonShape {
		set(&why, fields.label("reason", pat.MaxReason))
	}
	if err := fields.err(); err != nil {
		return err
	}
	if tok, err = move(tok.ID, why); err != nil {
		return refusedByState(err)
	}
	return f.answerToken(c, &tok)
}

// tokenToChange returns the token of the path, a revoked one too, to whoever may
// change it: that is said before the body is judged.
func (f *Face) tokenToChange(c *call) (pat.Token, error) {
	tok, err := f.Authority.Token(c.r.Context(), c.who, pat.TokenID(number(c.r.PathValue("id"))))
	switch {
	case err != nil:
		return tok, missing(tokenClass, err)
	case !c.who.MayActFor(tok.Owner):
		return tok, errForbidden
	}
	return tok, nil
}

func (f *Face) mayMoveToken(c *call) bool {
	_, err := f.tokenToChange(c)
	return err == nil
}

// tokenRotate serves POST /api/v2/tokens/{id}/rotate/.
func (f *Face) tokenRotate(c *call) error {
	tok, err := f.tokenToChange(c)
	if err != nil {
		return err
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	r := pat.Rotation{Overlap: pat.DefaultOverlap, Origin: pat.OriginAPI}
	overlap := fields.whole("overlap")
	r.Usual = overlap == nil
	set(&r.Overlap, overlap)
	r.Expiry = fields.expiry("expires", c.now())
	if r.Key, err = repeatKey(c.r); err != nil {
		fields.errs = append(fields.errs, wireErrors(pat.AsError(err))...)
	}
	if err := fields.err(); err != nil {
		return err
	}
	secret, next, err := f.Authority.RotateToken(c.r.Context(), c.who, tok.ID, r)
	if err != nil {
		return refusedByState(err)
	}
	owners, err := f.ownersOf(c.r.Context(), c.who, []pat.Token{next})
	if err != nil {
		return err
	}
	answer := tokenOf(&next, owners[next.Owner], c.now())
	answer.Token = secret.Reveal()
	return c.created(answer.URL, answer)
}

// repeatKey reads the header that makes a call repeatable; the zero key where
// there is none.
func repeatKey(r *http.Request) (pat.RepeatKey, error) {
	switch sent := r.Header.Values(repeatHeader); len(sent) {
	case 0:
		return pat.RepeatKey{}, nil
	case 1:
		return pat.ParseRepeatKey(sent[0])
	}
	return pat.RepeatKey{}, pat.FailField(repeatHeader, "send it once")
}

// refusedByState answers 409 where it is the token's state that does not allow
// the act, and 422 where a key stands for another call. These acts are ours:
// AWX's clients were not promised that a conflict is 400.
func refusedByState(err error) error {
	switch {
	case errors.Is(err, pat.ErrRepeated):
		return &refusal{status: http.StatusUnprocessableEntity, detail: sentence(pat.AsError(err).Fields[0].Message), cause: err}
	case pat.Is(err, pat.Conflict):
		return &refusal{status: http.StatusConflict, detail: sentence(pat.AsError(err).Message), cause: err}
	}
	return missing(tokenClass, err)
}

// familyAnswer is one page.
type familyAnswer struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []any   `json:"results"`
}

// tokenFamily serves GET /api/v2/tokens/{id}/family/, of a revoked token too.
func (f *Face) tokenFamily(c *call) error {
	if c.r.URL.RawQuery != "" && c.r.URL.Query().Get("format") == "" {
		return invalid("A family is one page: it takes no parameters.")
	}
	chain, err := f.Authority.Family(c.r.Context(), c.who, pat.TokenID(number(c.r.PathValue("id"))))
	if err != nil {
		return missing(tokenClass, err)
	}
	results, err := f.tokensOf(c.r.Context(), c.who, chain)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, familyAnswer{Count: len(chain), Results: results})
}

// whole reads a whole number, also as a text.
func (f *form) whole(key string) *int64 {
	v, ok := f.body.Get(key)
	if !ok {
		return nil
	}
	text, _ := v.(string)
	if number, is := v.(json.Number); is {
		text = number.String()
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		f.errs.add(key, "A valid integer is required.")
		return nil
	}
	return &n
}
