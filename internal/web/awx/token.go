package awx

import (
	"net/http"

	"jeton/internal/pat"
)

// tokenList serves GET /api/v2/tokens/: the caller's own, or all for whoever
// may see them.
func (f *Face) tokenList(c *call) error { return f.tokenPage(c) }

// tokenPage answers with a page of the tokens that the query and the
// conditions select.
func (f *Face) tokenPage(c *call, where ...pat.Cond) error {
	s, err := tokens.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return err
	}
	if c.table {
		return f.sendAll(c, s, where, f.tokenTable(c.who))
	}
	return c.page(s, where, func(q pat.Query) ([]any, int, error) {
		found, total, err := f.Authority.Tokens(c.r.Context(), c.who, q)
		if err != nil {
			return nil, 0, err
		}
		results, err := f.tokensOf(c.r.Context(), c.who, found)
		return results, total, err
	})
}

// tokenCreate serves POST /api/v2/tokens/: a token for the caller.
func (f *Face) tokenCreate(c *call) error {
	owner, err := f.userByID(c, c.who.User)
	if err != nil {
		return err
	}
	return f.createToken(c, &owner, f.mayBelong(c))
}

// createToken makes a token for owner. of says which application it belongs to;
// where it is nil the field is passed over, as old clients send it with null.
func (f *Face) createToken(c *call, owner *pat.User, of belonging) error {
	fields, err := c.form()
	if err != nil {
		return err
	}
	req := pat.TokenRequest{Owner: owner.ID, Scopes: pat.ScopeWrite, Origin: pat.OriginAPI}
	set(&req.Description, fields.label("description", pat.MaxTokenDescription))
	if of != nil {
		if req.Application, err = of(fields); err != nil {
			return err
		}
	}
	words, err := f.scopeWords(c)
	if err != nil {
		return err
	}
	set(&req.Scopes, fields.scope("scope", words))
	req.Expiry = fields.expiry("expires", c.now())
	set(&req.Name, fields.label("name", pat.MaxTokenName))
	set(&req.Networks, fields.networks("networks"))
	if err := fields.err(); err != nil {
		return err
	}
	if req.Application != 0 {
		return f.createApplicationToken(c, owner, req)
	}
	secret, tok, err := f.Authority.CreateToken(c.r.Context(), c.who, req)
	if err != nil {
		return missing(userClass, err)
	}
	answer := tokenOf(&tok, owner, c.now())
	answer.Token = secret.Reveal()
	return c.created(answer.URL, answer)
}

// createApplicationToken makes a token that has a refresh token.
func (f *Face) createApplicationToken(c *call, owner *pat.User, req pat.TokenRequest) error {
	pair, err := f.Authority.CreateApplicationToken(c.r.Context(), c.who, req)
	if err != nil {
		return missing(userClass, err)
	}
	app, err := f.Authority.Application(c.r.Context(), c.who, req.Application)
	if err != nil {
		return err
	}
	answer := tokenOf(&pair.Token, owner, c.now())
	answer.ofApplication(app.ID, &app)
	answer.Token, *answer.RefreshToken = pair.Access.Reveal(), pair.Refresh.Reveal()
	return c.created(answer.URL, answer)
}

// token returns the token of the path, when the caller may see it and it is
// not revoked: to AWX's clients a revoked token is gone. Filters of the query
// apply to a single object too.
func (f *Face) token(c *call) (pat.Token, error) {
	s, err := tokens.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return pat.Token{}, err
	}
	tok, err := f.Authority.Token(c.r.Context(), c.who, pat.TokenID(number(c.r.PathValue("id"))))
	if err == nil && (s.none || !tok.RevokedAt.IsZero()) {
		err = errGone
	}
	if err == nil && len(s.filters) > 0 {
		var n int
		q := pat.Query{Where: append(s.filters, pat.Cond{Field: "id", Op: pat.Equal, Value: int64(tok.ID)})}
		if _, n, err = f.Authority.Tokens(c.r.Context(), c.who, q); err == nil && n == 0 {
			err = errGone
		}
	}
	return tok, missing(tokenClass, err)
}

var errGone = pat.Fail(pat.NotFound, "not among what was asked for")

// tokenGate lets pass whoever may see the token, or asks for one that is none.
func (f *Face) tokenGate(c *call) error {
	_, err := f.token(c)
	return unlessMissing(err)
}

// unlessMissing passes over NotFound: OPTIONS answers for an object that does
// not exist, since the awx client asks it of the id 1 whatever there is.
func unlessMissing(err error) error {
	if pat.Is(err, pat.NotFound) {
		return nil
	}
	return err
}

// tokenShow serves GET /api/v2/tokens/{id}/.
func (f *Face) tokenShow(c *call) error {
	tok, err := f.token(c)
	if err != nil {
		return err
	}
	return f.answerToken(c, &tok)
}

func (f *Face) answerToken(c *call, tok *pat.Token) error {
	results, err := f.tokensOf(c.r.Context(), c.who, []pat.Token{*tok})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, results[0])
}

func (f *Face) tokenPatch(c *call) error { return f.editToken(c, false) }

// tokenPut resets the description when it is absent. The scope stays: AWX
// would make it write, which turns a read token into more than was asked for.
func (f *Face) tokenPut(c *call) error { return f.editToken(c, true) }

func (f *Face) editToken(c *call, put bool) error {
	tok, err := f.token(c)
	switch {
	case err != nil:
		return err
	case !c.who.MayActFor(tok.Owner): // said before the body is judged
		return errForbidden
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	words, err := f.scopeWordsOf(c, &tok)
	if err != nil {
		return err
	}
	edit := pat.TokenEdit{
		Description: fields.label("description", pat.MaxTokenDescription),
		Scopes:      fields.scope("scope", words),
	}
	if at := fields.expiry("expires", c.now()).At; !at.IsZero() {
		edit.ExpiresAt = &at // null, which is never, is later than any end and changes nothing
	}
	edit.Name = fields.label("name", pat.MaxTokenName)
	edit.Networks = fields.networks("networks")
	if err := fields.err(); err != nil {
		return err
	}
	if put && edit.Description == nil {
		edit.Description = new(string)
	}
	tok, err = f.Authority.EditToken(c.r.Context(), c.who, tok.ID, edit)
	if pat.Is(err, pat.Conflict) { // revoked in between, and so gone
		err = errGone
	}
	if err != nil {
		return missing(tokenClass, err)
	}
	return f.answerToken(c, &tok)
}

// tokenDelete serves DELETE /api/v2/tokens/{id}/, which revokes the token.
func (f *Face) tokenDelete(c *call) error {
	tok, err := f.token(c)
	if err != nil {
		return err
	}
	if err := f.Authority.RevokeToken(c.r.Context(), c.who, tok.ID, ""); err != nil {
		return missing(tokenClass, err)
	}
	return c.noContent()
}

// set takes over what was given.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
