// Command jeton issues, manages and verifies personal access tokens.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"jeton/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Main(ctx, os.Args[1:]))
}
