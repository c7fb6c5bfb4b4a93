package sqlite

import (
	"context"
	"encoding/binary"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const callers = 64

// together runs op b.N times, callers at once.
func together(b *testing.B, op func(i int64) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := op(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

// The ceiling: one row, one statement, grouped and durable.
func BenchmarkUpdateBareInsert(b *testing.B) {
	c, err := OpenCommitter(filepath.Join(b.TempDir(), "bare.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(context.Background(), "create table bare (id integer primary key, at integer, text text)"); err != nil {
		b.Fatal(err)
	}
	together(b, func(i int64) error {
		return c.Exec(context.Background(), "insert into bare (at, text) values (?, ?)", i, "a row")
	})
}

// The uses of many tokens as a flush writes them: of each one use in the hour, from
// where it was used before.
func BenchmarkRecordUse(b *testing.B) {
	const tokens, batch = 50_000, 200
	s, _ := benchStore(b, tokens)
	from, uses := netip.MustParseAddr("192.0.2.7"), make([]store.Use, batch)
	write := func(i int) error {
		hour := time.Unix(0, 0).UTC().Add(time.Duration(i/tokens) * time.Hour)
		for j := range uses {
			uses[j] = store.Use{
				Token: pat.TokenID((i+j)%tokens + 1), Hour: hour, FirstAt: hour, LastAt: hour, LastFrom: from, Accepted: 1,
				Addresses: []pat.UseAddress{{Address: from, FirstAt: hour, LastAt: hour, Accepted: 1}},
			}
		}
		return s.RecordUse(b.Context(), uses, nil)
	}
	for i := 0; i < tokens; i += batch {
		if err := write(i); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		if err := write(tokens + i); err != nil {
			b.Fatal(err)
		}
	}
}

// A creation as the authority does it.
func BenchmarkUpdateCreate(b *testing.B) {
	for _, stored := range []int{0, 100_000} {
		b.Run(strconv.Itoa(stored), func(b *testing.B) {
			s, owner := benchStore(b, stored)
			together(b, func(i int64) error { return createToken(b.Context(), s, owner, int64(stored)+i) })
		})
	}
}

func createToken(ctx context.Context, s *Store, owner pat.UserID, i int64) error {
	return s.Update(ctx, func(tx store.Tx) error {
		u, err := tx.User(ctx, owner)
		if err != nil {
			return err
		}
		k := benchToken(u.ID, i)
		if _, _, err := tx.CountLive(ctx, u.ID, k.CreatedAt); err != nil {
			return err
		}
		id, err := tx.InsertToken(k)
		if err != nil {
			return err
		}
		return tx.Append(pat.Event{
			At: k.CreatedAt, Actor: owner, ActorName: u.Name, Credential: pat.ByToken, Token: 1,
			Via: pat.Via{Face: "api", RequestID: "0123456789abcdef"},
			Act: pat.TokenCreated, Object: pat.ObjectToken, ObjectID: int64(id), Outcome: "done",
			Changes: []pat.FieldChange{{Field: "scope", New: "write"}, {Field: "expires", New: "2027-01-01T00:00:00Z"}},
		})
	})
}

// benchStore has tokens of one user, those that benchToken makes of 0 and up.
func benchStore(b *testing.B, tokens int) (*Store, pat.UserID) {
	b.Helper()
	s, err := Open(context.Background(), filepath.Join(b.TempDir(), "jeton.db"), Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	owner := benchUser(b, s)
	if err := s.Seed(context.Background(), tokens, func(i int) pat.Token { return benchToken(owner, int64(i)) }); err != nil {
		b.Fatal(err)
	}
	return s, owner
}

func benchUser(b testing.TB, s *Store) (id pat.UserID) {
	b.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) (err error) {
		id, err = tx.InsertUser(pat.User{Name: "bench", CreatedAt: time.Now(), ModifiedAt: time.Now()}, "")
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// benchToken has a digest spread as SHA-256 spreads them.
func benchToken(owner pat.UserID, i int64) pat.Token {
	now := pat.Micro(time.Now())
	k := pat.Token{
		Owner: owner, Prefix: "jtn", LastFour: "abcd", Scopes: "write", Origin: pat.OriginAPI,
		CreatedAt: now, ModifiedAt: now, ExpiresAt: now.Add(365 * 24 * time.Hour),
	}
	h := uint64(i) * 0x9e3779b97f4a7c15
	for at := 0; at < len(k.Digest); at += 8 {
		h ^= h >> 31
		h *= 0xbf58476d1ce4e5b9
		binary.BigEndian.PutUint64(k.Digest[at:], h)
	}
	return k
}

// Reading beside it: a miss of the index, and warming one.
func BenchmarkRead(b *testing.B) {
	ctx := context.Background()
	const stored = 200_000
	s, owner := benchStore(b, stored)
	b.Run("Entry", func(b *testing.B) {
		together(b, func(i int64) error {
			_, err := s.Entry(ctx, benchToken(owner, i*7919%stored).Digest)
			return err
		})
	})
	b.Run("Changes with nothing new", func(b *testing.B) {
		head, err := s.Head(ctx)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, _, err := s.Changes(ctx, head, 1000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Entries, 1000 each", func(b *testing.B) {
		after := pat.TokenID(0)
		for b.Loop() {
			page, err := s.Entries(ctx, after, time.Now(), 1000)
			if err != nil {
				b.Fatal(err)
			}
			after = 0
			if len(page) == 1000 {
				after = page[999].ID
			}
		}
	})
}
