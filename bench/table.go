package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"text/tabwriter"
)

// row is a line of the table. goal is empty where a figure only informs.
type row struct {
	figure, measured, ratio, goal, verdict string
}

// atMost and atLeast complete a row with its goal and whether value meets it.
func (r row) atMost(value, limit float64, unit string) row {
	return r.judge("≤", value <= limit, limit, unit)
}

func (r row) atLeast(value, limit float64, unit string) row {
	return r.judge("≥", value >= limit, limit, unit)
}

func (r row) judge(sign string, met bool, limit float64, unit string) row {
	r.goal = fmt.Sprintf("%s %.4g %s", sign, limit, unit)
	r.verdict = "missed"
	if met {
		r.verdict = "met"
	}
	return r
}

// times formats a ratio.
func times(ratio float64, of string) string { return fmt.Sprintf("%.2f × %s", ratio, of) }

func printTable(out io.Writer, machine string, rows []row) {
	fmt.Fprintf(out, "%s\n\n", machine)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tmeasured\tratio\tgoal\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.figure, r.measured, r.ratio, r.goal, r.verdict)
	}
	w.Flush()
	fmt.Fprintln(out, "\nµs: processor time of the server, user and system, a request. Ratios compare runs of the same round.")
}

// machine says on what the figures were measured.
func (b *bench) machine() string {
	version := "jeton"
	if out, err := exec.Command(b.jeton, "version").Output(); err == nil {
		version, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	}
	return fmt.Sprintf("%s, %s, %d × %s, %d rounds of %s", version, runtime.Version(), runtime.NumCPU(), cpuModel(), b.rounds, b.duration)
}

func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
