package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"jeton/internal/pat"
)

func (p *program) tokenRotate(f *siteFlags) *cobra.Command {
	var overlap, expires string
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Make a successor of a token and print its secret, once",
		Long: `Make a successor of a token, with the same settings and a new secret, and print the
secret: this is the only time that it is shown. The old secret goes on for the overlap,
so that you can bring the new one to where it is used; then it is refused, and its use
is an alarm in the audit trail.`,
		Example: `  jeton token rotate 3
  jeton token rotate 3 --overlap 1h --expires 90d
  jeton token rotate 3 --overlap 0`,
		Args: wants("ID"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			ids, err := tokenIDs(cmd, args)
			if err != nil {
				return err
			}
			var r rotation
			if r.Overlap, err = parseSpan(overlap); err != nil {
				return wrongUsage(cmd, "--overlap: %s", err)
			}
			r.Usual = !cmd.Flags().Changed("overlap")
			if r.Expires, err = lifeAsked(cmd, expires); err != nil {
				return err
			}
			return p.on(cmd, f, false, func(s site) error {
				made, err := s.RotateToken(cmd.Context(), ids[0], r)
				if err != nil {
					return err
				}
				return p.showRotated(made, ids[0], r, f.json)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&overlap, "overlap", "1d", "`SPAN` for which the old secret goes on: 0, 1h, 7d, at most 30d; left out, less where policy says so")
	flags.StringVar(&expires, "expires", "", "`WHEN` the successor ends, as for create (default the span that the old token was made for)")
	return cmd
}

func (p *program) showRotated(made issued, old int64, r rotation, asJSON bool) error {
	if err := p.showIssued(made, asJSON); err != nil || asJSON || !isTerminal(p.out) {
		return err
	}
	fate := "The old secret is refused from now on."
	if r.Overlap > 0 {
		span := pat.Lasting(r.Overlap)
		if r.Usual {
			span += " at most"
		}
		fate = fmt.Sprintf("The old secret goes on for %s; jeton token retire %d ends it now.", span, old)
	}
	_, err := fmt.Fprintln(p.err, fate)
	return err
}

// parseSpan reads a span like 1h, or 0, in whole seconds.
func parseSpan(text string) (int64, error) {
	if text == "0" {
		return 0, nil
	}
	e, err := parseExpiry(text, time.UTC)
	if err != nil || e.After == 0 {
		return 0, errors.New("write a span like 1h or 7d, or 0")
	}
	return e.After, nil
}

func (p *program) tokenRetire(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "retire ID...",
		Short:   "End the old secret of a rotation now",
		Long:    "End the overlap of a rotation: the old secret, whose ID this takes, is refused at once.",
		Example: "  jeton token family 3\n  jeton token retire 3",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrongUsage(cmd, "ID is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := tokenIDs(cmd, args)
			if err != nil {
				return err
			}
			act := tokenAct{done: "retired", after: refusedAfter, do: func(ctx context.Context, s site, id int64, _ string) (token, error) {
				return s.RetireToken(ctx, id)
			}}
			return p.on(cmd, f, false, func(s site) error { return p.actOn(cmd, f, s, act, "", ids) })
		},
	}
}

func (p *program) tokenFamily(f *siteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "family ID",
		Short:   "Show what a token replaced and what replaced it",
		Long:    "Show the chain of rotations that a token is in, the oldest first, ended ones too.",
		Example: "  jeton token family 3",
		Args:    wants("ID"),
		RunE: p.onToken(f, func(ctx context.Context, s site, id int64) error {
			chain, err := s.Family(ctx, id)
			switch {
			case err != nil:
				return err
			case f.json:
				return writeJSON(p.out, chain)
			}
			rows := [][]string{{"ID", "REPLACES", "STATUS", "CREATED", "EXPIRES", "LAST USED", "LAST USED FROM"}}
			for _, t := range chain {
				rows = append(rows, []string{idOrNone(t.ID), idOrNone(t.Replaces), t.Status, shownTime(&t.Created), t.expiry(), shownTime(t.LastUsed), cmp.Or(t.LastFrom, "-")})
			}
			return writeTable(p.out, rows)
		}),
	}
}
