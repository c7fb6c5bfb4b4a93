package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is a command that was typed wrongly.
type usageError struct {
	message string
	command string // whose help tells how to do it; "" for none
}

func (e *usageError) Error() string {
	if e.command == "" {
		return e.message
	}
	return fmt.Sprintf("%s (%s --help says more)", e.message, e.command)
}

func wrongUsage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), cmd.CommandPath()}
}

// flagError is what an unknown or incomplete flag leads to. Whoever tries to
// hand over a secret is told where it belongs.
func flagError(cmd *cobra.Command, err error) error {
	for flag, instead := range map[string]string{
		"--password": "--password-file, standard input or the prompt",
		"--secret":   "--secret-file, standard input or the prompt",
		"--token":    "JETON_TOKEN or --token-file",
	} {
		if err.Error() == "unknown flag: "+flag {
			return wrongUsage(cmd, "no %s: others on this machine can read arguments; use %s", flag, instead)
		}
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "bool" {
		return wrongUsage(cmd, "--%s: write true or false, or nothing", invalid.GetFlag().Name)
	}
	return wrongUsage(cmd, "%s", err)
}

// noSuchCommand refuses the arguments of a command that only holds others.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return wrongUsage(cmd, "%s has no command %q; is it %s?", cmd.CommandPath(), args[0], strings.Join(near, " or "))
	}
	return wrongUsage(cmd, "%s has no command %q", cmd.CommandPath(), args[0])
}

// wants makes sure that the arguments named are there, and no others. What is
// too much is not repeated: it may be a password.
func wants(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return wrongUsage(cmd, "%s is missing", names[len(args)])
		case len(args) > len(names) && len(names) == 0:
			return wrongUsage(cmd, "%s takes no arguments", cmd.CommandPath())
		case len(args) > len(names):
			return wrongUsage(cmd, "too many arguments; wanted: %s", strings.Join(names, " "))
		}
		for i, arg := range args {
			if arg == "" {
				return wrongUsage(cmd, "%s is empty", names[i])
			}
		}
		return nil
	}
}
