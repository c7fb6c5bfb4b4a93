package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jeton/internal/client"
	"jeton/internal/pat"
)

// tokenEdit changes a token in place. A nil field stays as it is.
type tokenEdit struct {
	Name, Description, Scope *string
	Networks                 *[]string
	Expires                  *time.Time
}

func (p *program) tokenEdit(f *siteFlags) *cobra.Command {
	var name, description, expires string
	var scopes, networks []string
	cmd := &cobra.Command{
		Use:   "edit ID",
		Short: "Rename a token, shorten its life, narrow it",
		Long: `Change a token in place; what no flag names stays as it is. A life can be shortened,
never made longer: rotate the token for that.`,
		Example: `  jeton token edit 3 --name ci-2 --description 'the new runner'
  jeton token edit 3 --expires 7d
  jeton token edit 3 --network 10.20.0.0/16 --scope read`,
		Args: wants("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := tokenIDs(cmd, args)
			if err != nil {
				return err
			}
			var e tokenEdit
			changed := cmd.Flags().Changed
			if changed("name") {
				e.Name = &name
			}
			if changed("description") {
				e.Description = &description
			}
			if changed("scope") {
				words := strings.Join(scopes, " ")
				e.Scope = &words
			}
			if changed("network") {
				e.Networks = &networks
			}
			if changed("expires") {
				end, err := p.end(expires)
				if err != nil {
					return wrongUsage(cmd, "--expires: %s", err)
				}
				e.Expires = &end
			}
			if e == (tokenEdit{}) {
				return wrongUsage(cmd, "say what to change, by a flag such as --name")
			}
			return p.on(cmd, f, false, func(s site) error { return p.edit(cmd, f, s, ids[0], e) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "`NAME` by which to recognise the token")
	flags.StringVar(&description, "description", "", "`TEXT` for those who wonder what it is for")
	flags.StringSliceVar(&scopes, "scope", nil, "`WORDS` that say what it may do; on a server, only a password makes them more")
	flags.StringSliceVar(&networks, "network", nil, "`CIDR` from which it may be used; again, or with commas, for several; they replace those that it has")
	flags.StringVar(&expires, "expires", "", "`WHEN` it ends, sooner than it would: 12h, 7d, 2027-01-31 (to the end of that day), or an RFC 3339 time")
	return cmd
}

// end reads when a life is to end.
func (p *program) end(text string) (time.Time, error) {
	e, err := parseExpiry(text, time.Local)
	switch {
	case err != nil:
		return time.Time{}, err
	case e.Never || e.IsZero():
		return time.Time{}, errors.New("a life is shortened, not made longer; rotate the token for that")
	}
	return e.instant(p.now()), nil
}

// edit changes the token and shows it. That a later end changes nothing is no
// error for programs, and for a person who typed it, it is.
func (p *program) edit(cmd *cobra.Command, f *siteFlags, s site, id int64, e tokenEdit) error {
	t, err := s.EditToken(cmd.Context(), id, e)
	if err != nil {
		return err
	}
	if f.json {
		err = writeJSON(p.out, t)
	} else {
		err = p.showToken(&t)
	}
	if err == nil && e.Expires != nil && t.Expires != nil && t.Expires.Before(e.Expires.Truncate(time.Second)) {
		return fmt.Errorf("token %d ends sooner already; to make it live longer, rotate it", id)
	}
	return err
}

func (d *direct) EditToken(ctx context.Context, id int64, e tokenEdit) (token, error) {
	edit := pat.TokenEdit{Name: e.Name, Description: e.Description, ExpiresAt: e.Expires}
	if e.Scope != nil {
		scopes, err := pat.ParseScopes(*e.Scope)
		if err != nil {
			return token{}, err
		}
		edit.Scopes = &scopes
	}
	if e.Networks != nil {
		networks, err := pat.ParseNetworks(*e.Networks)
		if err != nil {
			return token{}, err
		}
		edit.Networks = &networks
	}
	t, err := d.auth.EditToken(ctx, d.by, pat.TokenID(id), edit)
	return d.moved(ctx, id, t, err)
}

func (r *remote) EditToken(ctx context.Context, id int64, e tokenEdit) (token, error) {
	t, err := r.client.EditToken(ctx, id, client.TokenEdit{
		Name: e.Name, Description: e.Description, Scope: e.Scope, Networks: e.Networks, Expires: e.Expires,
	})
	return r.moved(id, t, r.whyGone(ctx, id, err))
}

// whyGone words an error that says there is no such token, where there is one: the
// API shows no revoked one, and its events still.
func (r *remote) whyGone(ctx context.Context, id int64, err error) error {
	var said *client.Error
	if !errors.As(err, &said) || said.Status != client.NotFound {
		return err
	}
	at, failed := r.client.TokenRevoked(ctx, id)
	if failed != nil || at.IsZero() {
		return err
	}
	return (&pat.Token{RevokedAt: at}).Ended(r.now())
}
