package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"jeton": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(Main(ctx, os.Args[1:]))
		},
	})
}

// The scripts run the command as a process of its own, in an empty folder.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			addr, err := freeAddress()
			env.Setenv("ADDR", addr)
			env.Setenv("TZ", "UTC")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": exitCode,
			"within":   within,
			"ready":    ready,
			"term":     terminate,
			"setenv":   setEnv,
			"commands": commands,
		},
	})
}

// freeAddress returns an address that nothing listened on a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// exitCode is "exitcode N command...": the command ends with exactly that code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command...")
	}
	if got := codeOf(ts, args[1:]); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func codeOf(ts *testscript.TestScript, command []string) int {
	err := ts.Exec(command[0], command[1:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		ts.Fatalf("%s: %v", command[0], err)
	}
	return 0
}

// within is "within DURATION N stdin-file command...": the command, given the
// file as standard input, ends with that code at the latest after that time.
func within(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: within DURATION N stdin-file command...")
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	until := time.Now().Add(limit)
	for {
		cmd := exec.Command(args[3], args[4:]...)
		cmd.Path = lookPath(ts, args[3])
		cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "JETON_URL="+ts.Getenv("JETON_URL"))
		cmd.Stdin = strings.NewReader(ts.ReadFile(args[2]))
		cmd.Dir = ts.MkAbs(".")
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); strconv.Itoa(got) == args[1] {
			return
		} else if time.Now().After(until) {
			ts.Fatalf("after %s still exit code %d: %s", limit, got, out)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func lookPath(ts *testscript.TestScript, name string) string {
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		path := dir + string(os.PathSeparator) + name
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	ts.Fatalf("no %s in PATH", name)
	return ""
}

// ready waits until the server at the address says that it is.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready ADDR")
	}
	for range 500 {
		resp, err := http.Get("http://" + args[0] + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("nothing is ready at %s", args[0])
}

// terminate sends SIGTERM to every process in the background.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: term")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// setEnv is "setenv NAME file": the variable becomes the one line of the file.
func setEnv(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: setenv NAME file")
	}
	line, rest, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	if line == "" || rest != "" {
		ts.Fatalf("%s is to hold one line: %s", args[1], fmt.Sprintf("%q", line+rest))
	}
	ts.Setenv(args[0], line)
}
