package config

import "strings"

// Setting is a row of the table: one thing that can be set.
type Setting struct {
	Name    string // as a flag and in the file
	Value   string // stands for the value in help: ADDR, FILE …; "" for a switch
	Default string // as it would be written
	Help    string // one clause, no full stop

	secret bool // a URL whose password must not be shown

	field func(*Config) any   // a pointer that parse and format know
	check func(*Config) error // its bounds; nil: every value of the type will do
}

// Env is the name of the setting in the environment.
func (s *Setting) Env() string {
	return "JETON_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// Settings returns the table, in the order in which help shows it.
func Settings() []Setting { return settings }

func named(name string) *Setting {
	for i := range settings {
		if settings[i].Name == name {
			return &settings[i]
		}
	}
	return nil
}

func (s *Setting) wrong(c *Config) error {
	if s.check == nil {
		return nil
	}
	return s.check(c)
}

var settings = []Setting{
	{
		Name: "listen", Value: "ADDR", Default: "127.0.0.1:8080",
		Help:  "address to listen on; :8080 is every address of this machine",
		field: func(c *Config) any { return &c.Listen }, check: checkListen,
	},
	{
		Name: "data", Value: "DIR", Default: "./jeton-data",
		Help:  "folder that holds everything Jeton keeps; made when it is missing",
		field: func(c *Config) any { return &c.Data }, check: checkData,
	},
	{
		Name: "public-url", Value: "URL",
		Help:  "where people reach this server, like https://jeton.example.org",
		field: func(c *Config) any { return &c.PublicURL }, check: checkPublicURL,
	},
	{
		Name: "trusted-proxies", Value: "CIDRS",
		Help:  "proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
		field: func(c *Config) any { return &c.TrustedProxies },
	},
	{
		Name: "max-age", Value: "DURATION", Default: "1s",
		Help:  "how long what was revoked by another process may still be accepted here",
		field: func(c *Config) any { return &c.MaxAge }, check: checkMaxAge,
	},
	{
		Name: "outage-grace", Value: "DURATION", Default: "4s",
		Help:  "how much longer to answer from memory while the database is out of reach; 0 is not at all",
		field: func(c *Config) any { return &c.OutageGrace }, check: checkOutageGrace,
	},
	{
		Name: "token-prefix", Value: "WORD", Default: "jtn",
		Help:  "what new secrets begin with; earlier prefixes go on working",
		field: func(c *Config) any { return &c.TokenPrefix }, check: checkTokenPrefix,
	},
	{
		Name: "index-limit", Value: "N", Default: "1000000",
		Help:  "how many tokens are kept in memory; those beyond are read from the database",
		field: func(c *Config) any { return &c.IndexLimit }, check: checkIndexLimit,
	},
	{
		Name: "max-connections", Value: "N", Default: "4096",
		Help:  "how many connections may be open at once; health and verification are answered to a few more",
		field: func(c *Config) any { return &c.MaxConnections }, check: checkMaxConnections,
	},
	{
		Name: "tls-cert", Value: "FILE",
		Help:  "certificate chain (PEM); with tls-key the server speaks https",
		field: func(c *Config) any { return &c.TLSCert }, check: checkTLSCert,
	},
	{
		Name: "tls-key", Value: "FILE",
		Help:  "private key of the certificate (PEM)",
		field: func(c *Config) any { return &c.TLSKey }, check: checkTLSKey,
	},
	{
		Name: "admin-username", Value: "NAME",
		Help:  "administrator to make at the start while there is no user at all",
		field: func(c *Config) any { return &c.AdminUsername }, check: checkAdminUsername,
	},
	{
		Name: "admin-password-file", Value: "FILE",
		Help:  "file that holds that administrator's password",
		field: func(c *Config) any { return &c.AdminPasswordFile }, check: checkAdminPasswordFile,
	},
	{
		Name: "verify-routes", Value: "FILE",
		Help:  "table of the scopes that /verify demands, by host, path and method",
		field: func(c *Config) any { return &c.VerifyRoutes },
	},
	{
		Name: "metrics-listen", Value: "ADDR",
		Help:  "address on which /metrics answers anybody, like 127.0.0.1:9090; on the main one it asks for an administrator's token",
		field: func(c *Config) any { return &c.MetricsListen }, check: checkMetricsListen,
	},
	{
		Name: "log-level", Value: "LEVEL", Default: "info",
		Help:  "least severe lines to log: debug, info, warn or error",
		field: func(c *Config) any { return &c.LogLevel },
	},
	{
		Name: "log-format", Value: "FORMAT", Default: "text",
		Help:  "text or json",
		field: func(c *Config) any { return &c.LogFormat }, check: checkLogFormat,
	},
	{
		Name: "log-verify", Default: "false",
		Help:  "log every verification, not only those refused",
		field: func(c *Config) any { return &c.LogVerify },
	},
	{
		Name: "database-url", Value: "URL",
		Help:   "reserved for PostgreSQL, which this version cannot use yet",
		secret: true,
		field:  func(c *Config) any { return &c.DatabaseURL }, check: checkDatabaseURL,
	},
}
