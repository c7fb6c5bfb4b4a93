package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// tokenAct is a command that does one thing to tokens, which are named one by
// one or selected.
type tokenAct struct {
	name, short, example string
	done                 string // the word for what was done
	question             string // asked before many
	reasoned             bool   // takes a reason
	do                   func(ctx context.Context, s site, id int64, reason string) (token, error)
	// after says what holds from then on.
	after func(s site) string
}

func refusedAfter(s site) string { return "; it is refused " + s.Promise() }

func (p *program) tokenRevoke(f *siteFlags) *cobra.Command {
	return p.tokenAct(f, tokenAct{
		name: "revoke", short: "End tokens for good", done: "revoked", reasoned: true,
		question: "This ends them for good.",
		example: `  jeton token revoke 3
  jeton token revoke 3 4 5 --reason 'laptop stolen'
  jeton token revoke --created-before 2026-11-25T12:00:00Z --dry-run
  jeton token revoke --user bob --unused-since 90d --yes`,
		do: func(ctx context.Context, s site, id int64, reason string) (token, error) {
			return s.RevokeToken(ctx, id, reason)
		},
		after: refusedAfter,
	})
}

func (p *program) tokenPause(f *siteFlags) *cobra.Command {
	return p.tokenAct(f, tokenAct{
		name: "pause", short: "Stop tokens until they are resumed", done: "paused", reasoned: true,
		question: "This stops them until they are resumed.",
		example: `  jeton token pause 3
  jeton token pause --used-from 198.51.100.0/24 --reason 'who is that?'`,
		do: func(ctx context.Context, s site, id int64, reason string) (token, error) {
			return s.PauseToken(ctx, id, reason)
		},
		after: refusedAfter,
	})
}

func (p *program) tokenResume(f *siteFlags) *cobra.Command {
	return p.tokenAct(f, tokenAct{
		name: "resume", short: "Let paused tokens be used again", done: "resumed",
		question: "This lets them be used again.",
		example:  "  jeton token resume 3\n  jeton token resume --user bob",
		do: func(ctx context.Context, s site, id int64, _ string) (token, error) {
			return s.ResumeToken(ctx, id)
		},
		after: func(site) string { return "" },
	})
}

const selecting = `
Tokens are named by their IDs, or selected: then those for which all that is given
holds are shown first, and exactly those are meant when you go on. Times are like
2026-11-25, 2026-11-25T12:00:00Z, or 90d, which is 90 days ago.`

func (p *program) tokenAct(f *siteFlags, act tokenAct) *cobra.Command {
	var reason string
	sel := &selectionFlags{}
	cmd := &cobra.Command{
		Use: act.name + " [ID...]", Short: act.short, Long: act.short + ".\n" + selecting, Example: act.example,
		RunE: func(cmd *cobra.Command, args []string) error {
			selected := sel.given(cmd)
			switch {
			case len(args) == 0 && !selected:
				return wrongUsage(cmd, "ID is missing; name tokens, or select them by a flag such as --user")
			case len(args) > 0 && selected:
				return wrongUsage(cmd, "name tokens by ID, or select them by flags; not both")
			case selected:
				return p.actOnMany(cmd, f, act, reason, sel)
			}
			ids, err := tokenIDs(cmd, args)
			if err != nil {
				return err
			}
			return p.on(cmd, f, false, func(s site) error { return p.actOn(cmd, f, s, act, reason, ids) })
		},
	}
	if act.reasoned {
		cmd.Flags().StringVar(&reason, "reason", "", "`TEXT` that says why, for the audit trail")
	}
	sel.add(cmd)
	return cmd
}

// actOn does it to the tokens one by one and says so of each, so that after a
// failure it is known which were reached.
func (p *program) actOn(cmd *cobra.Command, f *siteFlags, s site, act tokenAct, reason string, ids []int64) error {
	type done struct {
		ID     int64  `json:"id"`
		Status string `json:"status"`
	}
	all := []done{}
	var err error
	for _, id := range ids {
		var t token
		if t, err = act.do(cmd.Context(), s, id, reason); err != nil {
			break
		}
		all = append(all, done{id, t.Status})
		if !f.json {
			fmt.Fprintf(p.out, "%s token %d%s\n", act.done, id, act.after(s))
		}
	}
	if f.json {
		if failed := writeJSON(p.out, all); err == nil {
			err = failed
		}
	}
	return err
}
