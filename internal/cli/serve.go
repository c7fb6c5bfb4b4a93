package cli

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"jeton/internal/app"
)

func (p *program) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server until it is interrupted; what is in flight is then finished.

Without a flag it keeps its data in ./jeton-data, listens on 127.0.0.1:8080 and
prints where to go. While there is no user, the page at /setup makes the first
administrator, for whoever knows the one-time code of this start.

Every flag is also a variable of the environment (--max-age is JETON_MAX_AGE) and a
key of the file that --config names. "jeton config" shows what is in force.`,
		Example: `  jeton serve
  jeton serve --listen :443 --tls-cert chain.pem --tls-key key.pem --public-url https://jeton.example.org
  JETON_ADMIN_USERNAME=ada JETON_ADMIN_PASSWORD_FILE=/run/secrets/ada jeton serve --data /srv/jeton`,
		Args: wants(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := p.load(cmd)
			if err != nil {
				return err
			}
			a, err := app.Open(cmd.Context(), loaded.Config, p.now)
			if err != nil {
				return err
			}
			return errors.Join(a.Run(cmd.Context()), a.Close())
		},
	}
	addSettings(cmd.Flags())
	return cmd
}

func (p *program) version() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show the version of this program",
		Example: "  jeton version\n  jeton version --json",
		Args:    wants(),
		RunE: func(*cobra.Command, []string) error {
			platform := runtime.GOOS + "/" + runtime.GOARCH
			if asJSON {
				return writeJSON(p.out, map[string]string{"version": app.Version, "go": runtime.Version(), "platform": platform})
			}
			_, err := fmt.Fprintf(p.out, "jeton %s, built with %s for %s\n", app.Version, runtime.Version(), platform)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}
