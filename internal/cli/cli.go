// Package cli is the command line: serve, and the commands that work with
// users and tokens, on a running server or directly on its data folder.
//
// Answers go to standard output, all else to standard error. Secrets come from
// files, standard input and prompts, never from arguments, which every user of
// the machine can read.
package cli

import (
	"context"
	"os"
	"time"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // refused or failed
	exitUsage  = 2 // unknown command or flag, missing or wrong argument
)

// Main runs the command that args name, until it is done or ctx ends, and
// returns the exit code.
func Main(ctx context.Context, args []string) int {
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv, now: time.Now}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(p.out)
	root.SetErr(p.err)
	return p.report(root.ExecuteContext(ctx))
}

// program is the process as the commands see it.
type program struct {
	in, out, err *os.File
	env          func(string) (string, bool)
	now          func() time.Time

	inputTaken string // the flag that has read standard input
}
