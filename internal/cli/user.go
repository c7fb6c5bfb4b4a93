package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (p *program) user() *cobra.Command {
	f := &siteFlags{}
	cmd := group("user", "Make, list, change and delete users",
		"Make, list, change and delete users: people and programs that own tokens.\n"+where,
		"  jeton user create ada --admin\n  jeton user list\n  jeton user disable bob",
		p.userCreate(f), p.userList(f), p.userShow(f), p.userSetPassword(f),
		p.userDisable(f), p.userEnable(f), p.userDelete(f))
	f.add(cmd)
	return cmd
}

// on runs do on the installation that the flags name, and closes it.
func (p *program) on(cmd *cobra.Command, f *siteFlags, may creates, do func(site) error) (err error) {
	s, err := p.openSite(cmd, f, may)
	if err != nil {
		return err
	}
	defer func() {
		if closed := s.Close(); err == nil {
			err = closed
		}
	}()
	return do(s)
}

func (p *program) userCreate(f *siteFlags) *cobra.Command {
	var u newUser
	var passwordFile string
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a user",
		Long: `Make a user. You are asked for the password twice, or name the file that holds it.
With --service it is an account for a program, which has no password: give it tokens
by jeton token create --user.

The first user must be an administrator; with --admin the data folder is made when
there is none yet.`,
		Example: `  jeton user create ada --admin
  jeton user create bob --email bob@example.org --password-file bob.txt
  jeton user create gateway --service
  pwgen -s 20 1 | tee bob.txt | jeton user create bob --password-file -`,
		Args: wants("NAME"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			u.Name = args[0]
			// First, so that a folder is not begun for want of a password.
			if u.Password, err = p.passwordFor(cmd, passwordFile, &u); err != nil {
				return err
			}
			return p.on(cmd, f, creates(u.Admin), func(s site) error {
				made, err := s.CreateUser(cmd.Context(), u)
				if err != nil {
					return err
				}
				return p.showUser(made, f.json, fmt.Sprintf("made %s %s (id %d)", made.role(), made.Name, made.ID))
			})
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&u.Admin, "admin", false, "make an administrator, who may do everything")
	flags.BoolVar(&u.Auditor, "auditor", false, "make an auditor, who sees everything and changes nothing")
	flags.BoolVar(&u.Service, "service", false, "make a service account, which has tokens and no password")
	flags.StringVar(&u.Email, "email", "", "mail `ADDRESS`")
	flags.StringVar(&u.FirstName, "first-name", "", "first `NAME`")
	flags.StringVar(&u.LastName, "last-name", "", "last `NAME`")
	addPasswordFile(cmd, &passwordFile)
	return cmd
}

// passwordFor is newPassword for who is to have one.
func (p *program) passwordFor(cmd *cobra.Command, file string, u *newUser) (string, error) {
	switch {
	case !u.Service:
		return p.newPassword(cmd, file, u.Name)
	case file != "":
		return "", wrongUsage(cmd, "a service account has no password: leave out --password-file")
	case u.Admin:
		return "", wrongUsage(cmd, "a service account cannot be an administrator: leave out --admin or --service")
	}
	return "", nil
}

func addPasswordFile(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "password-file", "", "`FILE` that holds the password, - for standard input; without it you are asked")
}

// newPassword asks twice: nobody sees what is typed.
func (p *program) newPassword(cmd *cobra.Command, file, name string) (string, error) {
	return p.secretFrom(cmd, "password-file", file, "New password of "+printable(name), "Once more")
}

// showUser answers an act on a user: in a sentence, or with the user.
func (p *program) showUser(u user, asJSON bool, sentence string) error {
	if asJSON {
		return writeJSON(p.out, u)
	}
	_, err := fmt.Fprintln(p.out, printable(sentence))
	return err
}

func (p *program) userList(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the users",
		Example: "  jeton user list\n  jeton user list --json | jq -r '.[].username'",
		Args:    wants(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.on(cmd, f, false, func(s site) error {
				users, err := s.Users(cmd.Context())
				switch {
				case err != nil:
					return err
				case f.json:
					return writeJSON(p.out, users)
				}
				rows := [][]string{{"ID", "NAME", "ROLE", "STATUS", "EMAIL", "CREATED"}}
				for _, u := range users {
					rows = append(rows, []string{fmt.Sprint(u.ID), u.Name, u.role(), u.Status, u.Email, shownTime(&u.Created)})
				}
				return writeTable(p.out, rows)
			})
		},
	}
}

func (p *program) userShow(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "show NAME",
		Short:   "Show a user",
		Example: "  jeton user show ada",
		Args:    wants("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.on(cmd, f, false, func(s site) error {
				u, err := s.User(cmd.Context(), args[0])
				switch {
				case err != nil:
					return err
				case f.json:
					return writeJSON(p.out, u)
				}
				return writeFields(p.out,
					[2]string{"id", fmt.Sprint(u.ID)},
					[2]string{"name", u.Name},
					[2]string{"first name", u.FirstName},
					[2]string{"last name", u.LastName},
					[2]string{"email", u.Email},
					[2]string{"role", u.role()},
					[2]string{"status", u.Status},
					[2]string{"created", shownTime(&u.Created)},
					[2]string{"last sign-in", shownTime(u.LastLogin)})
			})
		},
	}
}
