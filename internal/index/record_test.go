package index

import (
	"reflect"
	"testing"
	"time"
	"unsafe"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestRecordIsACacheLine(t *testing.T) {
	if n := unsafe.Sizeof(record{}); n != 64 {
		t.Errorf("a record is %d bytes", n)
	}
}

func TestRecordKeepsTheEntry(t *testing.T) {
	created := time.Date(2026, 11, 25, 12, 0, 1, 0, time.UTC)
	ok := store.Entry{
		Digest: pat.Digest{1, 2}, ID: 3, Owner: 4, Scopes: "read", ClientID: "app", CreatedAt: created,
		ExpiresAt: created.Add(time.Hour), Paused: true, RetiredAt: created.Add(time.Minute),
	}
	tests := []struct {
		name string
		edit func(*store.Entry)
		kept bool
	}{
		{"as it is", func(*store.Entry) {}, true},
		{"never expires, not retired", func(e *store.Entry) { e.ExpiresAt, e.RetiredAt = time.Time{}, time.Time{} }, true},
		{"a personal token", func(e *store.Entry) { e.ClientID = "" }, true},
		{"greatest id", func(e *store.Entry) { e.ID = 1<<48 - 1 }, true},
		{"one more", func(e *store.Entry) { e.ID = 1 << 48 }, false},
		{"greatest owner", func(e *store.Entry) { e.Owner = 1<<40 - 1 }, true},
		{"the next owner", func(e *store.Entry) { e.Owner = 1 << 40 }, false},
		{"made in the last second there is", func(e *store.Entry) { e.CreatedAt = time.Unix(1<<32-1, 0).UTC() }, true},
		{"made a second after", func(e *store.Entry) { e.CreatedAt = time.Unix(1<<32, 0).UTC() }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := ok
			tt.edit(&e)
			x := new(terms)
			r, kept := x.record(&e)
			if kept != tt.kept {
				t.Fatalf("kept: %v, want %v", kept, tt.kept)
			}
			if e.CreatedAt.Unix() >= 1<<32 {
				e.CreatedAt = time.Time{} // not known, rather than wrong
			}
			if got := r.entry(x); kept && !reflect.DeepEqual(got, e) {
				t.Errorf("got  %+v\nwant %+v", got, e)
			}
		})
	}
}
