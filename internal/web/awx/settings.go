package awx

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// settingsAuthority is what the settings ask of the authority.
type settingsAuthority interface {
	ScopeWords(ctx context.Context) ([]string, error)
	PolicyNow(ctx context.Context, by pat.Principal) (pat.PolicyState, error)
	ChangePolicy(ctx context.Context, by pat.Principal, change pat.PolicyChange) (pat.PolicyState, pat.Breaks, error)
}

const settingsURL = "/api/v2/settings/"

// settingsPaths are the categories of settings that there are: AWX's, as far as
// it concerns this program, and our own with all rules of the policy.
func (f *Face) settingsPaths() map[string]*view {
	return map[string]*view{
		settingsURL: {name: "Setting Categories", of: categoriesShape, get: f.settingsList},
		settingsURL + "authentication/": {
			name: "Setting Detail", of: authenticationShape, get: f.authenticationShow,
			put: f.authenticationPatch, patch: f.authenticationPatch, delete: f.authenticationDelete, gate: f.settingsGate, may: mayManage,
		},
		settingsURL + "policy/": {
			name: "Policy", of: policyShape, get: f.policyShow,
			put: f.policyPut, patch: f.policyPatch, delete: f.policyDelete, gate: f.settingsGate, may: mayManage, deleteShows: true,
		},
	}
}

// category is one category in the list.
type category struct {
	URL  string `json:"url"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

var categories = []any{
	category{settingsURL + "authentication/", "authentication", "Authentication"},
	category{settingsURL + "policy/", "policy", "Policy"},
}

// settingsList serves GET /api/v2/settings/. Who may see none gets an empty page.
func (f *Face) settingsList(c *call) error {
	results := []any{}
	if c.who.Admin || c.who.Auditor {
		results = categories
	}
	return c.answer(http.StatusOK, pageAnswer{Count: len(results), Results: results})
}

// settingsGate lets pass who may see the settings.
func (f *Face) settingsGate(c *call) error {
	_, err := f.Authority.PolicyNow(c.r.Context(), c.who)
	return err
}

// scopeWords lists the scopes that there are. The authority has the last word;
// the face needs them to name all that is wrong with a request at once. Nobody
// is asked about the words that there are always.
func (f *Face) scopeWords(c *call) ([]string, error) {
	always := []string{pat.ScopeRead, pat.ScopeWrite}
	v, ok := c.body.Get("scope")
	if text, _ := v.(string); !ok || always[0] == text || always[1] == text {
		return always, nil
	}
	return f.Authority.ScopeWords(c.r.Context())
}

// scopeWordsOf adds those that the token has, which may be gone from the
// catalogue: sent as they are they change nothing.
func (f *Face) scopeWordsOf(c *call, tok *pat.Token) ([]string, error) {
	words, err := f.scopeWords(c)
	for w := range strings.FieldsSeq(string(tok.Scopes)) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words, err
}

// settingErrors are what is wrong with settings, in a shape that follows theirs.
type settingErrors web.Object

// Error names the settings and not the messages, which may quote the request.
func (e settingErrors) Error() string {
	text := "invalid settings:"
	for _, m := range e {
		text += " " + strconv.Quote(m.Key)
	}
	return text
}

// ruleErrors names the rules that the authority has found at fault, in its words.
func ruleErrors(err error) error {
	e := pat.AsError(err)
	if err == nil || e.Kind != pat.Invalid || len(e.Fields) == 0 {
		return err
	}
	var errs settingErrors
	for _, f := range e.Fields {
		i := slices.IndexFunc(errs, func(m web.Member) bool { return m.Key == f.Name })
		if i < 0 {
			errs = append(errs, web.Member{Key: f.Name, Value: []string{sentence(f.Message)}})
		} else {
			errs[i].Value = append(errs[i].Value.([]string), sentence(f.Message))
		}
	}
	return errs
}
