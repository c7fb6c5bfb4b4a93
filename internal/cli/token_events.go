package cli

import (
	"cmp"
	"context"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jeton/internal/pat"
)

// event is what happened to a token. The keys are those of the API.
type event struct {
	ID         int64     `json:"id"`
	At         time.Time `json:"timestamp"`
	Act        string    `json:"act"`
	Actor      string    `json:"actor"`                // "": no user did it
	Credential string    `json:"credential,omitempty"` // left out where it is not for the caller to see, as Address is
	Address    string    `json:"address,omitempty"`
	Face       string    `json:"face"`
	Reason     string    `json:"reason"`
	Outcome    string    `json:"outcome"`
}

// eventWords are the acts in the words of the console.
var eventWords = map[pat.Act]string{
	pat.TokenEdited: "changed", pat.TokenRetired: "old value stopped early", pat.TokenReused: "old value used after its end",
	pat.TokenUsed: "first used", pat.TokenRoamed: "used from a new network", pat.TokenRefused: "refused often",
	pat.TokenReported: "reported as found, and paused",
}

// what says what was done. An act without words of its own is one itself.
func (e *event) what() string {
	return cmp.Or(eventWords[pat.Act(e.Act)], strings.TrimPrefix(e.Act, "token."))
}

// who says whose doing it was, as far as that is known.
func (e *event) who() string {
	switch {
	case e.Actor != "":
		return e.Actor
	case e.Credential == string(pat.ByPolicy):
		return "the policy"
	case e.Act == string(pat.TokenReported):
		return "a finder"
	}
	return ""
}

// usualEvents is how many events are shown where nobody says.
const usualEvents = 50

func (p *program) tokenEvents(f *siteFlags) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "events ID",
		Short: "Show what happened to a token",
		Long: `Show what happened to a token, the newest first, to one that has ended too: what was
done, when, by whom, from where and why. From where somebody else acted is for
administrators and auditors; from where the token was used its owner sees as well.`,
		Example: "  jeton token events 3\n  jeton token events 3 --limit 0 --json",
		Args:    wants("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return wrongUsage(cmd, "--limit: write a number, or 0 for all")
			}
			return p.onToken(f, func(ctx context.Context, s site, id int64) error {
				events, err := s.Events(ctx, id, cmp.Or(limit, math.MaxInt))
				switch {
				case err != nil:
					return err
				case f.json:
					return writeJSON(p.out, events)
				}
				return p.showEvents(events)
			})(cmd, args)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", usualEvents, "show the newest `N`; 0 shows all")
	return cmd
}

func (p *program) showEvents(events []event) error {
	rows := [][]string{{"WHEN", "WHAT", "WHO", "FROM", "REASON"}}
	for i := range events {
		e := &events[i]
		rows = append(rows, []string{shownTime(&e.At), e.what(), e.who(), e.Address, dash(e.Reason)})
	}
	return writeTable(p.out, rows)
}

func (d *direct) Events(ctx context.Context, id int64, limit int) ([]event, error) {
	found, _, err := d.auth.TokenEvents(ctx, d.by, pat.TokenID(id), pat.Newest(limit))
	shown := make([]event, len(found))
	for i := range found {
		shown[i] = directEvent(&found[i].Event)
	}
	return shown, aboutToken(id, err)
}

func directEvent(e *pat.Event) event {
	shown := event{
		ID: int64(e.ID), At: e.At, Act: string(e.Act), Actor: e.ActorName, Credential: string(e.Credential),
		Face: e.Via.Face, Reason: e.Reason, Outcome: e.Outcome,
	}
	if e.Via.Address.IsValid() {
		shown.Address = e.Via.Address.String()
	}
	if e.Act == pat.TokenRefused && e.Reason == string(pat.ReasonUnknown) { // as the API says it
		shown.Reason = revoked
	}
	return shown
}

func (r *remote) Events(ctx context.Context, id int64, limit int) ([]event, error) {
	found, err := r.client.TokenEvents(ctx, id, limit)
	shown := make([]event, len(found))
	for i := range found {
		e := &found[i]
		shown[i] = event{e.ID, e.At, e.Act, e.Summary.Actor.Username, e.Credential, e.Address, e.Face, e.Reason, e.Outcome}
	}
	return shown, aboutToken(id, err)
}
