package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) tokenCreate(f *siteFlags) *cobra.Command {
	var t newToken
	var expires string
	var scopes []string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make a token and print its secret, once",
		Long: `Make a token and print its secret. The secret is kept nowhere: this is the only time
that it is shown.

When the output is not a terminal it is the secret alone, to be piped or assigned.`,
		Example: `  jeton token create --user ada --name ci --scope read
  jeton token create --user ada --name deploy --scope write --expires 2027-01-31
  jeton token create --user ada --name runner --network 10.20.0.0/16 --network 2001:db8::/48
  TOKEN=$(jeton token create --user ada --name laptop --expires 12h)
  jeton token create --url https://jeton.example.org --as ada --name laptop`,
		Args: wants(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if t.Name = strings.TrimSpace(t.Name); t.Name == "" {
				return wrongUsage(cmd, "name the token by --name, so that it can be recognised later")
			}
			if t.Expires, err = lifeAsked(cmd, expires); err != nil {
				return err
			}
			switch local, err := f.isDirect(p, cmd); {
			case err != nil:
				return err
			case local && t.Owner == "":
				return wrongUsage(cmd, "say whose token it is by --user NAME")
			}
			t.Scope = strings.Join(scopes, " ")
			return p.on(cmd, f, false, func(s site) error {
				made, err := s.CreateToken(cmd.Context(), t)
				if err != nil {
					return err
				}
				return p.showIssued(made, f.json)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&t.Owner, "user", "", "`NAME` of the user whose token it is; on a running server, by default, whoever asks")
	flags.StringVar(&t.Name, "name", "", "`NAME` by which to recognise the token")
	flags.StringVar(&t.Description, "description", "", "`TEXT` for those who wonder what it is for")
	flags.StringSliceVar(&scopes, "scope", []string{"read"}, "`WORDS` that say what it may do: read, or write, which covers read")
	flags.StringSliceVar(&t.Networks, "network", nil, "`CIDR` from which it may be used; again, or with commas, for several (default anywhere)")
	flags.StringVar(&expires, "expires", "", "`WHEN` it ends: 30d, 12h, 2027-01-31 (to the end of that day), an RFC 3339 time, or never (default 30d)")
	return cmd
}

// showIssued prints the secret. Only people need to be told what it is.
func (p *program) showIssued(made issued, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, made)
	}
	if _, err := fmt.Fprintln(p.out, made.Secret); err != nil {
		return fmt.Errorf("token %d was made, but its secret could not be printed; revoke it: %w", made.ID, err)
	}
	if isTerminal(p.out) {
		fmt.Fprintf(p.err, "\nThis is token %d of %s, %s: scope %s, expires %s.\nKeep the secret now: it is not shown again.\n",
			made.ID, printable(made.Owner), printable(made.Name), made.Scope, made.expiry())
	}
	return nil
}
