package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxSecret is more than any password or token is long, in bytes.
const maxSecret = 4096

// ReadSecretFile returns the one line that a file holds.
func ReadSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := ReadSecret(f)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// ReadSecret returns the one line that r holds, without its end. It fails when
// there is none, or more than one. Its errors never quote what it read.
func ReadSecret(r io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxSecret+1))
	if err != nil {
		return "", err
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	switch {
	case line == "":
		return "", errors.New("it is empty; one line is wanted")
	case len(raw) > maxSecret, strings.ContainsAny(line, "\r\n"):
		return "", errors.New("it is more than one line; one short line is wanted")
	}
	return line, nil
}
