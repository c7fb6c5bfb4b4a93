package awx

import "jeton/internal/pat"

// categoriesShape is told of the list of settings, which has one page.
var categoriesShape = &shape{name: "SettingCategories", single: true, fields: []field{
	{name: "count", typ: "integer", label: "Count", help: "How many there are.", hidden: true},
	{name: "next", typ: "string", label: "Next", help: "Always null.", hidden: true, nullable: true},
	{name: "previous", typ: "string", label: "Previous", help: "Always null.", hidden: true, nullable: true},
	{name: "results", typ: "list", label: "Results", help: "The categories: url, slug and name of each.", hidden: true, json: "any"},
}}

// authenticationShape is told of AWX's settings.
var authenticationShape = &shape{name: "AuthenticationSettings", single: true, fields: authenticationFields()}

func authenticationFields() []field {
	types := func(s *authSetting) string {
		switch s.fixed.(type) {
		case bool:
			return "boolean"
		case string:
			return "string"
		}
		return "integer"
	}
	var inner, fields []field
	for i := range providerSettings {
		inner = append(inner, field{name: providerSettings[i].key, typ: "integer"})
	}
	for i := range authSettings {
		s := &authSettings[i]
		f := field{name: s.key, typ: types(s), label: s.key, hidden: true, help: "Always as it is.", update: &input{}}
		switch {
		case s.key == providerKey:
			f.typ, f.inner, f.help = "object", inner, "Lifetimes in seconds: of a token whose request names none, of authorization codes, of refresh tokens."
			f.update = &input{note: "What is left out stays as it is."}
		case s.rule != "":
			f.help = "The rule " + s.rule + " of the policy."
		}
		fields = append(fields, f)
	}
	return fields
}

// policyShape is told of the policy.
var policyShape = &shape{name: "Policy", single: true, exact: true, fields: policyFields()}

func policyFields() []field {
	var fields []field
	for i := range pat.PolicyRules {
		fields = append(fields, ruleField(&pat.PolicyRules[i]))
	}
	var roles []field
	for _, role := range pat.Roles {
		roles = append(roles, field{name: string(role), typ: "object"})
	}
	passed := &input{extra: true, note: "Passed over, so that an answer can be sent back."}
	return append(fields,
		field{name: rolesKey, typ: "object", label: "Roles", help: "Stricter rules, by role.", hidden: true, inner: roles, update: &input{}},
		field{name: usersKey, typ: "object", label: "Users", help: "Stricter rules, by the user's number.", hidden: true, update: &input{}},
		field{name: dryRunKey, typ: "boolean", label: "Dry run", help: "Nothing was changed. In answers to a change only.", hidden: true, sparse: true, update: passed},
		field{
			name: breaksKey, typ: "object", label: "Breaks", hidden: true, sparse: true, inner: breakFields(), update: passed,
			help: "The live tokens that break what was changed, the first hundred of them. They go on. In answers to a change only.",
		})
}

func breakFields() []field {
	return []field{
		{name: "count", typ: "integer"},
		{name: "complete", typ: "boolean", help: "Else there are more: looking for them was ended early."},
		{name: "tokens", typ: "json", json: "any", help: "Of each: id, url, user, username, name, rule and message."},
	}
}

func ruleField(r *pat.Rule) field {
	f := field{name: r.Key, label: r.Name, help: "As a value: " + r.Domain() + ".", hidden: true, update: &input{}}
	switch r.Kind {
	case pat.Truth:
		f.typ, f.help = "boolean", "The rule: "+r.Name+"."
	case pat.Words, pat.WordsOrAll:
		f.typ, f.json, f.nullable = "list", "strings", r.Kind == pat.WordsOrAll
	case pat.Choice:
		f.typ = "choice"
		for _, c := range []pat.Creators{pat.Everyone, pat.Administrators, pat.Nobody} {
			f.choices = append(f.choices, choice{string(c), string(c)})
		}
	default:
		f.typ, f.nullable = "integer", r.Kind == pat.SecondsOrNone
	}
	f.update.nullable = f.nullable
	return f
}
