package config

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// Bounds of the settings that have some. A MaxAge of minutes would break the
// promise that a revocation takes hold soon; one of microseconds would ask the
// store for every verification.
const (
	minMaxAge      = 100 * time.Millisecond
	maxMaxAge      = time.Minute
	maxOutageGrace = 5 * time.Minute
	minIndexLimit  = 1000
	minConnections = 16
	maxConnections = 1_000_000 // each may be given 20 KiB and more
)

func checkListen(c *Config) error { return checkAddress(c.Listen) }

func checkMetricsListen(c *Config) error {
	if c.MetricsListen == "" {
		return nil
	}
	return checkAddress(c.MetricsListen)
}

func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n > 65535 {
		return errors.New("write host:port, like 127.0.0.1:8080 or :8080")
	}
	return nil
}

func checkData(c *Config) error {
	if c.Data == "" {
		return errors.New("name a folder")
	}
	return nil
}

// checkPublicURL wants an origin: routes begin at the root, and links are made
// by adding to it.
func checkPublicURL(c *Config) error {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("write scheme and host alone, like https://jeton.example.org")
	}
	return nil
}

func checkMaxAge(c *Config) error {
	if c.MaxAge < minMaxAge || c.MaxAge > maxMaxAge {
		return errors.New("choose from " + minMaxAge.String() + " to " + maxMaxAge.String())
	}
	return nil
}

func checkOutageGrace(c *Config) error {
	if c.OutageGrace < 0 || c.OutageGrace > maxOutageGrace {
		return errors.New("choose from 0 to " + maxOutageGrace.String())
	}
	return nil
}

// prefixForm is pat.CheckPrefix once more, since settings are judged before
// anything else is there; a test holds the two together.
var prefixForm = regexp.MustCompile(`^[a-z0-9]{3,12}$`)

func checkTokenPrefix(c *Config) error {
	if !prefixForm.MatchString(c.TokenPrefix) {
		return errors.New("use 3 to 12 characters of a-z and 0-9, without the underscore")
	}
	return nil
}

func checkIndexLimit(c *Config) error {
	if c.IndexLimit < minIndexLimit {
		return errors.New("choose " + strconv.Itoa(minIndexLimit) + " or more")
	}
	return nil
}

func checkMaxConnections(c *Config) error {
	if c.MaxConnections < minConnections || c.MaxConnections > maxConnections {
		return errors.New("choose from " + strconv.Itoa(minConnections) + " to " + strconv.Itoa(maxConnections))
	}
	return nil
}

// Of two settings that need each other the one that is there is blamed: it has a
// place to point at.
func checkTLSCert(c *Config) error {
	if c.TLSCert != "" && c.TLSKey == "" {
		return errors.New("name its key too, by tls-key")
	}
	return nil
}

func checkTLSKey(c *Config) error {
	if c.TLSKey != "" && c.TLSCert == "" {
		return errors.New("name its certificate too, by tls-cert")
	}
	return nil
}

func checkAdminUsername(c *Config) error {
	if c.AdminUsername != "" && c.AdminPasswordFile == "" {
		return errors.New("name the file with the password too, by admin-password-file")
	}
	return nil
}

func checkAdminPasswordFile(c *Config) error {
	if c.AdminPasswordFile != "" && c.AdminUsername == "" {
		return errors.New("name the administrator too, by admin-username")
	}
	return nil
}

func checkLogFormat(c *Config) error {
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return errors.New("choose text or json")
	}
	return nil
}

// checkDatabaseURL never repeats the value: there may be a password in it.
func checkDatabaseURL(c *Config) error {
	if c.DatabaseURL == "" {
		return nil
	}
	return errors.New("this version keeps its data in SQLite only: leave it out and name a folder by data")
}

// checkCommandLine refuses what must not stand where every user of the machine
// can read it.
func checkCommandLine(s *Setting, text string) error {
	if s.Name != "database-url" {
		return nil
	}
	u, err := url.Parse(text)
	if text != "" && (err != nil || !isURL(u)) {
		return errors.New("write postgres://host/database")
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		return errors.New("a password on the command line is seen by every user of this machine: use JETON_DATABASE_URL or a PGPASSFILE")
	}
	return nil
}

// isURL tells postgres://host/database, and postgres:///database on a socket,
// from texts that merely parse.
func isURL(u *url.URL) bool { return u.Scheme != "" && u.Opaque == "" }
