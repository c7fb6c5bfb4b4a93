package awx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// authSetting is one of AWX's settings: a rule of the policy under AWX's name,
// or one that this program does not have, whose value is always the same.
type authSetting struct {
	key   string
	rule  string
	fixed any // int64, bool or string
}

// authSettings are those of AWX's that clients look at, in its order. The
// dictionary OAUTH2_PROVIDER comes in their midst.
var authSettings = []authSetting{
	{key: "SESSION_COOKIE_AGE", fixed: int64(1800)},
	{key: "SESSIONS_PER_USER", fixed: int64(-1)},
	{key: "DISABLE_LOCAL_AUTH", fixed: false},
	{key: "AUTH_BASIC_ENABLED", fixed: true},
	{key: providerKey},
	{key: "ALLOW_OAUTH2_FOR_EXTERNAL_USERS", fixed: false},
	{key: "LOGIN_REDIRECT_OVERRIDE", fixed: ""},
	{key: "LOCAL_PASSWORD_MIN_LENGTH", rule: "password_min_length"},
	{key: "LOCAL_PASSWORD_MIN_DIGITS", fixed: int64(0)},
	{key: "LOCAL_PASSWORD_MIN_UPPER", fixed: int64(0)},
	{key: "LOCAL_PASSWORD_MIN_SPECIAL", fixed: int64(0)},
}

const providerKey = "OAUTH2_PROVIDER"

var providerSettings = []authSetting{
	{key: "ACCESS_TOKEN_EXPIRE_SECONDS", rule: "default_lifetime_api"},
	{key: "AUTHORIZATION_CODE_EXPIRE_SECONDS", rule: "authorization_code_lifetime"},
	{key: "REFRESH_TOKEN_EXPIRE_SECONDS", rule: "refresh_token_lifetime"},
}

// awxForever is AWX's own default for the life of a token, in seconds. It stands
// for a default of never, which AWX does not know.
const awxForever = 31_536_000_000

func (s *authSetting) value(p *pat.Policy) any {
	if s.key == providerKey {
		o := web.Object{}
		for i := range providerSettings {
			o = append(o, web.Member{Key: providerSettings[i].key, Value: providerSettings[i].value(p)})
		}
		return o
	}
	if s.rule == "" {
		return s.fixed
	}
	rule, _ := pat.RuleByKey(s.rule)
	if v := rule.Value(p); v != nil {
		return v
	}
	return int64(awxForever)
}

func authenticationOf(p *pat.Policy) web.Object {
	o := web.Object{}
	for i := range authSettings {
		o = append(o, web.Member{Key: authSettings[i].key, Value: authSettings[i].value(p)})
	}
	return o
}

// authenticationShow serves GET /api/v2/settings/authentication/.
func (f *Face) authenticationShow(c *call) error {
	state, err := f.Authority.PolicyNow(c.r.Context(), c.who)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, authenticationOf(&state.Everyone))
}

// authenticationPatch serves PATCH and PUT, which are alike: what is absent
// stays. Keys that are not known are passed over, as AWX does.
func (f *Face) authenticationPatch(c *call) error {
	if !c.who.Admin { // said before the body is judged
		return errForbidden
	}
	if _, err := c.form(); err != nil {
		return err
	}
	state, err := f.Authority.PolicyNow(c.r.Context(), c.who)
	if err != nil {
		return err
	}
	set, errs := readAuthSettings(c.body, authSettings, &state.Everyone)
	if len(errs) > 0 {
		return errs
	}
	state, _, err = f.Authority.ChangePolicy(c.r.Context(), c.who, pat.PolicyChange{Set: set})
	if err != nil {
		return ruleErrors(err)
	}
	return c.answer(http.StatusOK, authenticationOf(&state.Everyone))
}

// authenticationDelete takes back the rules that have a name here.
func (f *Face) authenticationDelete(c *call) error {
	var reset []pat.Setting
	for _, s := range slices.Concat(authSettings, providerSettings) {
		if s.rule != "" {
			reset = append(reset, pat.Setting{Key: s.rule})
		}
	}
	if _, _, err := f.Authority.ChangePolicy(c.r.Context(), c.who, pat.PolicyChange{Reset: reset}); err != nil {
		return err
	}
	return c.noContent()
}

// readAuthSettings reads those of the settings that the object has. The shape of
// what is wrong is AWX's: a list of texts, and beneath a dictionary an object.
func readAuthSettings(body web.Object, settings []authSetting, p *pat.Policy) (set []pat.Setting, errs settingErrors) {
	for i := range settings {
		s := &settings[i]
		v, ok := body.Get(s.key)
		if !ok {
			continue
		}
		var wrong any
		if s.key == providerKey {
			var within []pat.Setting
			within, wrong = readProvider(v, p)
			set = append(set, within...)
		} else if message := s.read(v, p, &set); message != "" {
			wrong = []string{message}
		}
		if wrong != nil {
			errs = append(errs, web.Member{Key: s.key, Value: wrong})
		}
	}
	return set, errs
}

// readProvider reads the dictionary, of which what is absent stays.
func readProvider(v any, p *pat.Policy) (set []pat.Setting, wrong any) {
	o, ok := v.(web.Object)
	switch {
	case v == nil:
		return nil, []string{notNull}
	case !ok:
		return nil, []string{fmt.Sprintf("Expected a dictionary of items but got type %q.", dictType(v))}
	}
	var unknown []string
	for _, m := range o {
		if !slices.ContainsFunc(providerSettings, func(s authSetting) bool { return s.key == m.Key }) {
			unknown = append(unknown, m.Key)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, []string{"Invalid key names: " + strings.Join(unknown, ", ")}
	}
	set, errs := readAuthSettings(o, providerSettings, p)
	if len(errs) > 0 {
		return nil, web.Object(errs)
	}
	return set, nil
}

// dictType is what Python calls the type of a value of JSON that is no object.
func dictType(v any) string {
	if n, ok := v.(json.Number); ok && isNumber(strings.TrimPrefix(n.String(), "-")) {
		return "int"
	}
	return pythonType(v)
}

// read takes over the value, or says what is wrong with it. One that is not a
// rule's can only be sent as it is.
func (s *authSetting) read(v any, p *pat.Policy, set *[]pat.Setting) string {
	if v == nil {
		return notNull
	}
	if s.rule == "" {
		if sameSetting(s.fixed, v) {
			return ""
		}
		text, _ := json.Marshal(s.fixed) // a number, a truth or a text
		return "This setting cannot be changed here; it is " + string(text) + "."
	}
	n, ok := integer(v)
	rule, _ := pat.RuleByKey(s.rule)
	switch {
	case !ok:
		return "A valid integer is required."
	case n == awxForever && rule.Value(p) == nil:
		return "" // how never is shown
	case n < rule.Least:
		return fmt.Sprintf("Ensure this value is greater than or equal to %d.", rule.Least)
	case n > rule.Most:
		return fmt.Sprintf("Ensure this value is less than or equal to %d.", rule.Most)
	}
	*set = append(*set, pat.Setting{Key: s.rule, Value: n})
	return ""
}

func sameSetting(fixed, v any) bool {
	switch fixed := fixed.(type) {
	case int64:
		n, ok := integer(v)
		return ok && n == fixed
	case bool:
		f := form{body: web.Object{{Key: "x", Value: v}}}
		is := f.truth("x")
		return is != nil && *is == fixed
	}
	return fixed == v
}

// pointZero is what AWX cuts off an integer.
var pointZero = regexp.MustCompile(`\.0*\s*$`)

// integer reads a number, or a text that spells one, as AWX does.
func integer(v any) (int64, bool) {
	text, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	n, err := strconv.ParseInt(strings.TrimSpace(pointZero.ReplaceAllString(text, "")), 10, 64)
	return n, ok && err == nil
}
