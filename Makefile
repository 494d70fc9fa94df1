# The few things one does here. "make test" is all that a newcomer needs.
.PHONY: test test-windows race lint cross golden pictures build new-rule

build:            ## one static binary for this machine
	CGO_ENABLED=0 go build -trimpath -o tlsready ./cmd/tlsready

test:             ## all tests; installs the servers they start (Debian packages)
	./scripts/test-setup.sh
	go test ./...

test-windows:     ## the Windows program under wine; installs wine (Debian packages)
	./scripts/test-windows.sh

race:             ## all tests under the race detector
	./scripts/test-setup.sh
	go test -race ./...

lint:             ## vet, staticcheck, gofumpt, govulncheck
	go vet ./...
	./scripts/lint.sh

cross:            ## static binaries for Linux, Windows and macOS in dist/
	./scripts/cross.sh

golden:           ## rewrite the golden files from what the program does now
	go test ./internal/cli ./internal/report ./internal/source/audit ./internal/evtx -update

pictures:         ## take the pictures of the README anew, in headless Chromium
	./scripts/test-setup.sh
	go test ./cmd/tlsready -run TestPageInBrowser -pictures

new-rule:         ## start a rule for source code: make new-rule NAME=python.my-library
	@./scripts/new-rule.sh "$(NAME)"
