//go:build !unix

package app

// noCoreDump has nothing to do: this system writes no core files by itself.
func noCoreDump() {}
