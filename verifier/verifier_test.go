package verifier_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jeton/internal/pat"
	"jeton/verifier"
)

// settle lets the feed be heard for so long that its silence counts.
func settle() { time.Sleep(6 * time.Second) }

func TestWhatIsTold(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		settle()
		secret := j.mint(12, `,"client_id":"ci","iat":1795352400,"exp":4000000000`)
		for range 2 { // asked, then remembered
			got, err := v.Verify(t.Context(), secret, "read")
			wanted := verifier.Token{
				ID: "12", Owner: "7", Username: "ada", Scope: "read", ClientID: "ci",
				IssuedAt: time.Unix(1795352400, 0).UTC(), ExpiresAt: time.Unix(4000000000, 0).UTC(),
			}
			if err != nil || got != wanted {
				t.Errorf("it is %+v, %v", got, err)
			}
		}
		if got, err := v.Verify(t.Context(), secret, "read", "write"); !errors.Is(err, verifier.ErrScope) || got != (verifier.Token{}) {
			t.Errorf("what needs more is answered %+v, %v", got, err)
		}
		j.want(t, 1)
	})
}

// While the feed is heard an answer is kept for Keep, and not for longer.
func TestAnswersAreKept(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		want(t, v, secret, nil)
		for range 59 {
			time.Sleep(time.Second)
			want(t, v, secret, nil)
		}
		j.want(t, 1)
		time.Sleep(time.Second + 1)
		want(t, v, secret, nil)
		j.want(t, 2)
	})
}

// What was heard of is refused at once; of everything else nothing is forgotten.
func TestChangesAreHeard(t *testing.T) {
	for name, change := range map[string]string{"of the token": `{"jti":"12"}`, "of its owner": `{"sub":"7"}`} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
				secret, other := j.mint(12), j.mint(13, `,"sub":"8"`)
				settle()
				want(t, v, secret, nil)
				want(t, v, other, nil)
				j.end(secret, change)
				synctest.Wait()
				want(t, v, secret, verifier.ErrInactive)
				want(t, v, other, nil)
				j.want(t, 3)
			})
		})
	}
}

func TestWhoMissedSomethingForgetsEverything(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		want(t, v, secret, nil)
		j.set(func() { j.cut = true })
		j.end(secret, `{"jti":"12"}`)
		time.Sleep(900 * time.Millisecond)
		j.set(func() { j.cut, j.first, j.changes = false, 500, nil })
		time.Sleep(2 * time.Second)
		want(t, v, secret, verifier.ErrInactive)
	})
}

// More changes than can be told apart are a gap: everything is forgotten.
func TestMoreChangesThanAreRemembered(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		want(t, v, secret, nil)
		j.set(func() {
			for i := range 70_000 {
				j.changes = append(j.changes, fmt.Sprintf(`{"jti":"%d"}`, 100+i))
			}
		})
		time.Sleep(time.Second)
		want(t, v, secret, nil)
		j.want(t, 2)
	})
}

// Of what was before its first word the feed says nothing.
func TestAnswersFromBeforeTheFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		j.cut = true
		v := j.open(t, func(o *verifier.Options) { o.MaxAge = 30 * time.Second })
		time.Sleep(time.Second)
		secret := j.mint(12)
		want(t, v, secret, nil)
		j.end(secret, `{"jti":"12"}`)
		want(t, v, secret, nil) // nobody has said so
		j.set(func() { j.cut = false })
		time.Sleep(2 * time.Second)
		want(t, v, secret, verifier.ErrInactive)
		// And another of Jeton's servers may be behind the one whose word it was.
		secret = j.mint(13)
		want(t, v, secret, nil)
		time.Sleep(29 * time.Second)
		want(t, v, secret, nil)
		j.want(t, 3)
		time.Sleep(2 * time.Second)
		want(t, v, secret, nil)
		j.want(t, 4)
	})
}

// With the feed cut, a revocation takes hold within MaxAge of the last word.
func TestWithoutTheFeed(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		want(t, v, secret, nil)
		j.set(func() { j.cut = true })
		j.end(secret, `{"jti":"12"}`)
		ended := time.Now()
		for was := false; time.Since(ended) < 3*time.Second; time.Sleep(time.Millisecond) {
			_, err := v.Verify(t.Context(), secret)
			switch {
			case err == nil && (was || time.Since(ended) > time.Second):
				t.Fatalf("a yes %v after the end", time.Since(ended))
			case err != nil && !errors.Is(err, verifier.ErrInactive):
				t.Fatal(err)
			}
			was = was || err != nil
		}
		// And where there was never any feed, an answer is good for MaxAge.
		secret = j.mint(14)
		before := j.questions()
		for range 10 {
			want(t, v, secret, nil)
			time.Sleep(300 * time.Millisecond)
		}
		j.want(t, before+3)
	})
}

// When Jeton does not answer, or is not there, nothing is accepted for longer
// than MaxAge + OutageGrace; and everything is again when it is back.
func TestOutage(t *testing.T) {
	for name, tt := range map[string]struct {
		lose  func(*jeton)
		grace time.Duration
		bound time.Duration
	}{
		"nobody listens":           {func(j *jeton) { j.down = true }, 0, 5 * time.Second},
		"nobody answers":           {func(j *jeton) { j.hang = true }, 0, 5 * time.Second},
		"without grace":            {func(j *jeton) { j.down = true }, -1, time.Second},
		"a longer grace":           {func(j *jeton) { j.down = true }, 9 * time.Second, 10 * time.Second},
		"without grace or answers": {func(j *jeton) { j.hang = true }, -1, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := newJeton()
				v := j.open(t, func(o *verifier.Options) { o.OutageGrace = tt.grace })
				secret := j.mint(12)
				settle()
				want(t, v, secret, nil)
				j.set(func() { tt.lose(j) })
				lost, last := time.Now(), time.Duration(0)
				for time.Since(lost) < 2*tt.bound {
					_, err := v.Verify(t.Context(), secret)
					switch {
					case err == nil:
						last = time.Since(lost)
					case !errors.Is(err, verifier.ErrUnavailable):
						t.Fatal(err)
					}
					time.Sleep(time.Millisecond)
				}
				if last > tt.bound || last < tt.bound/2 {
					t.Errorf("the last yes came %v after Jeton was lost", last)
				}
				want(t, v, j.mint(13), verifier.ErrUnavailable)
				j.set(func() { j.down, j.hang = false, false })
				time.Sleep(4 * time.Second)
				want(t, v, secret, nil)
			})
		})
	}
}

// A server that hears late of others makes what is remembered no younger.
func TestTheAgeOfNewsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		j.age = 1200
		v := j.open(t)
		secret := j.mint(12)
		settle()
		for range 4 {
			want(t, v, secret, nil)
			time.Sleep(1100 * time.Millisecond)
		}
		j.want(t, 4)
	})
}

// An answer that was under way while the token changed may not know of it.
func TestAnswersThatAreOvertaken(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		j.after = sync.OnceFunc(func() { // it is a yes, and not there yet
			j.end(secret, `{"jti":"12"}`)
			synctest.Wait()
		})
		done := make(chan struct{})
		go func() { defer close(done); want(t, v, secret, verifier.ErrInactive) }()
		<-done
		j.want(t, 2)

		again := j.mint(15)
		j.after = func() { j.tell(`{"sub":"7"}`); time.Sleep(100 * time.Millisecond) }
		want(t, v, again, verifier.ErrUnavailable)
		j.after = nil
		want(t, v, again, nil)
	})
}

// After a change another of Jeton's servers may be the one that answers, and
// not have heard of it.
func TestAnswersShortlyAfterAChangeStandAlone(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		j.tell(`{"jti":"12"}`)
		time.Sleep(100 * time.Millisecond)
		want(t, v, secret, nil) // of a server that has not heard
		j.set(func() { delete(j.live, secret) })
		time.Sleep(900 * time.Millisecond)
		want(t, v, secret, nil)
		time.Sleep(101 * time.Millisecond)
		want(t, v, secret, verifier.ErrInactive)
	})
}

func TestTheSameQuestionIsAskedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		settle()
		secret := j.mint(12)
		j.before = func() { time.Sleep(100 * time.Millisecond) }
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { want(t, v, secret, nil) })
		}
		impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := v.Verify(impatient, secret); !errors.Is(err, verifier.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gives up is answered %v", err)
		}
		group.Wait()
		j.want(t, 1)
	})
}

func TestAnswersThatComeLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		v := j.open(t, func(o *verifier.Options) { o.OutageGrace = -1 })
		secret := j.mint(12)
		j.after = func() { time.Sleep(1100 * time.Millisecond) }
		want(t, v, secret, verifier.ErrUnavailable)
		j.after = func() { time.Sleep(3 * time.Second) } // beyond the timeout
		want(t, v, j.mint(13), verifier.ErrUnavailable)
	})
}

// An answer at one address is none at another: the token may be bound.
func TestAddresses(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		settle()
		for i, from := range []string{"192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "fe80::1%eth0", "fe80::1"} {
			if _, err := v.VerifyFrom(t.Context(), secret, netip.MustParseAddr(from)); err != nil {
				t.Errorf("question %d: %v", i, err)
			}
		}
		want(t, v, secret, nil)
		var asked []string
		for _, form := range j.asking {
			asked = append(asked, form.Get("client_ip"))
		}
		if got := strings.Join(asked, " "); got != "192.0.2.1 192.0.2.2 fe80::1 " {
			t.Errorf("asked for %q", got)
		}
		j.end(secret, `{"jti":"12"}`)
		synctest.Wait()
		for _, from := range []string{"192.0.2.1", "192.0.2.2", "fe80::1"} {
			if _, err := v.VerifyFrom(t.Context(), secret, netip.MustParseAddr(from)); !errors.Is(err, verifier.ErrInactive) {
				t.Errorf("at %s the end is answered %v", from, err)
			}
		}
	})
}

// A token ends by Jeton's clock, and nothing is remembered beyond that.
func TestExpiry(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		settle()
		secret := j.mint(12, fmt.Sprintf(`,"exp":%d`, time.Now().Add(10*time.Second).Unix()))
		want(t, v, secret, nil)
		time.Sleep(8900 * time.Millisecond)
		want(t, v, secret, nil)
		j.want(t, 1)
		j.set(func() { delete(j.live, secret) })
		time.Sleep(200 * time.Millisecond)
		want(t, v, secret, verifier.ErrInactive)
		// Nor is it when Jeton is lost.
		secret = j.mint(13, fmt.Sprintf(`,"exp":%d`, time.Now().Add(3*time.Second).Unix()))
		want(t, v, secret, nil)
		j.set(func() { j.down = true })
		time.Sleep(3 * time.Second)
		want(t, v, secret, verifier.ErrUnavailable)
	})
}

func TestJunkCostsNoQuestion(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		good := j.mint(12)
		for _, junk := range []string{
			"", "x", good + "x", good[:49], strings.Repeat("a", 1<<20), strings.Replace(good, "jtn_", "JTN_", 1),
			strings.Replace(good, "_", "-", 1), good[:10] + "!" + good[11:], good[:49] + "!", flipped(good), strings.Repeat("_", 50),
		} {
			want(t, v, junk, verifier.ErrInactive)
		}
		j.want(t, 0)
	})
}

// flipped changes one character of a secret, so that its checksum is wrong.
func flipped(s string) string {
	c := byte('A')
	if s[20] == c {
		c = 'B'
	}
	return s[:20] + string(c) + s[21:]
}

// Any number of tokens that nobody knows drives out none that is good, and a
// repeated one is asked about once in MaxAge.
func TestUnknownTokens(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		settle()
		good := j.mint(12)
		want(t, v, good, nil)
		unknown := pat.NewSecret(pat.DefaultPrefix).Reveal()
		for range 3 {
			want(t, v, unknown, verifier.ErrInactive)
		}
		j.want(t, 2)
		time.Sleep(time.Second + 1)
		want(t, v, unknown, verifier.ErrInactive)
		j.want(t, 3)
		for range 5000 {
			want(t, v, pat.NewSecret(pat.DefaultPrefix).Reveal(), verifier.ErrInactive)
		}
		want(t, v, good, nil)
		j.want(t, 5003)
	})
}

// What is remembered is bounded, and what is used stays.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		v := j.open(t, func(o *verifier.Options) { o.Limit = 640 })
		settle()
		hot := j.mint(1)
		for i := range 4000 {
			want(t, v, j.mint(i+2), nil)
			want(t, v, hot, nil)
		}
		if n := verifier.Remembered(v); n > 640 || n < 600 {
			t.Errorf("%d answers are remembered", n)
		}
		if again := j.questions() - 4001; again > 1 {
			t.Errorf("about a token in use was asked %d times again", again)
		}
	})
}

// No answer but a verdict is one.
func TestOddAnswersAreNoVerdict(t *testing.T) {
	for name, odd := range map[string]*http.Response{
		"nothing":                  response(200, ``),
		"a page":                   response(200, `<html>`),
		"an object without active": response(200, `{}`),
		"active as a string":       response(200, `{"active":"true","sub":"7","jti":"1"}`),
		"active, nobody's":         response(200, `{"active":true,"jti":"1"}`),
		"active, and no token":     response(200, `{"active":true,"sub":"1"}`),
		"active, cut off":          response(200, `{"active":true,"sub":"7","jti":"1"`),
		"too long":                 response(200, `{"active":true,"sub":"7","jti":"1","x":"`+strings.Repeat("x", 70_000)+`"}`),
		"active, with status 201":  response(201, `{"active":true,"sub":"7","jti":"1"}`),
		"inactive, with 404":       response(404, `{"active":false}`),
		"a redirect":               {StatusCode: 307, Header: http.Header{"Location": {"https://elsewhere.example.org/"}}, Body: http.NoBody},
		"an error":                 response(500, `{"active":true,"sub":"7","jti":"1"}`),
		"a refusal":                response(401, `{"error":"invalid_client"}`),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := newJeton()
				j.odd = odd
				v := j.open(t)
				want(t, v, j.mint(12), verifier.ErrUnavailable)
				if j.want(t, 1); j.elsewhere {
					t.Error("the token was sent elsewhere")
				}
			})
		})
	}
}

func TestErrorsTellWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		v := j.open(t, func(o *verifier.Options) { o.Credential = verifier.Static("another") })
		_, err := v.Verify(t.Context(), j.mint(12))
		if verifier.Status(err) != 503 || !strings.Contains(err.Error(), "own credential") || strings.Contains(err.Error(), "another") {
			t.Errorf("a wrong credential is %v", err)
		}
		j.odd = response(503, "")
		j.odd.Header.Set("Retry-After", "7")
		_, err = j.open(t).Verify(t.Context(), j.mint(12))
		if got := verifier.RetryAfter(err); got != 7*time.Second {
			t.Errorf("ask again after %v", got)
		}
	})
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]verifier.Options{
		"no address":           {Credential: verifier.Static("x")},
		"no credential":        {URL: "https://jeton.example.org"},
		"another scheme":       {URL: "ftp://jeton.example.org", Credential: verifier.Static("x")},
		"a password":           {URL: "https://a:b@jeton.example.org", Credential: verifier.Static("x")},
		"a negative age":       {URL: "https://jeton.example.org", Credential: verifier.Static("x"), MaxAge: -1},
		"a quote in the realm": {URL: "https://jeton.example.org", Credential: verifier.Static("x"), Realm: `"`},
	} {
		if v, err := verifier.New(o); err == nil {
			t.Errorf("%s passes", name)
			_ = v.Close()
		}
	}
}

// After Close nothing is accepted and nothing runs: the bubble would say so.
func TestClose(t *testing.T) {
	bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
		secret := j.mint(12)
		want(t, v, secret, nil)
		j.set(func() { j.hang = true })
		waiting := make(chan error, 1)
		go func() {
			_, err := v.Verify(context.Background(), j.mint(13))
			waiting <- err
		}()
		time.Sleep(10 * time.Millisecond)
		began := time.Now()
		if err := v.Close(); err != nil || time.Since(began) > 0 {
			t.Errorf("closing took %v, %v", time.Since(began), err)
		}
		if err := <-waiting; !errors.Is(err, verifier.ErrUnavailable) {
			t.Errorf("who was waiting is answered %v", err)
		}
		want(t, v, secret, verifier.ErrUnavailable)
		want(t, v, j.mint(14), verifier.ErrUnavailable)
	})
}

// Whatever happens in whatever order, no verification that begins later than
// MaxAge after an end says yes, nor one that begins after the end was heard.
func TestNoLateYes(t *testing.T) {
	for range 20 {
		bubble(t, func(t *testing.T, j *jeton, v *verifier.Verifier) {
			j.before = func() { time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) }
			j.after = func() { time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) }
			var group sync.WaitGroup
			for i := range 20 {
				secret := j.mint(100 + i)
				var mu sync.Mutex
				var ended time.Time
				group.Go(func() {
					time.Sleep(time.Duration(1000+rand.IntN(9000)) * time.Millisecond)
					j.end(secret, fmt.Sprintf(`{"jti":"%d"}`, 100+i))
					mu.Lock()
					ended = time.Now()
					mu.Unlock()
				})
				for range 2 {
					group.Go(func() {
						for range 300 {
							time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
							began := time.Now()
							_, err := v.Verify(context.Background(), secret)
							mu.Lock()
							late := !ended.IsZero() && began.Sub(ended) > 200*time.Millisecond
							mu.Unlock()
							if err == nil && late {
								t.Error("a late yes")
							}
						}
					})
				}
			}
			group.Wait()
		})
	}
}
