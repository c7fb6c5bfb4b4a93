package console

import (
	"slices"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

// policyGroups are the rules in the order in which the page has them. The
// heading of a group is the message "policy.group." and its name.
var policyGroups = []struct {
	name  string
	rules []string
}{
	{"life", []string{"max_lifetime", "allow_never", "default_lifetime_console", "default_lifetime_api", "default_lifetime_cli", "apiops_lifetime"}},
	{"access", []string{"scopes", "scopes_allowed", "networks_required"}},
	{"tokens", []string{"who_may_create", "max_named_tokens", "max_unnamed_tokens", "apiops_enabled"}},
	{"use", []string{"idle_limit", "rotate_self", "reuse_ends_family", "max_overlap", "retention", "public_reports"}},
	{"signin", []string{"password_min_length", "reauthentication_window"}},
	{"oauth", []string{"authorization_code_lifetime", "refresh_token_lifetime"}},
}

// spanUnits are the units that lifetimes are typed in, the largest first.
// Their messages are "unit." and the word, and "span." and the word.
var spanUnits = []struct {
	word    string
	seconds int64
}{
	{"d", 24 * 60 * 60}, {"h", 60 * 60}, {"m", 60}, {"s", 1},
}

// ruleField is a rule as the form shows it.
type ruleField struct {
	Key     string // the messages are "rule." and "rule.hint." and this
	Control string // span, number, truth, words or choice
	Default string // as people read it
	Now     string
	Value   string // as it stands in the field
	Unit    string // of a span
	Units   []string
	Was     string // what stood there before it was edited
	Empty   string // the message of what an empty field means; "" where it may not be empty
}

// Changed reports whether something else was typed than what is in force.
func (f *ruleField) Changed() bool { return f.typed() != f.Was }

func (f *ruleField) typed() string {
	if f.Control == "span" && f.Value != "" {
		return f.Value + f.Unit
	}
	return f.Value
}

// read takes the field from a form.
func (f *ruleField) read(v *visit) {
	f.Value, f.Was = strings.Join(strings.Fields(v.field(f.Key)), " "), v.field("was."+f.Key)
	if f.Control == "span" {
		f.Unit = v.field(f.Key + ".unit")
		if !slices.Contains(f.Units, f.Unit) {
			f.Unit = "d"
		}
	}
}

// retype takes from a form what was typed, beside a value that another may have
// set meanwhile.
func (f *ruleField) retype(v *visit) {
	was := f.Was
	f.read(v)
	f.Was = was
}

// parsed reads the value, or adds to the problems what is wrong with it.
func (f *ruleField) parsed(v *visit, problems *page.Problems) any {
	rule, _ := pat.RuleByKey(f.Key)
	text := f.typed()
	if text == "" {
		switch rule.Kind {
		case pat.SecondsOrNone, pat.Words:
			text = "none"
		case pat.WordsOrAll:
			text = "all"
		}
	}
	value, err := rule.Parse(text)
	if err == nil {
		return value
	}
	switch f.Control {
	case "span":
		problems.Add(f.Key, "err.rule.span", words.Args{"Least": v.span(rule.Least), "Most": v.span(rule.Most)})
	case "number":
		problems.Add(f.Key, "err.rule.number", words.Args{"Least": rule.Least, "Most": rule.Most})
	case "words":
		problems.Add(f.Key, "err.rule.words", nil)
	default:
		problems.Add(f.Key, "err.rule.choice", nil)
	}
	return nil
}

// ruleField is the rule with the value.
func (v *visit) ruleField(rule *pat.Rule, value any) ruleField {
	without := pat.DefaultPolicy()
	f := ruleField{
		Key: rule.Key, Control: controls[rule.Kind],
		Default: v.ruleText(rule, rule.Value(&without)), Now: v.ruleText(rule, value),
	}
	switch rule.Kind {
	case pat.Seconds, pat.SecondsOrNone:
		f.Unit = "d"
		for _, u := range spanUnits {
			f.Units = append(f.Units, u.word)
		}
		if rule.Kind == pat.SecondsOrNone {
			f.Empty = noneKey(rule)
		}
		if n, ok := value.(int64); ok {
			f.Value, f.Unit = spanIn(n)
		}
	case pat.Words, pat.WordsOrAll:
		f.Empty = noneKey(rule)
		list, _ := value.([]string)
		f.Value = strings.Join(list, " ")
	default:
		f.Value = rule.Text(value)
	}
	f.Was = f.typed()
	return f
}

var controls = map[pat.RuleKind]string{
	pat.Seconds: "span", pat.SecondsOrNone: "span", pat.Count: "number", pat.Truth: "truth", pat.Words: "words", pat.WordsOrAll: "words",
	pat.Choice: "choice",
}

// spanIn writes seconds in the largest unit of which they are a whole number.
func spanIn(n int64) (string, string) {
	for _, u := range spanUnits {
		if n >= u.seconds && n%u.seconds == 0 || u.seconds == 1 {
			return strconv.FormatInt(n/u.seconds, 10), u.word
		}
	}
	return "", ""
}

// noneKey is the message of what the rule means without a value.
func noneKey(rule *pat.Rule) string {
	switch {
	case rule.Kind == pat.WordsOrAll:
		return "rule.all"
	case strings.Contains(rule.Key, "_lifetime_") || rule.Key == "apiops_lifetime":
		return "rule.never"
	}
	return "rule.none"
}

// ruleText writes a value for people, in their language.
func (v *visit) ruleText(rule *pat.Rule, value any) string {
	switch x := value.(type) {
	case nil:
		return v.speak.Say(noneKey(rule), nil)
	case bool:
		return v.truth(x)
	case []string:
		if len(x) == 0 {
			return v.speak.Say("rule.none", nil)
		}
		return strings.Join(x, " ")
	case int64:
		if rule.Kind == pat.Count {
			return v.speak.Number(x)
		}
		return v.span(x)
	}
	return v.speak.Say("creators."+rule.Text(value), nil)
}

// span writes seconds in words.
func (v *visit) span(seconds int64) string {
	text, unit := spanIn(seconds)
	n, _ := strconv.ParseInt(text, 10, 64)
	return v.speak.Say("span."+unit, words.Args{"N": n})
}

func (v *visit) truth(is bool) string {
	if is {
		return v.speak.Say("yes", nil)
	}
	return v.speak.Say("no", nil)
}
