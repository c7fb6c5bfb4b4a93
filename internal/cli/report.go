package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"jeton/internal/client"
	"jeton/internal/config"
	"jeton/internal/pat"
)

// report writes an error, each complaint on a line of its own, and returns the
// exit code.
func (p *program) report(err error) int {
	if err == nil {
		return exitDone
	}
	var usage *usageError
	var settings config.Problems
	switch {
	case errors.As(err, &settings):
		for _, problem := range settings {
			p.complain(problem.Error())
		}
		if onCommandLine(settings) {
			return exitUsage
		}
		return exitFailed
	case errors.As(err, &usage):
		p.complain(usage.Error())
		return exitUsage
	case errors.Is(err, context.Canceled):
		p.complain("interrupted")
	default:
		p.complain(explain(err))
	}
	return exitFailed
}

func (p *program) complain(text string) {
	fmt.Fprintln(p.err, "jeton: "+printable(strings.ReplaceAll(text, "\n", "; ")))
}

func onCommandLine(all config.Problems) bool {
	for _, problem := range all {
		if strings.HasPrefix(problem.Place, "--") {
			return true
		}
	}
	return false
}

// aboutError says what an error is about, in words for the user.
type aboutError struct {
	what string
	err  error
}

func (e *aboutError) Error() string { return e.what + ": " + e.err.Error() }
func (e *aboutError) Unwrap() error { return e.err }

func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return &aboutError{what, err}
}

// explain words an error for the user. Only errors that come from the
// authority as they are get its words for callers; what was wrapped on its
// way concerns the installation, and the operator may read it in full.
func explain(err error) string {
	var inside *pat.Error
	switch e := err.(type) {
	case *aboutError:
		return e.what + ": " + explain(e.err)
	case *pat.Error:
		return domainWords(e)
	case *client.Error:
		return serverWords(e)
	}
	if errors.As(err, &inside) {
		return strings.Replace(err.Error(), inside.Error(), inFull(inside), 1)
	}
	return err.Error()
}

// inFull is what Error leaves out for the log's sake, and what it has.
func inFull(e *pat.Error) string {
	words := domainWords(e)
	if e.Cause != nil && e.Kind != pat.Internal && e.Kind != pat.Unavailable {
		words += ": " + e.Cause.Error()
	}
	return words
}

// domainWords are the authority's for callers. The cause is among them where it
// is not the caller who can help it.
func domainWords(e *pat.Error) string {
	var parts []string
	if e.Message != "" && (len(e.Fields) == 0 || e.Fields[0].Message != e.Message) {
		parts = append(parts, e.Message)
	}
	for _, f := range e.Fields {
		parts = append(parts, f.Name+": "+f.Message)
	}
	if e.Cause != nil && (e.Kind == pat.Internal || e.Kind == pat.Unavailable) {
		parts = append(parts, e.Cause.Error())
	}
	if len(parts) == 0 {
		return e.Kind.String()
	}
	return strings.Join(parts, "; ")
}

// serverWords replaces those texts of the API that speak to programs.
func serverWords(e *client.Error) string {
	switch e.Status {
	case client.Unauthorized:
		return "the server does not accept the credentials: the token may have ended, or the password be wrong"
	case client.NotFound:
		return "there is none, or it is not yours to see"
	}
	return e.Error()
}
