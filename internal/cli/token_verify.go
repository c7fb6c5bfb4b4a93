package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) tokenVerify(f *siteFlags) *cobra.Command {
	var scope, secretFile string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Say whether a secret is that of a live token",
		Long: `Say whether a secret is that of a live token, and whose. The secret is read from
standard input, from the file named, or at the prompt; the exit code is 0 when the
token is live and 1 when it is not. On a running server nothing else proves who asks.`,
		Example: `  jeton token verify
  jeton token verify --scope write <secret.txt
  jeton token verify --url https://jeton.example.org --secret-file secret.txt`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage(cmd, "the secret is never an argument, which others on this machine can read: pipe it in, or use --secret-file; revoke the token if that was a real one")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.openVerifier(cmd, f)
			if err != nil {
				return err
			}
			secret, err := p.secretToVerify(cmd, secretFile)
			var v verdict
			if err == nil {
				v, err = s.Verify(cmd.Context(), strings.TrimSpace(secret), scope)
			}
			if closed := s.Close(); err == nil {
				err = closed
			}
			if err != nil {
				return err
			}
			return p.showVerdict(v, f.json)
		},
	}
	cmd.Flags().StringVar(&scope, "scope", "", "also ask that it allows this `WORD`")
	cmd.Flags().StringVar(&secretFile, "secret-file", "", "`FILE` that holds the secret, - for standard input")
	return cmd
}

// openVerifier is openSite without credentials: the secret is its own.
func (p *program) openVerifier(cmd *cobra.Command, f *siteFlags) (site, error) {
	local, err := f.isDirect(p, cmd)
	switch {
	case err != nil:
		return nil, err
	case local:
		return p.openDirect(cmd, false)
	case f.as != "" || f.tokenFile != "" || f.asPasswordFile != "":
		return nil, wrongUsage(cmd, "the secret itself says who asks: leave out --as and --token-file")
	}
	c, err := p.newClient(f)
	if err != nil {
		return nil, err
	}
	return &remote{client: c, now: p.now}, nil
}

func (p *program) secretToVerify(cmd *cobra.Command, file string) (string, error) {
	if file == "" && !isTerminal(p.in) {
		file = stdin
	}
	return p.secretFrom(cmd, "secret-file", file, "Secret")
}

// showVerdict answers, and fails when the token is not live.
func (p *program) showVerdict(v verdict, asJSON bool) error {
	switch {
	case asJSON:
		if err := writeJSON(p.out, v); err != nil {
			return err
		}
	case v.Live:
		_, err := fmt.Fprintf(p.out, "live: token %d of %s, scope %s\n", v.TokenID, printable(v.User), printable(v.Scope))
		return err
	}
	if !v.Live {
		return errors.New("refused: " + v.Why)
	}
	return nil
}
