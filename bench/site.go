package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// seed says what a store is to hold.
type seed struct {
	tokens, users int
	used          bool // each token before
}

// site is a data folder with a filled store, and beside it what clients know of it.
type site struct {
	data string // --data
	hot  string // values: 1,000 tokens; see seed -hot
	all  string // values: every token, shuffled
	user string // values: every user, with password
	gate string // Basic credentials of a service account that may introspect
}

// hotTokens is the size of the set that verifications ask for again and again.
const hotTokens = 1000

// site returns a site with a filled store that nobody may change.
func (b *bench) site(tokens, users int) (site, error) {
	return b.filled(seed{tokens: tokens, users: users})
}

// filled is site for those who say more of it.
func (b *bench) filled(with seed) (site, error) {
	if s, ok := b.seeded[with]; ok {
		return s, nil
	}
	progress("filling a store with %d tokens of %d users", with.tokens, with.users)
	dir, err := os.MkdirTemp(b.dir, "site-")
	if err != nil {
		return site{}, err
	}
	s := site{data: filepath.Join(dir, "data"), hot: filepath.Join(dir, "hot"), all: filepath.Join(dir, "all"), user: filepath.Join(dir, "user")}
	gateway := filepath.Join(dir, "gateway")
	var done struct{}
	_, err = b.tool(&done, "seed", "-data", s.data, "-tokens", strconv.Itoa(with.tokens), "-users", strconv.Itoa(with.users), fmt.Sprintf("-used=%t", with.used),
		"-hot", s.hot, "-hot-tokens", strconv.Itoa(hotTokens), "-all", s.all, "-user", s.user, "-gateway", gateway)
	if err != nil {
		return site{}, err
	}
	credentials, err := os.ReadFile(gateway)
	if err != nil {
		return site{}, err
	}
	s.gate = strings.TrimSpace(string(credentials))
	b.seeded[with] = s
	return s, nil
}

// small is a site of 1,000 tokens, large one of 1,000,000 by default.
func (b *bench) small() (site, error) { return b.site(hotTokens, 1000) }
func (b *bench) large() (site, error) { return b.site(b.many, max(1000, b.many/100)) }

// smallCopy is a small site to be written to.
func (b *bench) smallCopy() (site, error) {
	s, err := b.small()
	if err != nil {
		return s, err
	}
	return b.copied(s)
}

// copied returns the site with a data folder of its own, to be written to.
func (b *bench) copied(s site) (site, error) {
	to, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return s, err
	}
	entries, err := os.ReadDir(s.data)
	if err != nil {
		return s, err
	}
	for _, e := range entries {
		if err := copyFile(filepath.Join(to, e.Name()), filepath.Join(s.data, e.Name())); err != nil {
			return s, err
		}
	}
	s.data = to
	return s, nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// open serves the site with Jeton.
func (b *bench) open(s site, args ...string) (*process, error) {
	return b.serve("/readyz", 200, b.jeton, append([]string{"serve", "--data", s.data}, args...)...)
}

// ceiling serves the site's hot tokens with the least that Go can do.
func (b *bench) ceiling(s site) (*process, error) {
	return b.serve("/", 401, filepath.Join(b.tools, "ceiling"), "-tokens", s.hot)
}

// The requests, as templates of load. {1} is a token or the Basic credentials
// of a user, {2} the name of its user.
const (
	host          = "Host: localhost\nUser-Agent: bench\n"
	verifyRequest = "GET /verify?scope=read HTTP/1.1\n" + host + "Authorization: Bearer {1}\n\n"
	createRequest = "POST /api/v2/users/{2}/personal_tokens/ HTTP/1.1\n" + host + "Authorization: Bearer {1}\n" + createBody
	createBasic   = "POST /api/v2/users/{2}/personal_tokens/ HTTP/1.1\n" + host + "Authorization: Basic {1}\n" + createBody
	createBody    = "Content-Type: application/json\n\n" + `{"description":"","scope":"write"}`
)

// introspectRequest asks about each token as a gateway does.
func (s site) introspectRequest() string {
	return "POST /oauth2/introspect HTTP/1.1\n" + host + "Authorization: Basic " + s.gate +
		"\nContent-Type: application/x-www-form-urlencoded\n\ntoken={1}"
}

// count writes a number with its thousands apart.
func count(n int) string {
	s := strconv.Itoa(n)
	var parts []string
	for ; len(s) > 3; s = s[:len(s)-3] {
		parts = append([]string{s[len(s)-3:]}, parts...)
	}
	return strings.Join(append([]string{s}, parts...), ",")
}

func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }
