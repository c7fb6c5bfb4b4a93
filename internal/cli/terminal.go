package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"jeton/internal/config"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// stdin is how a flag that names a file names standard input.
const stdin = "-"

// secretFrom reads a secret from the file that a flag names, from standard
// input for "-", or, when the flag is not given, from the prompts: one, or two
// where a typing error would go unnoticed.
func (p *program) secretFrom(cmd *cobra.Command, flag, file string, prompts ...string) (string, error) {
	switch {
	case file == stdin:
		return p.secretFromInput(cmd, "--"+flag)
	case file != "":
		secret, err := config.ReadSecretFile(file)
		return secret, about("--"+flag, err)
	case !isTerminal(p.in):
		return "", wrongUsage(cmd, "no terminal to ask on: use --%s FILE, or --%s - for standard input", flag, flag)
	}
	secret, err := p.prompt(cmd.Context(), prompts[0])
	for _, again := range prompts[1:] {
		if err != nil {
			break
		}
		var second string
		if second, err = p.prompt(cmd.Context(), again); err == nil && second != secret {
			err = errors.New("the two differ; nothing was done")
		}
	}
	if err == nil && secret == "" {
		err = errors.New("nothing was entered; nothing was done")
	}
	return secret, err
}

// secretFromInput reads standard input, which only one flag can have.
func (p *program) secretFromInput(cmd *cobra.Command, reader string) (string, error) {
	if p.inputTaken != "" {
		return "", wrongUsage(cmd, "%s and %s cannot both read standard input", p.inputTaken, reader)
	}
	p.inputTaken = reader
	secret, err := config.ReadSecret(p.in)
	return secret, about("standard input", err)
}

// prompt asks for a secret without showing what is typed. It gives up when ctx
// ends, and then leaves the terminal as it was.
func (p *program) prompt(ctx context.Context, text string) (string, error) {
	fd := int(p.in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	fmt.Fprint(p.err, text+": ")
	defer fmt.Fprintln(p.err)
	type answer struct {
		line []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		typed <- answer{line, err}
	}()
	select {
	case a := <-typed:
		if errors.Is(a.err, io.EOF) {
			a.err = nil // an empty answer, which the caller refuses
		}
		return string(a.line), a.err
	case <-ctx.Done():
		_ = term.Restore(fd, before)
		return "", ctx.Err()
	}
}

// confirm makes the user type a word before something that cannot be undone.
func (p *program) confirm(cmd *cobra.Command, question, word string) error {
	if !isTerminal(p.in) {
		return wrongUsage(cmd, "no terminal to ask on: say --yes")
	}
	fmt.Fprintf(p.err, "%s Type %s to go on: ", question, word)
	typed := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.in).ReadString('\n')
		typed <- strings.TrimSpace(line)
	}()
	select {
	case line := <-typed:
		if line != word {
			return errors.New("nothing was done")
		}
		return nil
	case <-cmd.Context().Done():
		return cmd.Context().Err()
	}
}
