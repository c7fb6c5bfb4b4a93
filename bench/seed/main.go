// Command seed fills a data folder with users and tokens, straight through the
// store, and writes what clients know of them as values for the load
// generator. All users share one password, and so one costly hash.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
)

// batch is how many records one transaction holds.
const batch = 5000

// maxLines bounds how many secrets are held in memory: of more tokens only
// an even selection is known to clients.
const maxLines = 1_000_000

// useBatch is how many uses are recorded in a transaction.
const useBatch = 1000

// lifetime of the tokens; they are made over the last ninety days.
const lifetime = 365 * 24 * time.Hour

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "data `folder` to make")
	tokens := flag.Int("tokens", 1000, "tokens, spread evenly over the users")
	users := flag.Int("users", 1000, "users")
	hot := flag.String("hot", "", "`file` for some tokens and their owners, spread over all")
	hotTokens := flag.Int("hot-tokens", 1000, "tokens in it")
	all := flag.String("all", "", "`file` for all tokens and their owners, shuffled; not written beyond a million")
	gateway := flag.String("gateway", "", "`file` for the Basic credentials of a service account that may introspect")
	user := flag.String("user", "", "`file` for the users' Basic credentials and names")
	used := flag.Bool("used", false, "each token has been used from this machine before, some hours ago")
	flag.Parse()

	if err := fill(context.Background(), *data, *tokens, *users, *hot, *hotTokens, *all, *user, *gateway, *used); err != nil {
		log.Fatalf("seed: %v", err)
	}
	fmt.Println("{}")
}

func fill(ctx context.Context, data string, tokens, users int, hot string, hotTokens int, all, user, gateway string, used bool) error {
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, filepath.Join(data, "jeton.db"), sqlite.Options{Now: time.Now})
	if err != nil {
		return err
	}
	now := pat.Micro(time.Now())
	owners, credentials, err := fillUsers(ctx, db, users, now)
	if err != nil {
		return err
	}
	lines, err := fillTokens(ctx, db, owners, tokens, now)
	if err != nil {
		return err
	}
	if used {
		if err := fillUse(ctx, db, tokens, now); err != nil {
			return err
		}
	}
	if err := fillGateway(ctx, db, now, gateway); err != nil {
		return err
	}
	// A site this large was not filled within the hour for which the feed lives.
	if err := db.PruneChanges(ctx, now.Add(time.Hour)); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	if err := write(user, credentials); err != nil {
		return err
	}
	rand.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	if err := write(hot, lines[:min(hotTokens, len(lines))]); err != nil {
		return err
	}
	if tokens > maxLines {
		return nil
	}
	return write(all, lines)
}

// fillUsers adds n users and returns them and their lines of values.
func fillUsers(ctx context.Context, db store.Store, n int, now time.Time) (users []pat.User, lines []string, err error) {
	const secret = "one for all of them, 8231"
	hasher, err := password.New(password.Options{})
	if err != nil {
		return nil, nil, err
	}
	hash, err := hasher.Hash(ctx, secret)
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		name := fmt.Sprintf("u%07d", i)
		users = append(users, pat.User{Name: name, CreatedAt: now, ModifiedAt: now})
		lines = append(lines, base64.StdEncoding.EncodeToString([]byte(name+":"+secret))+"\t"+name)
	}
	return users, lines, inBatches(ctx, db, n, func(tx store.Tx, i int) error {
		u := users[i]
		id, err := tx.InsertUser(u, hash)
		users[i].ID = id
		return err
	})
}

// fillTokens adds n tokens with their events, and returns the lines of values of
// at most maxLines of them.
func fillTokens(ctx context.Context, db store.Store, owners []pat.User, n int, now time.Time) ([]string, error) {
	every := (n-1)/maxLines + 1
	lines := make([]string, (n-1)/every+1)
	age := 90 * 24 * time.Hour / time.Duration(n)
	return lines, inBatches(ctx, db, n, func(tx store.Tx, i int) error {
		owner := owners[i%len(owners)]
		secret := pat.NewSecret(pat.DefaultPrefix)
		if i%every == 0 {
			lines[i/every] = secret.Reveal() + "\t" + owner.Name
		}
		at := pat.Micro(now.Add(-age * time.Duration(n-i)))
		id, err := tx.InsertToken(pat.Token{
			Owner: owner.ID, Digest: secret.Digest(), Prefix: pat.DefaultPrefix, LastFour: secret.LastFour(),
			Scopes: pat.ScopeWrite, CreatedAt: at, ModifiedAt: at, ExpiresAt: at.Add(lifetime), Origin: pat.OriginAPI,
		})
		if err != nil {
			return err
		}
		by := pat.Principal{User: owner.ID, Name: owner.Name, Credential: pat.ByPassword, Via: pat.Via{Face: "api"}}
		event := pat.EventBy(by, at, pat.TokenCreated)
		event.Object, event.ObjectID = pat.ObjectToken, int64(id)
		return tx.Append(event)
	})
}

// fillUse records a use of each of the first n tokens. What is new in it, as all
// is, is not told.
func fillUse(ctx context.Context, db store.Store, n int, now time.Time) error {
	at, from := now.Add(-5*time.Hour), netip.MustParseAddr("127.0.0.1")
	for first := 1; first <= n; first += useBatch {
		var batch []store.Use
		for id := first; id < first+useBatch && id <= n; id++ {
			batch = append(batch, store.Use{
				Token: pat.TokenID(id), Hour: at.Truncate(time.Hour), FirstAt: at, LastAt: at, LastFrom: from, Accepted: 1,
				Addresses: []pat.UseAddress{{Address: from, FirstAt: at, LastAt: at, Accepted: 1}},
			})
		}
		if err := db.RecordUse(ctx, batch, nil); err != nil {
			return err
		}
	}
	return nil
}

// fillGateway adds a service account with one token, and writes its credentials.
func fillGateway(ctx context.Context, db store.Store, now time.Time, file string) error {
	secret := pat.NewSecret(pat.DefaultPrefix)
	err := db.Update(ctx, func(tx store.Tx) error {
		owner, err := tx.InsertUser(pat.User{Name: "gateway", Service: true, CreatedAt: now, ModifiedAt: now}, "")
		if err != nil {
			return err
		}
		_, err = tx.InsertToken(pat.Token{
			Owner: owner, Digest: secret.Digest(), Prefix: pat.DefaultPrefix, LastFour: secret.LastFour(),
			Scopes: pat.ScopeIntrospect, CreatedAt: now, ModifiedAt: now, Origin: pat.OriginAPI,
		})
		return err
	})
	if err != nil {
		return err
	}
	return write(file, []string{base64.StdEncoding.EncodeToString([]byte("gateway:" + secret.Reveal()))})
}

// inBatches calls add for 0 to n-1, some thousand calls to a transaction.
func inBatches(ctx context.Context, db store.Store, n int, add func(tx store.Tx, i int) error) error {
	for from := 0; from < n; from += batch {
		err := db.Update(ctx, func(tx store.Tx) error {
			for i := from; i < min(from+batch, n); i++ {
				if err := add(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func write(file string, lines []string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	for _, line := range lines {
		fmt.Fprintln(out, line) // a failure is kept and returned by Flush
	}
	if err := out.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
