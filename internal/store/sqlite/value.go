package sqlite

import (
	"database/sql/driver"
	"errors"
	"net/netip"
	"strings"
	"time"

	"jeton/internal/pat"
)

// row gives the values of a result from left to right: each call takes the
// next column. The tables are strict, so a column holds its type or null, and
// null reads as the zero value. What cannot be read is in err, and the query
// fails with it: a restriction that is not understood must not read as none.
type row struct {
	values []driver.Value
	next   int
	err    error
}

func (r *row) value() driver.Value {
	v := r.values[r.next]
	r.next++
	return v
}

func (r *row) int() int64 {
	n, _ := r.value().(int64)
	return n
}

func (r *row) bool() bool { return r.int() != 0 }

func (r *row) text() string {
	s, _ := r.value().(string)
	return s
}

func (r *row) time() time.Time {
	n, ok := r.value().(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func (r *row) digest() (d pat.Digest) {
	b, _ := r.value().([]byte)
	if b != nil && copy(d[:], b) != len(d) {
		r.err = errors.New("a digest is too short")
	}
	return d
}

// blob is valid as long as the row is.
func (r *row) blob() []byte {
	b, _ := r.value().([]byte)
	return b
}

func (r *row) addr() (a netip.Addr) {
	text := r.text()
	if text == "" {
		return a
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		r.err = err
	}
	return a
}

func (r *row) networks() pat.Networks {
	var nets pat.Networks
	for word := range strings.FieldsSeq(r.text()) {
		p, err := netip.ParsePrefix(word)
		if err != nil {
			r.err = err
		}
		nets = append(nets, p)
	}
	return nets
}

// micros is a time as a parameter; the zero time is null.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// orNull is an id as a parameter; 0 is null.
func orNull[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
