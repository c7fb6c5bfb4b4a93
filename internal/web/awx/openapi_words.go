package awx

import "jeton/internal/web"

// introduction is what a reader is told before the paths.
const introduction = `The API that manages users and tokens, in the paths, words and shapes of AWX 24.6.1. What AWX
lacks is added as further keys and paths.

**Credentials.** A token as ` + "`Authorization: Bearer`" + `, or a user's name and password as
` + "`Authorization: Basic`" + `. A token with ` + "`read`" + ` may GET, HEAD and OPTIONS; one with ` + "`write`" + ` whatever its owner may.

**Paths** are served with and without the slash at their end and never redirected. HEAD goes with every GET.
` + "`Allow`" + ` of every answer tells the methods.

**Bodies** are JSON objects. A missing or empty one is ` + "`{}`" + `, keys that mean nothing are passed over, and booleans
may be ` + "`1`" + ` and ` + "`0`" + `. ` + "`Accept: application/json; indent=2`" + ` indents answers.
Asked for ` + "`text/html`" + `, answers are pages for people.

**Lists** come in pages. Every other parameter of the query is a condition: ` + "`field=value`" + ` or
` + "`field__lookup=value`" + `, ` + "`not__`" + ` before a name negates it. Lookups: ` + "`exact`, `iexact`, `contains`, `icontains`, `startswith`, `istartswith`, `endswith`, `iendswith`, `gt`, `gte`, `lt`, `lte`, `in`, `isnull`" + `.
A name that is no field is refused with 400, one that is a secret with 403.

**Secrets** are shown once, by the POST that makes them.`

// signedIn is how callers prove who they are, unless a path is open to all.
var signedIn = []any{
	web.Object{{Key: "bearer", Value: []string{}}},
	web.Object{{Key: "basic", Value: []string{}}},
}

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
}
