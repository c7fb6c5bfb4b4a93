package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server under measurement, or the ceiling.
type process struct {
	cmd     *exec.Cmd
	addr    string
	log     string        // file with what it printed
	started time.Duration // from its start to its first good answer
}

// userHZ is in what /proc counts processor time: hundredths of a second on
// every Linux that Go runs on, whatever the kernel's own tick.
const userHZ = 100

// serve starts a program on a free port, given to it by --listen, and waits until
// GET path answers with status.
func (b *bench) serve(path string, status int, name string, args ...string) (*process, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(b.dir, filepath.Base(name)+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(name, append(args, "--listen", addr)...)
	cmd.Env = environ()
	cmd.Stdout, cmd.Stderr = log, log
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, addr: addr, log: log.Name()}
	if err := p.await(b.ctx, path, status); err != nil {
		p.stop()
		return nil, err
	}
	p.started = time.Since(begin)
	return p, nil
}

// environ is ours without what would configure Jeton: the figures are those of
// the defaults.
func environ() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "JETON_") {
			env = append(env, v)
		}
	}
	return env
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// await asks every millisecond, for a minute at most.
func (p *process) await(ctx context.Context, path string, status int) error {
	want := fmt.Appendf(nil, "HTTP/1.1 %d ", status)
	var answer []byte
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d/fd/0", p.cmd.Process.Pid)); err != nil {
			break // it has ended
		}
		if answer = ask(p.addr, path); bytes.HasPrefix(answer, want) {
			return nil
		}
	}
	printed, _ := os.ReadFile(p.log)
	line, _, _ := bytes.Cut(answer, []byte("\r\n"))
	return fmt.Errorf("%s did not become ready: GET %s gave %q; it printed: %s",
		filepath.Base(p.cmd.Path), path, line, printed[max(0, len(printed)-500):])
}

// ask returns the beginning of the answer to GET path, nothing where there is none.
func ask(addr, path string) []byte {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, addr)
	buf := make([]byte, 512)
	n, _ := conn.Read(buf)
	return buf[:n]
}

// stop asks the process to end and waits; one that does not within ten
// seconds is killed.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	_ = p.cmd.Wait()
}

// cpu returns the processor time charged to the process so far, user and system,
// over all its threads: fields 14 and 15 of /proc/pid/stat, of which field 2
// may contain blanks.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %q", p.cmd.Process.Pid, stat)
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / userHZ, nil
}

// rss returns the resident memory of the process in bytes.
func (p *process) rss() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(size)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", p.cmd.Process.Pid)
}

// settle waits until the process has done next to nothing for two seconds: what
// it does behind its start is over, its index warm.
func (p *process) settle(ctx context.Context) error {
	last, err := p.cpu()
	if err != nil {
		return err
	}
	for quiet, tries := 0, 0; quiet < 4; tries++ {
		if tries > 600 {
			return fmt.Errorf("%s is still busy after 5 minutes", filepath.Base(p.cmd.Path))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
		now, err := p.cpu()
		if err != nil {
			return err
		}
		if quiet++; now-last > 20*time.Millisecond {
			quiet = 0
		}
		last = now
	}
	return nil
}
