package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) token() *cobra.Command {
	f := &siteFlags{}
	cmd := group("token", "Make, list, rotate, pause, revoke and verify tokens",
		"Make, list, rotate, pause, revoke and verify personal access tokens.\n"+where,
		"  jeton token create --user ada --name ci --scope read\n  jeton token list --user ada\n  jeton token revoke 3",
		p.tokenCreate(f), p.tokenList(f), p.tokenShow(f), p.tokenEdit(f), p.tokenRotate(f), p.tokenRetire(f), p.tokenFamily(f), p.tokenEvents(f),
		p.tokenPause(f), p.tokenResume(f), p.tokenRevoke(f), p.tokenVerify(f))
	f.add(cmd)
	return cmd
}

func (p *program) tokenList(f *siteFlags) *cobra.Command {
	var owner string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List tokens",
		Long: `List tokens, never their secrets. Directly on the data folder, ended ones are listed
too; a running server leaves out those that were revoked.`,
		Example: "  jeton token list\n  jeton token list --user ada --json",
		Args:    wants(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.on(cmd, f, false, func(s site) error {
				tokens, err := s.Tokens(cmd.Context(), owner)
				switch {
				case err != nil:
					return err
				case f.json:
					return writeJSON(p.out, tokens)
				}
				rows := [][]string{{"ID", "USER", "NAME", "SCOPE", "STATUS", "EXPIRES", "LAST USED"}}
				for _, t := range tokens {
					rows = append(rows, t.row())
				}
				return writeTable(p.out, rows)
			})
		},
	}
	cmd.Flags().StringVar(&owner, "user", "", "only the tokens of the user `NAME`")
	return cmd
}

// row is the token in a table.
func (t *token) row() []string {
	return []string{strconv.FormatInt(t.ID, 10), t.Owner, t.label(), t.Scope, t.Status, t.expiry(), shownTime(t.LastUsed)}
}

// label is what a list calls the token.
func (t *token) label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Description
}

func (t *token) expiry() string {
	if t.Expires == nil {
		return "never"
	}
	return shownTime(t.Expires)
}

// tokenIDs reads the ids that stand as arguments.
func tokenIDs(cmd *cobra.Command, args []string) ([]int64, error) {
	ids := make([]int64, len(args))
	for i, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id <= 0 {
			// Not repeated: it may be the secret.
			return nil, wrongUsage(cmd, "a token is named by its ID, a number that jeton token list shows")
		}
		ids[i] = id
	}
	return ids, nil
}

// onToken runs a command on the token that its argument names.
func (p *program) onToken(f *siteFlags, do func(ctx context.Context, s site, id int64) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ids, err := tokenIDs(cmd, args)
		if err != nil {
			return err
		}
		return p.on(cmd, f, false, func(s site) error { return do(cmd.Context(), s, ids[0]) })
	}
}

func (p *program) tokenShow(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show a token, without its secret",
		Example: "  jeton token show 3",
		Args:    wants("ID"),
		RunE: p.onToken(f, func(ctx context.Context, s site, id int64) error {
			t, err := s.Token(ctx, id)
			switch {
			case err != nil:
				return err
			case f.json:
				return writeJSON(p.out, t)
			}
			return p.showToken(&t)
		}),
	}
}

func (p *program) showToken(t *token) error {
	return writeFields(p.out,
		[2]string{"id", strconv.FormatInt(t.ID, 10)},
		[2]string{"user", t.Owner},
		[2]string{"name", t.Name},
		[2]string{"description", t.Description},
		[2]string{"scope", t.Scope},
		[2]string{"networks", strings.Join(t.Networks, " ")},
		[2]string{"status", t.Status},
		[2]string{"looks like", t.Looks},
		[2]string{"created", shownTime(&t.Created)},
		[2]string{"expires", t.expiry()},
		[2]string{"last used", shownTime(t.LastUsed)},
		[2]string{"last used from", t.LastFrom},
		[2]string{"paused", shownTime(t.Paused)},
		[2]string{"retired", shownTime(t.Retired)},
		[2]string{"replaces", idOrNone(t.Replaces)},
		[2]string{"replaced by", idOrNone(t.ReplacedBy)},
		[2]string{"revoked", shownTime(t.Revoked)},
		[2]string{"reason", t.Reason})
}

func idOrNone(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
