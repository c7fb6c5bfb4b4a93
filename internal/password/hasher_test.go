package password

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"jeton/internal/pat"
)

// cheap returns a hasher whose hashes cost next to nothing.
func cheap(t testing.TB) *Hasher {
	t.Helper()
	h, err := New(Options{Slots: 1, Memory: 64, Passes: 1})
	require.NoError(t, err)
	return h
}

func TestHashHasTheDefaultShape(t *testing.T) {
	h, err := New(Options{})
	require.NoError(t, err)
	phc, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	// 16 bytes of salt are 22 characters of base64, 32 of tag are 43.
	form := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	require.Regexp(t, form, phc)
	require.Regexp(t, form, h.none, "unknown names must cost what known ones do")
	require.False(t, h.NeedsRehash(phc))
	require.False(t, h.NeedsRehash(h.none))

	ok, err := h.Check(t.Context(), phc, "correct horse")
	require.NoError(t, err)
	require.True(t, ok)
	ok, err = h.Check(t.Context(), phc, "correct horsf")
	require.NoError(t, err)
	require.False(t, ok)

	again, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	require.NotEqual(t, phc, again, "each hash has a salt of its own")
}

func TestCheckReadsWhatWasTyped(t *testing.T) {
	h := cheap(t)
	tests := []struct {
		name        string
		kept, typed string
		ok          bool
	}{
		{"the same", "Grüße aus Köln", "Grüße aus Köln", true},
		{"composed and decomposed", "caf\u00e9 au lait", "cafe\u0301 au lait", true},
		{"a ligature and its letters", "\ufb01fteen men", "fifteen men", true},
		{"another case", "Grüße aus Köln", "grüße aus köln", false},
		{"a blank more at the end", "Grüße aus Köln", "Grüße aus Köln ", false},
		{"bytes that are not UTF-8", "caf\xe9 au lait", "caf\xe9 au lait", true},
		{"other bytes that are not UTF-8", "caf\xe9 au lait", "caf\xe8 au lait", false},
		{"bytes that are not UTF-8 and the replacement character", "caf\xe9 au lait", "caf\ufffd au lait", false},
		{"128 characters that differ in the last", strings.Repeat("€", 127) + "a", strings.Repeat("€", 127) + "b", false},
		{"nothing for something", "something", "", false},
		{"what follows a NUL counts", "some\x00thing", "some\x00body", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			phc, err := h.Hash(t.Context(), tt.kept)
			require.NoError(t, err)
			ok, err := h.Check(t.Context(), phc, tt.typed)
			require.NoError(t, err)
			require.Equal(t, tt.ok, ok)
		})
	}
}

// Tests of the password "password", whose tags were made with the reference
// implementation of argon2, version 1.3.
func TestCheckReadsOtherShapes(t *testing.T) {
	h := cheap(t)
	for name, phc := range map[string]string{
		"argon2id, 64 MiB, 2 passes": "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"argon2id, 256 KiB, 2 lanes": "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
		"argon2i, 64 MiB":            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
	} {
		t.Run(name, func(t *testing.T) {
			ok, err := h.Check(t.Context(), phc, "password")
			require.NoError(t, err)
			require.True(t, ok)
			ok, err = h.Check(t.Context(), phc, "passwore")
			require.NoError(t, err)
			require.False(t, ok)
			require.True(t, h.NeedsRehash(phc))
		})
	}
}

func TestCheckRefusesWhatIsNoHash(t *testing.T) {
	h := cheap(t)
	const salt, tag = "c29tZXNhbHRzYWx0c2FsdA", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for name, phc := range map[string]string{
		"plain text":          "correct horse",
		"bcrypt":              "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
		"another version":     "$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + tag,
		"more than 1 GiB":     "$argon2id$v=19$m=1048577,t=1,p=1$" + salt + "$" + tag,
		"more than 64 passes": "$argon2id$v=19$m=64,t=65,p=1$" + salt + "$" + tag,
		"more than 16 lanes":  "$argon2id$v=19$m=1024,t=1,p=17$" + salt + "$" + tag,
		"a salt of 7 bytes":   "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbA$" + tag,
		"a tag of 1 byte":     "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$CT",
		"no tag":              "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$",
	} {
		t.Run(name, func(t *testing.T) {
			ok, err := h.Check(t.Context(), phc, "correct horse")
			require.False(t, ok)
			require.True(t, pat.Is(err, pat.Internal), "%v", err)
			require.NotContains(t, err.Error(), phc)
			require.True(t, h.NeedsRehash(phc))
		})
	}
}

func TestNobodyHasAPasswordThatFits(t *testing.T) {
	h := cheap(t)
	for _, pw := range []string{"", "correct horse", "\xff"} {
		before := h.rest.hashes.Load()
		ok, err := h.Check(t.Context(), "", pw)
		require.NoError(t, err)
		require.False(t, ok)
		require.NoError(t, h.CheckNone(t.Context(), pw))
		require.Equal(t, before+2, h.rest.hashes.Load(), "each must have computed a hash")
	}
	other := cheap(t)
	require.NotEqual(t, h.none, other.none, "nobody can prepare for a tag that is drawn at each start")
}

func TestNewRefusesAShapeThatArgon2DoesNotHave(t *testing.T) {
	_, err := New(Options{Memory: 7})
	require.Error(t, err)
	_, err = New(Options{Passes: -1})
	require.Error(t, err)
}

func TestReleaseWaitsForQuiet(t *testing.T) {
	h := cheap(t)
	require.False(t, h.Release(), "nothing was computed")
	require.NoError(t, h.CheckNone(t.Context(), "x"))
	require.False(t, h.Release(), "one was computed since the last call")
	require.NoError(t, h.slots.enter(t.Context()))
	require.False(t, h.Release(), "one is being computed")
	h.slots.leave()
	require.True(t, h.Release())
	require.False(t, h.Release(), "nothing was computed since")
}

// BenchmarkHash is the ceiling of every figure that a password is part of:
// the default shape with the default number of slots, all of them busy.
func BenchmarkHash(b *testing.B) {
	h, err := New(Options{})
	require.NoError(b, err)
	phc, err := h.Hash(context.Background(), "correct horse")
	require.NoError(b, err)
	b.SetParallelism(2)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if ok, err := h.Check(context.Background(), phc, "correct horse"); err != nil || !ok {
				b.Fatal(ok, err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "hashes/s")
}
