package awx

import "jeton/internal/web"

// introduction is what a reader is told before the paths.
const introduction = `The API that manages users and tokens, in the paths, words and shapes of AWX 24.6.1. What AWX
lacks is added as further keys and paths.

**Credentials.** A token as ` + "`Authorization: Bearer`" + `, or a user's name and password as
` + "`Authorization: Basic`" + `, or a browser's session, whose writes carry the cookie ` + "`csrftoken`" + ` in ` + "`X-CSRFToken`" + `.
An ` + "`Authorization`" + ` decides alone. A token with ` + "`read`" + ` may GET, HEAD and OPTIONS; one with ` + "`write`" + ` whatever its owner may.

**Paths** are served with and without the slash at their end and never redirected. HEAD goes with every GET.
` + "`Allow`" + ` of every answer tells the methods.

**Bodies** are JSON objects. A missing or empty one is ` + "`{}`" + `, keys that mean nothing are passed over
(not in those that rotate a token, act on many or set the policy, where one is an error), and booleans
may be ` + "`1`" + ` and ` + "`0`" + `. ` + "`Accept: application/json; indent=2`" + ` indents answers.
Asked for ` + "`text/html`" + `, answers are pages for people.

**Lists** come in pages. Every other parameter of the query is a condition: ` + "`field=value`" + ` or
` + "`field__lookup=value`" + `, ` + "`not__`" + ` before a name negates it; of those with ` + "`or__`" + ` or ` + "`or__not__`" + ` before their names one must hold. Lookups: ` + "`exact`, `iexact`, `contains`, `icontains`, `startswith`, `istartswith`, `endswith`, `iendswith`, `gt`, `gte`, `lt`, `lte`, `in`, `isnull`, `regex`, `iregex`" + `, and ` + "`search`" + ` on what leads to another object, whose own
fields follow after ` + "`__`" + `, as in ` + "`user__username`" + `.
A name that is no field is refused with 400, one that is a secret with 403.

**CSV** instead of a page is what lists of tokens and of activity answer to ` + "`Accept: text/csv`" + ` or ` + "`format=csv`" + `: all that the conditions select.

**Secrets** are shown once, by the POST that makes them.`

// signedIn is how callers prove who they are, unless a path is open to all. A
// browser's session proves no more than that, until a CSRF token shows that the
// request is from a page of this site.
var (
	signedIn  = []any{byToken, byName, web.Object{{Key: "session", Value: []string{}}, {Key: "csrf", Value: []string{}}}}
	onlyReads = []any{byToken, byName, web.Object{{Key: "session", Value: []string{}}}}
)

var securitySchemes = web.Object{
	{Key: "bearer", Value: web.Object{
		{Key: "type", Value: "http"},
		{Key: "scheme", Value: "bearer"},
		{Key: "description", Value: "A token's secret."},
	}},
	{Key: "basic", Value: web.Object{
		{Key: "type", Value: "http"},
		{Key: "scheme", Value: "basic"},
		{Key: "description", Value: "A user's name and password, in UTF-8 or Latin-1."},
	}},
	{Key: "session", Value: web.Object{
		{Key: "type", Value: "apiKey"},
		{Key: "in", Value: "cookie"},
		{Key: "name", Value: "jeton_session"},
		{Key: "description", Value: "What `/api/login/` has set; over https its name begins with `__Host-`."},
	}},
	{Key: "csrf", Value: web.Object{
		{Key: "type", Value: "apiKey"},
		{Key: "in", Value: "header"},
		{Key: "name", Value: "X-CSRFToken"},
		{Key: "description", Value: "The cookie `csrftoken`."},
	}},
}
