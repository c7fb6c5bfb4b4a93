package app

import (
	"fmt"
	"os"

	"jeton/internal/web/verify"
)

// readRoutes reads the file that the setting verify-routes names; "" is none.
func readRoutes(file string) (verify.Routes, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("verify-routes: %w", err)
	}
	routes, err := verify.ParseRoutes(string(text))
	if err != nil {
		return nil, fmt.Errorf("verify-routes: %s:\n%w", file, err)
	}
	return routes, nil
}
