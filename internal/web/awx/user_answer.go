package awx

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// encrypted stands for every password. Sent back, it means unchanged.
const encrypted = "$encrypted$"

// userAnswer is a user, its keys in AWX's order and then ours.
type userAnswer struct {
	ID              pat.UserID  `json:"id"`
	Type            string      `json:"type"`
	URL             string      `json:"url"`
	Related         web.Object  `json:"related"`
	Summary         userExtract `json:"summary_fields"`
	Created         string      `json:"created"`
	Modified        string      `json:"modified"`
	Username        string      `json:"username"`
	FirstName       string      `json:"first_name"`
	LastName        string      `json:"last_name"`
	Email           string      `json:"email"`
	IsSuperuser     bool        `json:"is_superuser"`
	IsSystemAuditor bool        `json:"is_system_auditor"`
	Password        string      `json:"password"`
	LDAPDN          string      `json:"ldap_dn"`
	LastLogin       *string     `json:"last_login"`
	ExternalAccount *string     `json:"external_account"`
	Auth            []string    `json:"auth"`

	IsActive *bool  `json:"is_active,omitempty"` // shown to administrators and auditors
	Language string `json:"language"`
	TimeZone string `json:"time_zone"`

	IsServiceAccount bool `json:"is_service_account"`
}

type userExtract struct {
	Resource     userResource     `json:"resource"`
	Capabilities userCapabilities `json:"user_capabilities"`
}

type userResource struct {
	AnsibleID    string `json:"ansible_id"` // a UUID
	ResourceType string `json:"resource_type"`
}

type userCapabilities struct {
	Edit   bool `json:"edit"`
	Delete bool `json:"delete"`
}

// userOf returns the answer for a user as by sees it; named adds the path by
// name, which lists leave out.
func (f *Face) userOf(u *pat.User, by pat.Principal, named bool) userAnswer {
	a := userAnswer{
		ID: u.ID, Type: userType, URL: userURL(u.ID), Related: userRelated(u, named),
		Summary: userExtract{
			Resource: userResource{f.uuid(userURL(u.ID)), "shared.user"},
			Capabilities: userCapabilities{
				Edit:   by.MayActFor(u.ID),
				Delete: by.Admin && by.MayWrite() && by.User != u.ID,
			},
		},
		Created: stamp(u.CreatedAt), Modified: stamp(u.ModifiedAt),
		Username: u.Name, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
		IsSuperuser: u.Admin, IsSystemAuditor: u.Auditor,
		Password: encrypted, LastLogin: stampOrNull(u.LastLoginAt), Auth: []string{},
		Language: u.Language, TimeZone: u.TimeZone,
		IsServiceAccount: u.Service,
	}
	if by.Admin || by.Auditor {
		active := u.DisabledAt.IsZero()
		a.IsActive = &active
	}
	return a
}

const userType = "user"

// userLinks are the sub-resources that AWX lists with every user.
var userLinks = []string{
	"teams", "organizations", "admin_of_organizations", "projects", "credentials", "roles",
	"activity_stream", "access_list", "tokens", "authorized_tokens", "personal_tokens",
}

func userRelated(u *pat.User, named bool) web.Object {
	related := make(web.Object, 0, len(userLinks)+1)
	if named {
		related = append(related, web.Member{Key: "named_url", Value: namedURL(u)})
	}
	for _, name := range userLinks {
		related = append(related, web.Member{Key: name, Value: userURL(u.ID) + name + "/"})
	}
	return related
}

// namedURL returns the path of a user by name. A name of digits would be read
// as an id, so the path is the one by id.
func namedURL(u *pat.User) string {
	if isNumber(u.Name) {
		return userURL(u.ID)
	}
	escaped := url.PathEscape(u.Name)
	escaped = strings.ReplaceAll(escaped, "@", "%40")
	return "/api/v2/users/" + strings.ReplaceAll(escaped, "+", "[+]") + "/"
}

// uuid returns the UUID of the object at the path, derived from that of the
// installation (RFC 9562 §5.8: version 8).
func (f *Face) uuid(path string) string {
	sum := sha256.Sum256([]byte(f.installation() + path))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func userURL(id pat.UserID) string { return "/api/v2/users/" + strconv.FormatInt(int64(id), 10) + "/" }
