package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jeton/internal/pat"
)

// policySite is what the policy's commands need of an installation.
type policySite interface {
	Policy(ctx context.Context) (policy, error)
	ChangePolicy(ctx context.Context, change policyChange) (policy, error)
}

// policyChange sets rules of one subject, or takes them back.
type policyChange struct {
	subject pat.Subject
	set     []pat.Setting
	reset   []string // with all, none are all
	all     bool
	dryRun  bool
}

// policyFlags say for whom a rule is.
type policyFlags struct {
	role, user string
	dryRun     bool
}

func (f *policyFlags) add(cmd *cobra.Command, changes bool) {
	flags := cmd.Flags()
	flags.StringVar(&f.role, "role", "", "`ROLE` for which a rule is stricter: superuser, auditor, service or plain")
	flags.StringVar(&f.user, "user", "", "`NAME` of the user for whom a rule is stricter")
	if changes {
		flags.BoolVar(&f.dryRun, "dry-run", false, "change nothing, and say which live tokens would break it")
	}
}

// subject finds whom the flags name.
func (f *policyFlags) subject(ctx context.Context, s site) (pat.Subject, error) {
	if f.user == "" {
		return pat.Subject{Role: pat.Role(f.role)}, nil
	}
	u, err := s.User(ctx, f.user)
	return pat.Subject{User: pat.UserID(u.ID)}, err
}

func (f *policyFlags) check(cmd *cobra.Command) error {
	switch {
	case f.role != "" && f.user != "":
		return wrongUsage(cmd, "name a role or a user, not both")
	case f.role != "" && !slices.Contains(pat.Roles, pat.Role(f.role)):
		return wrongUsage(cmd, "there is no role %q; there are: superuser, auditor, service, plain", f.role)
	}
	return nil
}

func (p *program) policy() *cobra.Command {
	f := &siteFlags{}
	cmd := group("policy", "Show and change the rules for tokens and passwords",
		`Show and change the rules that bound what tokens and passwords may be: one for everyone,
and stricter ones for a role or a user. Of those that apply the strictest holds.

A rule judges what is made from then on. It never ends a token: the answer to a change
lists the live tokens that break it. docs/policy.md says what each rule means.
`+where,
		"  jeton policy show\n  jeton policy set max_lifetime=90d --dry-run\n  jeton policy set max_lifetime=7d --role service\n  jeton policy reset max_lifetime",
		p.policyShow(f), p.policySet(f), p.policyReset(f))
	f.add(cmd)
	return cmd
}

func (p *program) policyShow(f *siteFlags) *cobra.Command {
	var of policyFlags
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show the rules in force",
		Example: "  jeton policy show\n  jeton policy show --role plain\n  jeton policy show --json | jq .max_lifetime",
		Args:    wants(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := of.check(cmd); err != nil {
				return err
			}
			return p.on(cmd, f, false, func(s site) error {
				now, err := s.Policy(cmd.Context())
				switch {
				case err != nil:
					return err
				case f.json:
					return writeJSON(p.out, now)
				}
				subject, err := of.subject(cmd.Context(), s)
				if err != nil {
					return err
				}
				return writeTable(p.out, now.rows(subject))
			})
		},
	}
	of.add(cmd, false)
	return cmd
}

func (p *program) policySet(f *siteFlags) *cobra.Command {
	var of policyFlags
	cmd := &cobra.Command{
		Use:   "set RULE=VALUE...",
		Short: "Set rules",
		Long: `Set rules for everyone, or stricter ones for a role or a user.

A length of time is 30d, 12h, 15m or 600s, or never; a list has commas between its words.`,
		Example: `  jeton policy set max_lifetime=90d default_lifetime_api=30d
  jeton policy set scopes=deploy,audit
  jeton policy set who_may_create=administrators --role plain
  jeton policy set max_named_tokens=5 --user ci --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrongUsage(cmd, "RULE=VALUE is missing")
			}
			return of.check(cmd)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := parseSettings(cmd, args)
			if err != nil {
				return err
			}
			return p.changePolicy(cmd, f, &of, policyChange{set: set}, "set "+strings.Join(args, " "))
		},
	}
	of.add(cmd, true)
	return cmd
}

func (p *program) policyReset(f *siteFlags) *cobra.Command {
	var of policyFlags
	cmd := &cobra.Command{
		Use:     "reset [RULE...]",
		Short:   "Set rules back to their defaults",
		Long:    "Set rules back: for everyone to their defaults, for a role or a user to what holds for everyone.\nWithout a rule all of them are; for everyone that takes back the stricter ones too.",
		Example: "  jeton policy reset max_lifetime\n  jeton policy reset --role plain\n  jeton policy reset --dry-run",
		Args:    func(cmd *cobra.Command, _ []string) error { return of.check(cmd) },
		RunE: func(cmd *cobra.Command, args []string) error {
			what := strings.Join(args, " ")
			if what == "" {
				what = "all rules"
			}
			return p.changePolicy(cmd, f, &of, policyChange{reset: args, all: len(args) == 0}, "reset "+what)
		},
	}
	of.add(cmd, true)
	return cmd
}

// parseSettings reads RULE=VALUE.
func parseSettings(cmd *cobra.Command, args []string) ([]pat.Setting, error) {
	var set []pat.Setting
	for _, arg := range args {
		key, text, ok := strings.Cut(arg, "=")
		rule, known := pat.RuleByKey(key)
		switch {
		case !ok:
			return nil, wrongUsage(cmd, "%s: write RULE=VALUE", arg)
		case !known:
			return nil, wrongUsage(cmd, "there is no rule %q; jeton policy show lists them", key)
		}
		v, err := rule.Parse(text)
		if err != nil {
			return nil, &usageError{domainWords(pat.AsError(err)), cmd.CommandPath()}
		}
		set = append(set, pat.Setting{Key: key, Value: v})
	}
	return set, nil
}

func (p *program) changePolicy(cmd *cobra.Command, f *siteFlags, of *policyFlags, change policyChange, did string) error {
	return p.on(cmd, f, false, func(s site) (err error) {
		if change.subject, err = of.subject(cmd.Context(), s); err != nil {
			return err
		}
		change.dryRun = of.dryRun
		now, err := s.ChangePolicy(cmd.Context(), change)
		switch {
		case err != nil:
			return err
		case f.json:
			return writeJSON(p.out, now)
		}
		return p.showChange(&now, did, of)
	})
}

// showChange says what was done, or would be, and which live tokens break it.
func (p *program) showChange(now *policy, did string, of *policyFlags) error {
	switch {
	case of.role != "":
		did += " for the role " + of.role
	case of.user != "":
		did += " for " + of.user
	}
	if of.dryRun {
		did = "nothing was changed; it would " + did
	}
	fmt.Fprintln(p.out, printable(did))
	b := now.Breaks
	switch {
	case b.Count == 0 && b.Complete:
		return nil
	case !b.Complete:
		fmt.Fprintf(p.out, "looking for live tokens that break it was ended early; at least %d do, and go on until they end\n", b.Count)
	case b.Count == 1:
		fmt.Fprintln(p.out, "1 live token breaks it, and goes on until it ends")
	default:
		fmt.Fprintf(p.out, "%d live tokens break it, and go on until they end\n", b.Count)
	}
	rows := [][]string{{"ID", "OWNER", "NAME", "RULE"}}
	for _, t := range b.Tokens {
		rows = append(rows, []string{fmt.Sprint(t.ID), t.Username, t.Name, t.Rule})
	}
	if len(rows) == 1 {
		return nil
	}
	return writeTable(p.out, rows)
}
