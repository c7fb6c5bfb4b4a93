// Command argon checks passwords and does nothing else, with as many slots as
// a server has by default: what argon2id alone allows on this machine.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"jeton/bench/result"
	"jeton/internal/password"
)

func main() {
	log.SetFlags(0)
	duration := flag.Duration("duration", 5*time.Second, "how long to check")
	callers := flag.Int("callers", 16, "at once; they wait for the slots")
	flag.Parse()

	ctx := context.Background()
	hasher, err := password.New(password.Options{})
	if err != nil {
		log.Fatalf("argon: %v", err)
	}
	const secret = "one for all of them, 8231"
	hash, err := hasher.Hash(ctx, secret)
	if err != nil {
		log.Fatalf("argon: %v", err)
	}
	err = result.Measure(*duration, *callers, func() error {
		_, err := hasher.Check(ctx, hash, secret)
		return err
	})
	if err != nil {
		log.Fatalf("argon: %v", err)
	}
}
