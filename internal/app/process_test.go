package app_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"jeton/internal/cli"
)

// mainSwitch makes the test binary the command: a server that is killed, sent
// signals or searched for secrets is a process of its own.
const mainSwitch = "APP_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(mainSwitch) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, os.Args[1:]))
}

// process is the command under way.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	log   *output
	ended chan struct{}
}

// output is what a process writes, to read while it writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// commandLine is a command, a folder to run it in and what is added to an
// otherwise empty environment.
type commandLine struct {
	args []string
	dir  string
	env  []string
	wrap []string // a command that runs the command
}

// start starts the command; it is killed when the test ends.
func (c commandLine) start(t testing.TB) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append(append(c.wrap[:len(c.wrap):len(c.wrap)], self), c.args...)
	p := &process{t: t, cmd: exec.Command(argv[0], argv[1:]...), log: &output{}, ended: make(chan struct{})}
	p.cmd.Dir = c.dir
	p.cmd.Env = append([]string{mainSwitch + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "TMPDIR=" + os.TempDir(), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}, c.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // ProcessState tells
	}()
	t.Cleanup(func() {
		p.kill()
		if text := p.log.String(); strings.Contains(text, "DATA RACE") || strings.Contains(text, "panic") {
			t.Errorf("the process wrote:\n%s", text)
		}
	})
	return p
}

// run runs the command to its end and returns its exit code and what it wrote.
func (c commandLine) run(t testing.TB) (code int, text string) {
	t.Helper()
	p := c.start(t)
	return p.code(), p.log.String()
}

// serve starts a server on a folder, listening where the system likes.
func serve(t testing.TB, folder string, env ...string) *process {
	t.Helper()
	return serveIn(folder, env...).start(t)
}

func serveIn(folder string, env ...string) commandLine {
	return commandLine{args: []string{"serve", "--listen", "127.0.0.1:0", "--data", folder}, dir: filepath.Dir(folder), env: env}
}

var readyAt = regexp.MustCompile(`msg"?[=:]"?ready"?[ ,]"?url"?[=:]"?([^" ]+)`)

// url waits until the server is ready and returns where.
func (p *process) url() string {
	p.t.Helper()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if m := readyAt.FindStringSubmatch(p.log.String()); m != nil {
			return m[1]
		}
		select {
		case <-p.ended:
			p.t.Fatalf("the server ended before it was ready, exit code %d:\n%s", p.cmd.ProcessState.ExitCode(), p.log)
		default:
		}
		if time.Now().After(until) {
			p.t.Fatalf("the server is not ready:\n%s", p.log)
		}
	}
}

// kill ends the process without a word, by SIGKILL where there are signals.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
	<-p.ended
}

// code waits for the end and returns the exit code.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("the process does not end:\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// private writes a file for a test and returns its path.
func private(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// adminPassword is ada's, whom admin makes at the first start.
const adminPassword = "correct horse staple"

// admin is the environment of an unattended start.
func admin(t testing.TB) []string {
	t.Helper()
	return []string{"JETON_ADMIN_USERNAME=ada", "JETON_ADMIN_PASSWORD_FILE=" + private(t, adminPassword+"\n")}
}
