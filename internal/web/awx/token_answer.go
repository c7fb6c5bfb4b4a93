package awx

import (
	"context"
	"net/netip"
	"strconv"
	"time"

	"jeton/internal/pat"
)

// mask stands for every secret but in the answer that makes it.
const mask = "************"

// tokenAnswer is a token, its keys in AWX's order and then ours.
type tokenAnswer struct {
	ID           pat.TokenID        `json:"id"`
	Type         string             `json:"type"`
	URL          string             `json:"url"`
	Related      tokenRelated       `json:"related"`
	Summary      tokenSummary       `json:"summary_fields"`
	Created      string             `json:"created"`
	Modified     string             `json:"modified"`
	Description  string             `json:"description"`
	User         pat.UserID         `json:"user"`
	Token        string             `json:"token"`
	RefreshToken *string            `json:"refresh_token"`
	Application  *pat.ApplicationID `json:"application"`
	Expires      string             `json:"expires"`
	Scope        string             `json:"scope"`

	Name     string   `json:"name"`
	LastUsed *string  `json:"last_used"`
	Networks []string `json:"networks"` // none: from anywhere

	CreatedFrom *string    `json:"created_from"` // an address
	Status      pat.Status `json:"status"`

	Paused   *string      `json:"paused"`  // since when
	Retired  *string      `json:"retired"` // of one that was rotated: when its overlap is over
	Family   pat.TokenID  `json:"family"`  // the first of a chain of rotations
	Replaces *pat.TokenID `json:"replaces"`
	// ReplacedBy is the successor of one that was rotated, where that is kept.
	ReplacedBy *pat.TokenID `json:"replaced_by"`

	LastFrom *string `json:"last_used_from"` // an address
}

type tokenRelated struct {
	User           string `json:"user"`
	Application    string `json:"application,omitempty"`
	ActivityStream string `json:"activity_stream"`
}

type tokenSummary struct {
	User        *userSummary        `json:"user,omitempty"` // none when the owner was deleted
	Application *applicationSummary `json:"application,omitempty"`
}

type userSummary struct {
	ID        pat.UserID `json:"id"`
	Username  string     `json:"username"`
	FirstName string     `json:"first_name"`
	LastName  string     `json:"last_name"`
}

// tokenOf returns the answer for a token as it stands at now, its secret masked.
// owner is nil when there is no such user any more.
func tokenOf(t *pat.Token, owner *pat.User, now time.Time) tokenAnswer {
	url := tokenURL(t.ID)
	a := tokenAnswer{
		ID: t.ID, Type: tokenType, URL: url,
		Related: tokenRelated{User: userURL(t.Owner), ActivityStream: url + "activity_stream/"},
		Created: stamp(t.CreatedAt), Modified: stamp(t.ModifiedAt),
		Description: t.Description, User: t.Owner, Token: mask,
		Expires: stamp(t.ShownExpiry()), Scope: string(t.Scopes),
		Name: t.Name, LastUsed: stampOrNull(t.LastUsedAt),
		Networks: t.Networks.Texts(), Status: t.Status(now),
	}
	a.Paused, a.Retired, a.Family = stampOrNull(t.PausedAt), stampOrNull(t.RetiredAt), t.Family
	if t.Generation > 0 {
		a.Replaces = &t.Parent
	}
	if t.Successor != 0 {
		a.ReplacedBy = &t.Successor
	}
	a.CreatedFrom, a.LastFrom = addressOrNull(t.CreatedFrom), addressOrNull(t.LastUsedFrom)
	if owner != nil {
		a.Summary.User = &userSummary{owner.ID, owner.Name, owner.FirstName, owner.LastName}
	}
	return a
}

func addressOrNull(a netip.Addr) *string {
	if !a.IsValid() {
		return nil
	}
	text := a.String()
	return &text
}

const tokenType = "o_auth2_access_token"

func tokenURL(id pat.TokenID) string {
	return "/api/v2/tokens/" + strconv.FormatInt(int64(id), 10) + "/"
}

// stamp writes a time as AWX does: six digits of a second, or none at all when
// it is a whole one.
func stamp(t time.Time) string {
	if t.Nanosecond()/1000 == 0 {
		return t.UTC().Format("2006-01-02T15:04:05Z")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// tokensOf returns the answers for tokens.
func (f *Face) tokensOf(ctx context.Context, by pat.Principal, tokens []pat.Token) ([]any, error) {
	owners, err := f.ownersOf(ctx, by, tokens)
	if err != nil {
		return nil, err
	}
	apps, err := f.applicationsOf(ctx, by, tokens)
	if err != nil {
		return nil, err
	}
	now := f.Now()
	results := make([]any, len(tokens))
	for i := range tokens {
		answer := tokenOf(&tokens[i], owners[tokens[i].Owner], now)
		if id := tokens[i].Application; id != 0 {
			answer.ofApplication(id, apps[id])
		}
		results[i] = answer
	}
	return results, nil
}

// ownersOf looks up the owners of tokens together. A deleted one is nil.
func (f *Face) ownersOf(ctx context.Context, by pat.Principal, tokens []pat.Token) (map[pat.UserID]*pat.User, error) {
	owners := map[pat.UserID]*pat.User{}
	var ids []int64
	for i := range tokens {
		id := tokens[i].Owner
		if _, ok := owners[id]; !ok {
			owners[id] = nil
			ids = append(ids, int64(id))
		}
	}
	if len(ids) == 0 {
		return owners, nil
	}
	users, _, err := f.Authority.Users(ctx, by, pat.Query{
		Where: []pat.Cond{{Field: "id", Op: pat.In, Value: ids}}, Limit: len(ids), Uncounted: true,
	})
	for i := range users {
		owners[users[i].ID] = &users[i]
	}
	return owners, err
}
