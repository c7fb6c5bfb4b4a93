package cli

import (
	"github.com/spf13/cobra"
)

func (p *program) userSetPassword(f *siteFlags) *cobra.Command {
	var passwordFile string
	cmd := &cobra.Command{
		Use:   "set-password NAME",
		Short: "Set a user's password",
		Long: `Set a user's password. You are asked for it twice, or name the file that holds it.
The user's tokens stay as they are.

On a running server a token cannot change a password: you are asked for the present
one, or, with --as, for that of the administrator who sets it.`,
		Example: `  jeton user set-password ada --data ./jeton-data
  jeton user set-password ada --url https://jeton.example.org
  jeton user set-password bob --url https://jeton.example.org --as ada`,
		Args: wants("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			if f.as == "" && f.tokenFile == "" {
				f.as = name // of use on a server only, where a token would be refused
			}
			return p.on(cmd, f, false, func(s site) error {
				if _, err := s.User(cmd.Context(), name); err != nil {
					return err // before asking for anything
				}
				password, err := p.newPassword(cmd, passwordFile, name)
				if err != nil {
					return err
				}
				if err := s.SetPassword(cmd.Context(), name, password); err != nil {
					return err
				}
				return p.acted(cmd, f, s, name, "set the password of "+name)
			})
		},
	}
	addPasswordFile(cmd, &passwordFile)
	return cmd
}

// acted shows the user as it is now, or says what was done.
func (p *program) acted(cmd *cobra.Command, f *siteFlags, s site, name, sentence string) error {
	var u user
	if f.json {
		var err error
		if u, err = s.User(cmd.Context(), name); err != nil {
			return err
		}
	}
	return p.showUser(u, f.json, sentence)
}

func (p *program) userDisable(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "disable NAME",
		Short: "Suspend a user and, with the user, all tokens",
		Long:  "Suspend a user: no password and no token of theirs is accepted until they are enabled again.",
		Example: `  jeton user disable bob
  JETON_URL=https://jeton.example.org jeton user disable bob --as ada`,
		Args: wants("NAME"),
		RunE: p.switchUser(f, true, func(name string, s site) string {
			return "disabled " + name + "; tokens are refused " + s.Promise()
		}),
	}
}

func (p *program) userEnable(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "enable NAME",
		Short:   "Let a disabled user back in, with all tokens",
		Long:    "Let a disabled user back in. Tokens that were live are accepted again: revoke first what should not be.",
		Example: "  jeton token list --user bob\n  jeton user enable bob",
		Args:    wants("NAME"),
		RunE: p.switchUser(f, false, func(name string, _ site) string {
			return "enabled " + name + "; live tokens are accepted again"
		}),
	}
}

func (p *program) switchUser(f *siteFlags, off bool, sentence func(string, site) string) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return p.on(cmd, f, false, func(s site) error {
			if err := s.SetDisabled(cmd.Context(), args[0], off); err != nil {
				return err
			}
			return p.acted(cmd, f, s, args[0], sentence(args[0], s))
		})
	}
}

func (p *program) userDelete(f *siteFlags) *cobra.Command {
	var sure bool
	cmd := &cobra.Command{
		Use:     "delete NAME",
		Short:   "Delete a user for good, and revoke all tokens",
		Long:    "Delete a user for good, and revoke all tokens. To suspend someone for a while, use disable.",
		Example: "  jeton user delete bob\n  jeton user delete bob --yes",
		Args:    wants("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			return p.on(cmd, f, false, func(s site) error {
				u, err := s.User(cmd.Context(), name)
				if err == nil && !sure {
					err = p.confirm(cmd, "This deletes "+printable(name)+" for good and revokes all tokens.", name)
				}
				if err != nil {
					return err
				}
				if err := s.DeleteUser(cmd.Context(), name); err != nil {
					return err
				}
				return p.showUser(u, f.json, "deleted "+name+"; tokens are refused "+s.Promise())
			})
		},
	}
	cmd.Flags().BoolVar(&sure, "yes", false, "do not ask")
	return cmd
}
