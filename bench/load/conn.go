package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// tally is what one connection saw. Connections share nothing while they run.
type tally struct {
	requests, errors int64
	byStatus         [600]int64
	latency, good    histogram // of all answers, and of those with 2xx
	refused          string
}

// run sends the requests of connection i: every conns-th value, from its own
// place on. A broken connection is counted and opened anew, ten times at most.
func (t *tally) run(j *job, i int) {
	next := i
	for t.errors < 10 && j.more(next) {
		if err := t.connection(j, &next); err != nil {
			t.errors++
			t.note(err.Error())
		}
	}
}

// more reports whether request n of the job is to be sent.
func (j *job) more(n int) bool {
	return (j.count == 0 || n < j.count) && time.Now().Before(j.end)
}

func (t *tally) connection(j *job, next *int) error {
	conn, err := net.Dial("tcp", j.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	// A server that stops answering ends the run rather than hanging it.
	if err := conn.SetDeadline(j.end.Add(10 * time.Second)); err != nil {
		return err
	}
	in := bufio.NewReaderSize(conn, 8<<10)
	var buf []byte
	for ; j.more(*next); *next += j.conns {
		buf = j.request.fill(buf[:0], j.values[(j.from+*next)%len(j.values)])
		start := time.Now()
		if _, err := conn.Write(buf); err != nil {
			return err
		}
		status, body, err := readAnswer(in)
		if err != nil {
			return err
		}
		took := time.Since(start)
		t.latency.record(took)
		t.requests++
		t.byStatus[status]++
		if status >= 300 {
			t.note(fmt.Sprintf("%d %s", status, body))
			continue
		}
		t.good.record(took)
	}
	return nil
}

func (t *tally) note(what string) {
	if t.refused == "" {
		t.refused = what[:min(len(what), 300)]
	}
}

var contentLength = []byte("content-length:")

// readAnswer reads one answer of HTTP/1.1 that carries its length. The body is
// returned for statuses of 300 and above only, and is good until the next read.
func readAnswer(in *bufio.Reader) (status int, body []byte, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, nil, fmt.Errorf("not a status line: %q", line)
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil || status < 100 || status > 599 {
		return 0, nil, fmt.Errorf("not a status: %q", line)
	}
	length := -1
	for {
		line, err = in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		if len(line) > len(contentLength) && bytes.EqualFold(line[:len(contentLength)], contentLength) {
			length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):])))
			if err != nil {
				return 0, nil, err
			}
		}
	}
	if length < 0 && status != 204 && status != 304 {
		return 0, nil, errors.New("an answer without Content-Length")
	}
	if status >= 300 {
		body = make([]byte, max(length, 0))
		_, err = io.ReadFull(in, body)
		return status, body, err
	}
	_, err = in.Discard(max(length, 0))
	return status, nil, err
}

// add sums another connection's tally into t.
func (t *tally) add(o *tally) {
	t.requests += o.requests
	t.errors += o.errors
	for i, n := range o.byStatus {
		t.byStatus[i] += n
	}
	t.latency.add(&o.latency)
	t.good.add(&o.good)
	if o.refused != "" {
		t.note(o.refused)
	}
}

func (t *tally) statuses() map[int]int64 {
	m := map[int]int64{}
	for status, n := range t.byStatus {
		if n > 0 {
			m[status] = n
		}
	}
	return m
}

// succeeded is how many answers were 2xx.
func (t *tally) succeeded() (n int64) {
	for _, more := range t.byStatus[200:300] {
		n += more
	}
	return n
}
