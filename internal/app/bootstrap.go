package app

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"jeton/internal/config"
	"jeton/internal/pat"
)

// bootstrap makes the first administrator where the settings name one, or
// says where people make theirs.
func (a *App) bootstrap(ctx context.Context) error {
	if a.cfg.AdminUsername != "" {
		if err := a.unattendedAdmin(ctx); err != nil {
			return err
		}
	}
	code, until, err := a.Authority.NewSetupCode(ctx)
	if err != nil {
		return err
	}
	file := a.setupFile()
	if code == "" {
		_ = os.Remove(file) // of an earlier start; it opens nothing any more
	} else if err := writePrivate(file, a.url+"/setup\n"+code+"\n"); err != nil {
		return fmt.Errorf("set-up code: %w", err)
	}
	a.announce(code, file, until)
	return nil
}

// setupFile is where the set-up code lies until it is spent.
func (a *App) setupFile() string { return filepath.Join(a.cfg.Data, setupFile) }

// unattendedAdmin makes the administrator that the settings name, while there
// is no user at all.
func (a *App) unattendedAdmin(ctx context.Context) error {
	open, err := a.Authority.SetupOpen(ctx)
	if err != nil || !open {
		return err
	}
	password, err := config.ReadSecretFile(a.cfg.AdminPasswordFile)
	if err != nil {
		return fmt.Errorf("admin-password-file: %w", err)
	}
	by := pat.Operator("settings")
	user, err := a.Authority.FirstAdmin(ctx, by, pat.UserRequest{Name: a.cfg.AdminUsername, Password: password})
	if err != nil {
		return fmt.Errorf("first administrator (admin-username, admin-password-file): %w", err)
	}
	a.log.Info("made the first administrator", "username", user.Name)
	return nil
}

// announce says that the server is ready and where to go: in sentences on a
// terminal, else in the log, where the set-up code never stands.
func (a *App) announce(code, file string, until time.Time) {
	url := a.url
	bounds := []any{"url", url, "data", a.cfg.Data, "max_age", a.cfg.MaxAge.String(), "outage_bound", (a.cfg.MaxAge + a.cfg.OutageGrace).String()}
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		a.log.Info("ready", append(bounds, "version", Version)...)
		if code != "" {
			a.log.Info("first start: make the first administrator", "url", url+"/setup", "code_file", file, "valid_until", until.Format(time.RFC3339))
		}
		return
	}
	w := os.Stderr
	fmt.Fprintf(w, "\nJeton %s is ready at %s\n", Version, url)
	fmt.Fprintf(w, "A revocation takes hold at once here, and within %s wherever else this data is served\n(%s while the database does not answer).\n", a.cfg.MaxAge, a.cfg.MaxAge+a.cfg.OutageGrace)
	if code != "" {
		fmt.Fprintf(w, "\nMake the first administrator at %s/setup\nSet-up code: %s   (until %s; also in %s)\n", url, code, until.Local().Format("15:04"), file)
	}
	fmt.Fprintln(w)
}

// publicURL is where people reach this server, without a slash at the end: the
// public address where one is set, else the one it listens on.
func publicURL(cfg config.Config) string {
	if cfg.PublicURL != "" {
		return strings.TrimSuffix(cfg.PublicURL, "/")
	}
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return scheme + "://" + cfg.Listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
