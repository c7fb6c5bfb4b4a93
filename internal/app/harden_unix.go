//go:build unix

package app

import "golang.org/x/sys/unix"

// noCoreDump keeps the secrets in this process's memory off the disk should it
// crash. Where the system refuses, the server runs all the same.
func noCoreDump() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
