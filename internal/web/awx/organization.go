package awx

import "jeton/internal/pat"

// There is one organization, to which everybody belongs: clients of AWX want one
// to put users and applications into.
const (
	organizationID   = 1
	organizationName = "Default"
	organizationURL  = "/api/v2/organizations/1/"
)

// organizationOfPath fails unless the path is of the organization, by id or name.
func organizationOfPath(c *call) error {
	segment := c.r.PathValue("id")
	switch {
	case segment == organizationName, isNumber(segment) && number(segment) == organizationID:
		return nil
	case !isNumber(segment):
		c.w.Header().Del("Allow") // as for every name that there is none of
	}
	return missing("Organization", pat.Fail(pat.NotFound, "no such organization"))
}
