package cli

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// selectionFlags select tokens.
type selectionFlags struct {
	selection
	before, after, unused string
	sure, dry             bool
}

func (s *selectionFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.Owner, "user", "", "those of the user `NAME`")
	flags.StringVar(&s.before, "created-before", "", "those made before `WHEN`")
	flags.StringVar(&s.after, "created-after", "", "those made at `WHEN` or later")
	flags.StringVar(&s.unused, "unused-since", "", "those not used since `WHEN`, or never, and made before it")
	flags.StringSliceVar(&s.UsedFrom, "used-from", nil, "those used from a network, as `CIDR`, as far as addresses are kept")
	flags.StringVar(&s.Scope, "scope", "", "those that carry the scope `WORD`")
	flags.BoolVar(&s.NeverExpires, "never-expires", false, "those without an end")
	flags.Int64Var(&s.Family, "family", 0, "those of the chain of rotations that token `ID` began")
	flags.StringVar(&s.Status, "status", "", "those that are `live|paused|expired` (default live and paused)")
	flags.BoolVar(&s.dry, "dry-run", false, "show what is selected, and do nothing")
	flags.BoolVar(&s.sure, "yes", false, "do not ask")
}

// given reports whether tokens are selected.
func (s *selectionFlags) given(cmd *cobra.Command) bool {
	for _, name := range []string{"user", "created-before", "created-after", "unused-since", "used-from", "scope", "never-expires", "family", "status"} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

// times reads the times.
func (s *selectionFlags) times(cmd *cobra.Command, now time.Time) (err error) {
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{
		{"created-before", s.before, &s.CreatedBefore},
		{"created-after", s.after, &s.CreatedAfter},
		{"unused-since", s.unused, &s.UnusedSince},
	} {
		if t.text == "" && !cmd.Flags().Changed(t.flag) {
			continue
		}
		if *t.to, err = parsePast(t.text, now, time.Local); err != nil {
			return wrongUsage(cmd, "--%s: %s", t.flag, err)
		}
	}
	return nil
}

// parsePast reads a span before now like 90d, the beginning of a date in the
// user's zone, or an RFC 3339 time.
func parsePast(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text != "" {
		if unit, ok := units[text[len(text)-1]]; ok {
			n, err := strconv.ParseInt(text[:len(text)-1], 10, 64)
			if err == nil && n > 0 && n <= mostUnits/unit {
				return time.Unix(now.Unix()-n*unit, 0), nil
			}
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Time{}, errors.New("write a date like 2026-11-25, a time like 2026-11-25T12:00:00Z, or 90d for 90 days ago")
}

// actOnMany shows what is selected, asks, and does it to exactly those.
func (p *program) actOnMany(cmd *cobra.Command, f *siteFlags, act tokenAct, reason string, sel *selectionFlags) error {
	if err := sel.times(cmd, p.now()); err != nil {
		return err
	}
	return p.on(cmd, f, false, func(s site) error {
		b, err := s.PreviewBulk(cmd.Context(), act.name, reason, sel.selection)
		if err != nil {
			return err
		}
		if !f.json {
			if err := p.showPreview(&b); err != nil {
				return err
			}
		}
		if sel.dry || b.Count == 0 {
			if f.json {
				return writeJSON(p.out, b)
			}
			return nil
		}
		if !sel.sure {
			if err := p.confirm(cmd, act.question, strconv.Itoa(b.Count)); err != nil {
				return err
			}
		}
		return p.runMany(cmd, f, s, act, b)
	})
}

func (p *program) showPreview(b *bulk) error {
	rows := [][]string{{"ID", "USER", "NAME", "SCOPE", "STATUS", "EXPIRES", "LAST USED"}}
	for i := range b.First {
		rows = append(rows, b.First[i].row())
	}
	if len(rows) > 1 {
		if err := writeTable(p.out, rows); err != nil {
			return err
		}
	}
	more := ""
	if n := b.Count - len(b.First); n > 0 {
		more = fmt.Sprintf("; %d more are not shown", n)
	}
	_, err := fmt.Fprintf(p.out, "%s selected%s\n", plural(b.Count, "token"), more)
	return err
}

// runMany goes on until none is left. Interrupted, it says how far it was.
func (p *program) runMany(cmd *cobra.Command, f *siteFlags, s site, act tokenAct, b bulk) error {
	bar := p.progress(b.Count)
	var err error
	for first := b; b.Left > 0; {
		var next bulk
		if next, err = s.RunBulk(cmd.Context(), b.ID); err != nil {
			break
		}
		b = next
		b.First = first.First
		_ = bar.Set(b.Done)
	}
	_ = bar.Clear()
	if f.json {
		if failed := writeJSON(p.out, b); err == nil {
			err = failed
		}
		return err
	}
	after := ""
	if act.name != "resume" {
		after = "; they are refused " + s.Promise()
	}
	fmt.Fprintf(p.out, "%s %d of %s%s\n", act.done, b.Changed, plural(b.Count, "token"), after)
	if n := b.Done - b.Changed; n > 0 {
		fmt.Fprintf(p.out, "%d had ended, or were so already\n", n)
	}
	return about(fmt.Sprintf("after %d of %d", b.Done, b.Count), err)
}

// progress is a bar on a terminal, and nothing elsewhere.
func (p *program) progress(n int) *progressbar.ProgressBar {
	if !isTerminal(p.err) {
		return progressbar.DefaultSilent(int64(n))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(p.err), progressbar.OptionShowCount(), progressbar.OptionSetWidth(40))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
