// Package config turns flags, environment and a file into one Config.
//
// There is one table of settings. A setting has the same name everywhere:
// max-age is --max-age as a flag, JETON_MAX_AGE in the environment and max-age
// in the file. A flag wins over the environment, that over the file, and the
// file over the default. All that is wrong is reported at once.
package config

import (
	"log/slog"
	"net/netip"
	"path/filepath"
	"time"
)

// Config is all that can be set. Its zero value is refused by Check; Default
// returns one that passes.
type Config struct {
	Listen         string         // host:port; no host: every address of the machine
	Data           string         // folder of the store
	PublicURL      string         // origin under which people reach the server; "": the listen address
	TrustedProxies []netip.Prefix // whose X-Forwarded-… are believed; none: nobody's
	MaxAge         time.Duration  // how old a node's knowledge may be before it asks the store
	OutageGrace    time.Duration  // how much longer memory answers while the store does not; 0: not at all
	TokenPrefix    string         // what new secrets begin with
	IndexLimit     int            // tokens kept in memory
	MaxConnections int            // open at once
	TLSCert        string         // PEM file with the chain; "": plain http
	TLSKey         string         // PEM file

	// The first administrator of an installation without users; "": made by
	// hand. The file holds the password.
	AdminUsername     string
	AdminPasswordFile string

	VerifyRoutes  string // file with the scopes that /verify demands, by host, path and method; "": none
	MetricsListen string // host:port of the metrics' own listener; "": none

	LogLevel  slog.Level
	LogFormat string // text or json
	LogVerify bool   // a line for every verification, not for refusals alone

	// DatabaseURL is reserved: Check refuses whatever stands here.
	DatabaseURL string
}

// Default returns the settings of an installation that set none.
func Default() Config {
	var c Config
	for i := range settings {
		s := &settings[i]
		if err := parse(s.field(&c), s.Default); err != nil {
			panic("config: default of " + s.Name + ": " + err.Error()) // a mistake in the table
		}
	}
	return c
}

// DBFile is the store's file in the data folder.
func (c *Config) DBFile() string { return filepath.Join(c.Data, "jeton.db") }

// Check returns all that is wrong with c as Problems, or nil.
func (c *Config) Check() error {
	var all Problems
	for i := range settings {
		if err := settings[i].wrong(c); err != nil {
			all = append(all, Problem{Setting: settings[i].Name, Message: err.Error()})
		}
	}
	return all.orNil()
}
