// Command bench measures Jeton and prints the figures with their goals.
//
// Server, load generator and ceiling are processes of their own. What a request
// costs is the processor time that the operating system charged to the server
// over a run, divided by its requests: on a shared machine that is far steadier
// than a rate, and a ratio to the ceiling of the same minute steadier still. Runs of
// the ceiling and of Jeton take turns, and the figure is the median of the rounds.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// bench is one run of the program.
type bench struct {
	ctx      context.Context
	jeton    string // the binary
	tools    string // folder of ceiling, load, seed …
	dir      string // for stores and logs; removed at the end
	rounds   int
	duration time.Duration // of one run
	many     int           // tokens of the store that counts as large
	more     int           // tokens of the store whose index misses
	seeded   map[seed]site
}

func main() {
	jeton := flag.String("jeton", "bin/jeton", "the `binary` to measure")
	only := flag.String("only", "", "`names` of the figures to measure, between commas: "+strings.Join(names(), ", "))
	quick := flag.Bool("quick", false, "a minute instead of several: runs of a second, 100,000 tokens for 1,000,000")
	large := flag.Bool("large", false, "10,000,000 tokens for 1,000,000: needs some minutes and 8 GB of disk")
	rounds := flag.Int("rounds", 3, "rounds of each comparison; the median counts")
	dir := flag.String("dir", "", "`folder` for the stores, on the disk to measure; default: beside this program")
	flag.Parse()

	if runtime.GOOS != "linux" {
		fail(fmt.Errorf("processor time and memory are read from /proc, so this runs on Linux only, not on %s", runtime.GOOS))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{ctx: ctx, jeton: *jeton, rounds: *rounds, duration: 5 * time.Second, many: 1_000_000, more: 200_000, seeded: map[seed]site{}}
	if *large {
		b.many = 10_000_000
	}
	if *quick {
		b.duration, b.many, b.more = time.Second, 100_000, 50_000
	}
	fail(b.run(*dir, *only))
}

// run measures the figures named in only, all when it is empty, and prints them.
func (b *bench) run(dir, only string) error {
	chosen := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, name := range chosen {
		if !slices.Contains(names(), name) {
			return fmt.Errorf("no figure %q; there are: %s", name, strings.Join(names(), ", "))
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.tools = filepath.Dir(self)
	if dir == "" {
		dir = b.tools
	}
	if b.dir, err = os.MkdirTemp(dir, "run-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)

	var rows []row
	var missing []error
	for _, f := range figures {
		if len(chosen) > 0 && !slices.Contains(chosen, f.name) {
			continue
		}
		progress("%s", f.name)
		more, err := f.measure(b)
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if err != nil {
			// One figure that cannot be had leaves the others worth printing.
			more = []row{{figure: f.name, measured: "not measured, see below"}}
			missing = append(missing, fmt.Errorf("%s: %w", f.name, err))
		}
		rows = append(rows, more...)
	}
	printTable(os.Stdout, b.machine(), rows)
	return errors.Join(missing...)
}

// progress says on standard error what takes the time now.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
