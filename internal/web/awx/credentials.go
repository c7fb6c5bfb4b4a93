package awx

import (
	"jeton/internal/pat"
	"jeton/internal/web"
)

// authenticate finds out who calls, and whether their token's scope covers the
// method: that is said before anything else is looked up. The header
// Authorization decides alone where there is one; else it is the session's
// cookie, and never a parameter of the query, which ends up in logs.
func (f *Face) authenticate(c *call) error {
	a, err := web.ParseAuthorization(c.r)
	if err != nil {
		return err
	}
	via := web.ViaOf(c.r)
	switch a.Scheme {
	case web.Bearer:
		c.who, err = f.Authority.Verify(c.r.Context(), a.Token, pat.ScopeForMethod(c.r.Method), via)
	case web.Basic:
		c.who, err = f.Authority.Authenticate(c.r.Context(), a.Logins, via)
	case web.NoScheme:
		err = f.bySession(c)
	default:
		return pat.Refuse(pat.ReasonMissing)
	}
	if err == nil || pat.Is(err, pat.Forbidden) { // known, but the scope is not enough
		c.w.Header().Set("X-API-Product-Version", version)
	}
	return err
}
