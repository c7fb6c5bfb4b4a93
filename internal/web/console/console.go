// Package console has the pages for people: they sign in, look after their
// account, and make, watch and end their own tokens. Each page works without
// script, in each language that there is.
package console

import (
	"context"
	"embed"
	"maps"
	"net/http"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

//go:embed templates
var templates embed.FS

// Authority is what the pages ask of the authority.
type Authority interface {
	SetupOpen(ctx context.Context) (bool, error)
	SetUp(ctx context.Context, code string, req pat.UserRequest, via pat.Via) (pat.User, error)
	Authenticate(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error)
	Fresh(by pat.Principal) bool
	OwnPolicy(ctx context.Context, by pat.Principal) (*pat.Policy, error)
	users
	tokens
	overseers
	accounts
	notices
	policies
	finder
	reporter
	bulks
}

// users knows the account of whoever is signed in.
type users interface {
	User(ctx context.Context, by pat.Principal, id pat.UserID) (pat.User, error)
	EditUser(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) (pat.User, error)
}

// tokens keeps the tokens.
type tokens interface {
	UsedForm(ctx context.Context, by pat.Principal, form pat.Form) (pat.Made, error)
	CreateToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Secret, pat.Token, error)
	Tokens(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Token, int, error)
	Token(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	EditToken(ctx context.Context, by pat.Principal, id pat.TokenID, edit pat.TokenEdit) (pat.Token, error)
	RevokeToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) error
	RotateToken(ctx context.Context, by pat.Principal, id pat.TokenID, r pat.Rotation) (pat.Secret, pat.Token, error)
	PauseToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) (pat.Token, error)
	ResumeToken(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	EndOverlap(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	Family(ctx context.Context, by pat.Principal, id pat.TokenID) ([]pat.Token, error)
	ActivityOf(ctx context.Context, by pat.Principal, object pat.ObjectType, id int64, q pat.Query) ([]pat.Activity, int, error)
	TokenUse(ctx context.Context, by pat.Principal, id pat.TokenID, from, to time.Time) (pat.TokenUse, error)
}

// Sessions keeps the sign-ins of browsers.
type Sessions interface {
	Start(ctx context.Context, who pat.Principal, req pat.SessionRequest) (pat.Secret, pat.Session, error)
	Find(ctx context.Context, secret pat.Secret, via pat.Via) (pat.Principal, pat.Session, error)
	Renew(ctx context.Context, old pat.Secret, who pat.Principal) (pat.Secret, pat.Session, error)
	End(ctx context.Context, secret pat.Secret, via pat.Via) error
	EndOne(ctx context.Context, by pat.Principal, id pat.SessionID) error
	EndOf(ctx context.Context, by pat.Principal, user pat.UserID) (int, error)
	List(ctx context.Context, by pat.Principal, user pat.UserID) ([]pat.Session, error)
}

// Face serves the pages.
type Face struct {
	Authority Authority
	Sessions  Sessions
	Site      *web.Site
	Words     *words.Book
	Now       func() time.Time
	// URL is where people reach this server, without a slash at the end.
	URL string
}

// Mount adds the pages, and the files that they refer to, to faces. They own
// every path that no other face does.
func (f *Face) Mount(faces *web.Faces) {
	t := web.Table{
		"/":             {http.MethodGet: f.anyone((*visit).first)},
		"/help":         {http.MethodGet: f.anyone((*visit).help)},
		"/help/{topic}": {http.MethodGet: f.anyone((*visit).article)},
		"/setup":        {http.MethodGet: f.anyone((*visit).setupForm), http.MethodPost: f.codeHolder((*visit).setup)},
		reportPath:      {http.MethodGet: f.stranger((*visit).reportForm), http.MethodPost: f.stranger((*visit).reportSecret)},
		"/signin":       {http.MethodGet: f.anyone((*visit).signInForm), http.MethodPost: f.signer((*visit).signIn)},
		"/signout":      {http.MethodPost: f.leaver((*visit).signOut)},
		"/preferences":  {http.MethodPost: f.anyone((*visit).prefer)},
		"/confirm":      {http.MethodGet: f.member((*visit).confirmForm), http.MethodPost: f.member((*visit).confirmed)},

		"/profile":                     {http.MethodGet: f.member((*visit).profile), http.MethodPost: f.memberKeeping((*visit).saveProfile)},
		"/profile/password":            {http.MethodGet: f.member((*visit).passwordForm), http.MethodPost: f.memberKeeping((*visit).changePassword)},
		"/profile/notices":             {http.MethodGet: f.member((*visit).notices)},
		"/profile/notices/read":        {http.MethodPost: f.member((*visit).readNotices)},
		"/profile/security":            {http.MethodGet: f.member((*visit).security)},
		"/profile/security/tokens":     {http.MethodGet: f.member((*visit).revokeAllForm), http.MethodPost: f.memberKeeping((*visit).revokeMine)},
		"/profile/security/end":        {http.MethodPost: f.member((*visit).endSession)},
		"/profile/security/end-others": {http.MethodPost: f.member((*visit).endOthers)},
		"/profile/tokens":              {http.MethodGet: f.member((*visit).tokenList)},
		"/profile/tokens/new":          {http.MethodGet: f.member((*visit).tokenForm), http.MethodPost: f.memberKeeping((*visit).createToken)},
		"/profile/tokens/bulk":         {http.MethodGet: f.member((*visit).toTokens), http.MethodPost: f.memberKeeping((*visit).tokenBulk)},
		"/profile/tokens/find":         {http.MethodGet: f.member((*visit).findForm), http.MethodPost: f.memberKeeping((*visit).findToken)},
		"/profile/tokens/report":       {http.MethodPost: f.memberKeeping((*visit).reportToken)},
		"/profile/tokens/snooze":       {http.MethodPost: f.member((*visit).snooze)},
		"/profile/tokens/{id}/leaked":  {http.MethodGet: f.member((*visit).leaked)},
		"/profile/tokens/{id}":         {http.MethodGet: f.member((*visit).tokenPage)},
		"/profile/tokens/{id}/first":   {http.MethodGet: f.anyone((*visit).firstCall)},
		"/profile/tokens/{id}/edit":    {http.MethodGet: f.member((*visit).editForm), http.MethodPost: f.memberKeeping((*visit).editToken)},
		"/profile/tokens/{id}/rotate":  {http.MethodGet: f.member((*visit).rotateForm), http.MethodPost: f.memberKeeping((*visit).rotateToken)},
		"/profile/tokens/{id}/pause":   {http.MethodPost: f.member((*visit).pauseToken)},
		"/profile/tokens/{id}/resume":  {http.MethodPost: f.member((*visit).resumeToken)},
		"/profile/tokens/{id}/retire":  {http.MethodPost: f.member((*visit).endOverlap)},
		"/profile/tokens/{id}/revoke":  {http.MethodGet: f.member((*visit).revokeForm), http.MethodPost: f.memberKeeping((*visit).revokeToken)},
	}
	maps.Copy(t, f.adminTable())
	maps.Copy(t, f.userTable())
	maps.Copy(t, page.Assets())
	faces.Add(web.Face{Name: "console", Passwords: true, Handler: t.Handler(f.fail), Fail: f.fail})
}

// first leads to what is to be done first.
func (v *visit) first() error {
	open, err := v.f.Authority.SetupOpen(v.r.Context())
	switch {
	case err != nil:
		return err
	case open:
		return v.seeOther("/setup")
	case v.who.Known():
		return v.seeOther("/profile")
	}
	return v.seeOther("/signin")
}
