package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"jeton/internal/app"
)

const overview = `Jeton issues, manages and verifies personal access tokens.

Start a server, and open the address that it prints:
  jeton serve

Make users and tokens, in ./jeton-data or in the folder that --data names:
  jeton user create ada --admin
  jeton token create --user ada --name ci --scope read

Or do so on a server elsewhere:
  export JETON_URL=https://jeton.example.org
  jeton token create --as ada --name laptop
  JETON_TOKEN=jtn_... jeton token list
`

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "jeton",
		Short:         "Issue, manage and verify personal access tokens",
		Version:       app.Version,
		Args:          noSuchCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
		CompletionOptions:          cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetVersionTemplate("jeton {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	ordinary := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd == root {
			printOverview(cmd)
			return
		}
		ordinary(cmd, args)
	})
	root.SetUsageTemplate(usageTemplate)
	root.AddCommand(p.serve(), p.user(), p.token(), p.policy(), p.config(), p.version())
	root.SetHelpCommand(helpCommand(root))
	return root
}

// usageTemplate is what help says after a command's long text.
const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND [flags]{{else}}{{.UseLine}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Where it works, and how it answers:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" says more, with examples.{{end}}
`

func printOverview(root *cobra.Command) {
	w := root.OutOrStdout()
	fmt.Fprintf(w, "%s\nCommands:\n", overview)
	for _, cmd := range root.Commands() {
		if !cmd.Hidden && cmd.Name() != "completion" {
			fmt.Fprintf(w, "  %-9s%s\n", cmd.Name(), cmd.Short)
		}
	}
	fmt.Fprint(w, "\n\"jeton COMMAND --help\" says more, with examples.\n")
}

// helpCommand is cobra's own, but for an unknown topic, which is wrong usage.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Say more about a command",
		Example: "  jeton help token create",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0:
				return noSuchCommand(cmd, rest)
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// group makes a command that only holds others.
func group(use, short, long, example string, of ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Long: long, Example: example,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(of...)
	return cmd
}
