package web

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
)

// Class says with which others a request shares its places, when more arrive
// than can be worked on. Each class has places of its own, so that none can
// take another's.
//
// Quiet faces are in no class and never wait: they answer from memory, and only
// what is not there waits, briefly, for the store. That puts verification before
// all else without a word that all processors would have to write to.
type Class uint8

// The classes.
const (
	Pages     Class = iota // for people
	API                    // for programs: tokens are made here
	Passwords              // where a password is to be checked

	numClasses
)

// Room is how many requests of a class are worked on at once, and how many more
// may wait for that.
type Room struct{ Places, Waiting int }

// Rooms is the room of each class.
type Rooms [numClasses]Room

// DefaultRooms suits two processors as well as sixteen: what a class takes of
// them is bounded elsewhere, by the connections that read the store, by the
// hashing slots and by the one writer, which commits as many as wait together.
// A place more than these can use only costs memory.
//
// No password waits here. Its queue is the hasher's, a short one.
var DefaultRooms = Rooms{
	Pages:     {32, 128},
	API:       {128, 1024},
	Passwords: {128, 0},
}

const (
	// patience is for how long a request waits for a place. Refusing at once would
	// be no relief: clients that do not heed Retry-After are back within a
	// millisecond, and saying no would be all that is done.
	patience = 250 * time.Millisecond
	// workTime bounds the work on a request that has a place. With readTime and
	// patience before it, writeTime leaves time for an answer.
	workTime = 10 * time.Second
)

// errBusy refuses whoever finds no place, for as long as a full queue needs.
var errBusy = error(&pat.Error{Kind: pat.Unavailable, Message: "too many requests are being answered; try again", RetryAfter: time.Second})

var retryAfterBusy = []string{"1"} // s

// admission is the places of all classes.
type admission [numClasses]line

// newAdmission counts in refused, for each class, whom it turned away.
func newAdmission(rooms Rooms, refused *[numClasses]atomic.Int64) *admission {
	var a admission
	for i, r := range rooms {
		a[i] = line{places: make(chan struct{}, r.Places), waiting: make(chan struct{}, r.Waiting), refused: &refused[i]}
	}
	return &a
}

// classNames are the words of metrics.
var classNames = [numClasses]string{"pages", "api", "passwords"}

// Refused returns, by class, how many requests were turned away because no
// place became free in time, those beyond the bound of connections among them.
func (f *Floor) Refused() map[string]int64 {
	all := make(map[string]int64, numClasses)
	for i, name := range classNames {
		all[name] = f.busy[i].Load()
	}
	return all
}

// of returns the line that a request to the face stands in.
func (a *admission) of(f *Face, r *http.Request) *line {
	if f.Passwords && r.Method == http.MethodPost || hasBasic(r) {
		return &a[Passwords]
	}
	return &a[f.Class]
}

// hasBasic reports whether there is a name and a password in the header
// Authorization. Whether they can be read is for the face to say.
func hasBasic(r *http.Request) bool {
	const basic = "basic "
	values := r.Header["Authorization"]
	return len(values) > 0 && len(values[0]) > len(basic) && strings.EqualFold(values[0][:len(basic)], basic)
}

// line is the places of one class and those who wait for one, who are served in
// the order in which they came.
type line struct {
	places  chan struct{} // one element for each request being worked on
	waiting chan struct{} // one element for each that waits
	refused *atomic.Int64
}

// enter takes a place. It fails with errBusy when too many wait, when none
// became free in time, and when ctx ended.
func (l *line) enter(ctx context.Context) error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	select {
	case l.waiting <- struct{}{}:
		defer func() { <-l.waiting }()
	default:
		return errBusy
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-enough.C:
		return errBusy
	case <-ctx.Done():
		return errBusy
	}
}

// admit has the face answer r once there is a place. The body is read before
// that, and the place given back with the first byte of the answer, which is made
// in memory: a client that is slow to send or to take holds its connection and
// nothing else.
func (x *exchange) admit(r *http.Request) {
	fetch(r)
	l := x.admission.of(x.face, r)
	if x.err = l.enter(r.Context()); x.err != nil {
		l.refused.Add(1)
		x.Header()["Retry-After"] = retryAfterBusy // a page says nothing of it
		x.face.Fail(x, r, x.err)
		return
	}
	x.place = l
	defer x.leave()
	ctx, cancel := context.WithTimeout(x.context.Context, workTime)
	defer cancel()
	x.context.Context = ctx // to which the request's own leads
	x.face.Handler.ServeHTTP(x, r)
}

// leave gives back the place, once.
func (x *exchange) leave() {
	if x.place != nil {
		<-x.place.places
		x.place = nil
	}
}
