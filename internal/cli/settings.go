package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jeton/internal/config"
)

const configFlag = "config"

// addSettings gives a command the flags of the settings named, of all when
// none is, and the one that names the file.
func addSettings(flags *pflag.FlagSet, names ...string) {
	config.AddFlags(flags, names...)
	flags.String(configFlag, "", "`FILE` of settings in YAML, with the names of these flags as keys (JETON_CONFIG)")
}

// load reads the settings from the command's flags, the environment and the file.
func (p *program) load(cmd *cobra.Command) (config.Loaded, error) {
	file, _ := cmd.Flags().GetString(configFlag)
	if file == "" {
		file, _ = p.env("JETON_CONFIG")
	}
	return config.Load(config.Sources{Flags: config.Given(cmd.Flags()), Env: p.env, File: file})
}

func (p *program) config() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings in force, and where each comes from",
		Long: `Show the settings that jeton serve would use here, and where each comes from.

Every setting is a flag, a variable of the environment (max-age is JETON_MAX_AGE)
and a key of the file that --config or JETON_CONFIG names. A flag wins over the
environment, that over the file, and the file over the default. Passwords are masked.`,
		Example: `  jeton config
  JETON_MAX_AGE=500ms jeton config --config /etc/jeton.yaml
  jeton config --json`,
		Args: wants(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, wrong := p.load(cmd)
			if err := p.showSettings(loaded.Values, asJSON); err != nil {
				return err
			}
			return wrong
		},
	}
	addSettings(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

func (p *program) showSettings(values []config.Value, asJSON bool) error {
	if asJSON {
		type setting struct {
			Name  string        `json:"name"`
			Value string        `json:"value"`
			From  config.Origin `json:"from"`
			Place string        `json:"place,omitempty"`
		}
		all := make([]setting, len(values))
		for i, v := range values {
			all[i] = setting{v.Name, v.Text, v.From, v.Place}
		}
		return writeJSON(p.out, all)
	}
	rows := [][]string{{"SETTING", "VALUE", "FROM"}}
	for _, v := range values {
		from := string(v.From)
		if v.From == config.FromEnv || v.From == config.FromFile {
			from = fmt.Sprintf("%s %s", v.From, v.Place)
		}
		rows = append(rows, []string{v.Name, v.Text, from})
	}
	return writeTable(p.out, rows)
}
