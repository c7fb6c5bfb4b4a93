package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"jeton/internal/app"
	"jeton/internal/client"
	"jeton/internal/config"
	"jeton/internal/pat"
)

// site is an installation as the commands see it: its data folder itself, or
// a running server.
type site interface {
	CreateUser(ctx context.Context, u newUser) (user, error)
	Users(ctx context.Context) ([]user, error)
	User(ctx context.Context, name string) (user, error)
	SetPassword(ctx context.Context, name, password string) error
	SetDisabled(ctx context.Context, name string, disabled bool) error
	DeleteUser(ctx context.Context, name string) error

	CreateToken(ctx context.Context, t newToken) (issued, error)
	Tokens(ctx context.Context, owner string) ([]token, error) // "": of everyone whom the caller may see
	Token(ctx context.Context, id int64) (token, error)
	// Verify returns what the secret proves, or why it proves nothing.
	Verify(ctx context.Context, secret, scope string) (verdict, error)

	lifeSite
	bulkSite
	policySite

	// Promise says, as the end of a sentence, when what was ended is refused.
	Promise() string
	Close() error
}

// siteFlags say which installation a command works on, and as whom.
type siteFlags struct {
	url, tokenFile, as, asPasswordFile string
	json                               bool
}

const where = `
It works on the data folder itself (--data, or ./jeton-data here), also beneath a
running server, or on a running server (--url or JETON_URL) for whom JETON_TOKEN,
--token-file or --as says who asks.`

func (f *siteFlags) add(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	addSettings(flags, "data")
	flags.Lookup("data").Usage = "data folder to work on"
	flags.StringVar(&f.url, "url", "", "`URL` of a running server to work on (JETON_URL)")
	flags.StringVar(&f.tokenFile, "token-file", "", "`FILE` with the token to ask the server with, - for standard input (JETON_TOKEN is the token)")
	flags.StringVar(&f.as, "as", "", "`NAME` to ask the server as, with a password instead of a token")
	flags.StringVar(&f.asPasswordFile, "as-password-file", "", "`FILE` with that password, - for standard input; without it you are asked")
	flags.BoolVar(&f.json, "json", false, "write JSON")
}

// isDirect reports whether the command works on the data folder: the flag of
// either kind decides, then JETON_URL.
func (f *siteFlags) isDirect(p *program, cmd *cobra.Command) (bool, error) {
	changed := cmd.Flags().Changed
	local := changed("data") || changed(configFlag)
	for _, name := range []string{"url", "token-file", "as", "as-password-file"} {
		if local && changed(name) {
			return false, wrongUsage(cmd, "--%s is for a running server; leave out --data and --config, or it", name)
		}
	}
	switch {
	case local:
		return true, nil
	case f.url != "":
		return false, nil
	}
	if f.url, _ = p.env("JETON_URL"); f.url != "" {
		return false, nil
	}
	for _, name := range []string{"token-file", "as", "as-password-file"} {
		if changed(name) {
			return false, wrongUsage(cmd, "--%s is for a running server: name it by --url or JETON_URL", name)
		}
	}
	return true, nil
}

// creates says whether a command may begin a new data folder.
type creates bool

// openSite opens the installation that the flags and the environment name.
func (p *program) openSite(cmd *cobra.Command, f *siteFlags, may creates) (site, error) {
	local, err := f.isDirect(p, cmd)
	if err != nil {
		return nil, err
	}
	if local {
		return p.openDirect(cmd, may)
	}
	return p.openRemote(cmd, f)
}

// openDirect opens the data folder. A folder without data is an error unless
// the command may begin one: a mistyped --data must not answer "no tokens".
func (p *program) openDirect(cmd *cobra.Command, may creates) (site, error) {
	loaded, err := p.load(cmd)
	if err != nil {
		return nil, err
	}
	cfg := loaded.Config
	if _, err := os.Stat(cfg.DBFile()); errors.Is(err, os.ErrNotExist) && !bool(may) {
		return nil, fmt.Errorf("there is no data in %s: name its folder by --data or a server by --url; jeton serve, or jeton user create NAME --admin, begins a new one", cfg.Data)
	}
	auth, closeStore, err := app.OpenDirect(cmd.Context(), cfg)
	if err != nil {
		return nil, err
	}
	return &direct{auth: auth, close: closeStore, by: pat.Operator(osUser()), maxAge: cfg.MaxAge, now: p.now}, nil
}

func (p *program) openRemote(cmd *cobra.Command, f *siteFlags) (site, error) {
	c, err := p.newClient(f)
	if err != nil {
		return nil, err
	}
	if err := p.credentials(cmd, f, c); err != nil {
		return nil, err
	}
	return &remote{client: c, now: p.now}, nil
}

// newClient returns a client without credentials.
func (p *program) newClient(f *siteFlags) (*client.Client, error) {
	c := &client.Client{URL: f.url, UserAgent: "jeton/" + app.Version}
	if err := c.CheckURL(); err != nil {
		return nil, &usageError{message: fmt.Sprintf("--url or JETON_URL: %s", err)}
	}
	if c.Exposed() {
		p.complain("warning: " + c.URL + " is not encrypted: anyone on the way can read the credentials; use https")
	}
	return c, nil
}

// credentials gives the client what proves who asks.
func (p *program) credentials(cmd *cobra.Command, f *siteFlags, c *client.Client) (err error) {
	switch token, _ := p.env("JETON_TOKEN"); {
	case f.as != "":
		c.Username = f.as
		c.Password, err = p.secretFrom(cmd, "as-password-file", f.asPasswordFile, "Password of "+printable(f.as))
	case f.asPasswordFile != "":
		err = wrongUsage(cmd, "--as-password-file is of no use without --as NAME")
	case f.tokenFile == stdin:
		c.Token, err = p.secretFromInput(cmd, "--token-file")
	case f.tokenFile != "":
		c.Token, err = config.ReadSecretFile(f.tokenFile)
		err = about("--token-file", err)
	case token != "":
		c.Token = token
	default:
		err = wrongUsage(cmd, "say who asks: by JETON_TOKEN, --token-file FILE or --as NAME")
	}
	return err
}
