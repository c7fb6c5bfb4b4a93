// Command ceiling is the least that a server of bearer tokens in Go can cost: a
// bare net/http server that reads the token, hashes it, finds it in a map and
// answers 60 bytes. It keeps no promise that Jeton makes: nothing is ever
// revoked, expires or is counted. Figures are given as ratios to it, since it
// runs on the same machine in the same minute.
package main

import (
	"bufio"
	"crypto/sha256"
	"flag"
	"log"
	"net/http"
	"os"
	"strings"
)

// answer is 60 bytes long.
const answer = `{"active":true,"user":"u0000001","scope":"read write","n":1}`

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "`address` to serve on")
	file := flag.String("tokens", "", "`file` with one token a line, and what follows a tab ignored")
	flag.Parse()

	known, err := read(*file)
	if err != nil {
		log.Fatalf("ceiling: %v", err)
	}
	body := []byte(answer)
	log.Fatal(http.ListenAndServe(*listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !known[sha256.Sum256([]byte(token))] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})))
}

func read(file string) (map[[sha256.Size]byte]bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known := map[[sha256.Size]byte]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		token, _, _ := strings.Cut(lines.Text(), "\t")
		known[sha256.Sum256([]byte(token))] = true
	}
	return known, lines.Err()
}
