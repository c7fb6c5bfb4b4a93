# Everything here is one line away from a plain go command; `make help` lists it.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X jeton/internal/app.Version=$(VERSION)
GO_TOOL := go tool -modfile=tools/go.mod

# Given on the command line, as in `make test TESTFLAGS=-race`.
ARGS       ?=
TESTFLAGS  ?=
BENCHFLAGS ?=
FUZZTIME   ?= 30s

# No VCS stamp: it fails where git distrusts the owner of the folder, and
# VERSION says the same.
BUILD := CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '$(LDFLAGS)'

.PHONY: build help run test check screenshots bench fuzz fmt clean

build: ## leave the static binary in bin/jeton (the default)
	@mkdir -p bin
	$(BUILD) -o bin/jeton ./cmd/jeton

help: ## this list
	@echo 'usage: make [target]'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

run: build ## build, then serve; ARGS='--listen :8080' adds flags
	bin/jeton serve $(ARGS)

test: ## install what the tests need and run them; TESTFLAGS=-race adds flags
	@scripts/deps test
	JETON_BROWSER=1 go test -timeout 30m $(TESTFLAGS) ./...

check: ## all that CI runs: format, vet, modules, races, fuzzing, every platform
	@scripts/check

screenshots: ## every page of the console, in each language and theme, wide and narrow, into bin/screenshots
	@scripts/deps test
	@rm -rf bin/screenshots
	JETON_SCREENSHOTS=$(CURDIR)/bin/screenshots go test -count=1 -timeout 1h -run TestScreenshots ./internal/web/console

bench: build ## measure the figures; BENCHFLAGS=-quick takes a minute, -h says more
	@mkdir -p bin/bench
	CGO_ENABLED=0 go build -buildvcs=false -o bin/bench/ ./bench/...
	bin/bench/bench -jeton bin/jeton $(BENCHFLAGS)

fuzz: ## run each fuzz test with FUZZTIME inputs (100000x)
	@scripts/fuzz $(FUZZTIME)

fmt: ## format the Go files
	$(GO_TOOL) gofumpt -w .

clean: ## remove what the targets above have built
	rm -rf bin
