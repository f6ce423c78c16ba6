# The commands of the platform. `make help` lists them. The first two need nothing but Go and make.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# -trimpath makes binaries the same wherever they are built; it is set for everything, or everything is built twice.
export GOFLAGS := -trimpath

# Heavy tools, such as Crossplane itself, are built once into this directory, under names that carry their versions.
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/morket-platform

CLAIM ?= examples/claims/staging.yaml
OBSERVED ?=
EVENTUAL ?=
COMPOSITION ?=
OUTPUT ?= yaml
ONLY ?=
FUZZTIME ?= 30s

TOOL := go tool -modfile=tools/go.mod
ENVIRONMENTS := staging production
# Modules of our own beside the product's, whose linters look at one module only.
MODULES := test/argocd test/containers test/e2e tools/xpkg
SCRIPTS := .ci/run functions/data/userdata/clickhouse.sh $(wildcard tools/*.sh docker/*.sh docker/*/*.sh .github/scripts/*.sh)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: render
render: bin/morket ## Render CLAIM=file [OBSERVED=dir] [EVENTUAL=1] [OUTPUT=summary]; `make -s render` prints YAML only
	@bin/morket render $(CLAIM) --output=$(OUTPUT) $(if $(OBSERVED),--observed=$(OBSERVED)) $(if $(EVENTUAL),--eventual) $(if $(COMPOSITION),--composition=$(COMPOSITION))

# go build knows what changed better than make does, and is quick when nothing has.
.PHONY: bin/morket bin/function
bin/morket:
	@if [[ ! -x $@ ]]; then echo "building morket (about three CPU-minutes the first time) …" >&2; fi
	@go build -ldflags '-s -w' -o $@ ./cmd/morket

bin/function:
	@CGO_ENABLED=0 go build -ldflags '-s -w' -o $@ ./cmd/function

# Tests, compilers and linkers are short-lived: collecting garbage less often saves a third of their time, for more memory.
QUICK := GOGC=400

.PHONY: test
test: ## Unit, golden, schema and fuzz-seed tests
	@echo "testing (the first run downloads modules and the provider's schemas, and compiles) …" >&2
	$(QUICK) go test -timeout 20m ./... # the deploy's tests start the AWS CLI some 200 times, which takes its time on a busy machine
	@echo "testing Dockerfiles and docker-compose.yml with BuildKit's and Compose's own code …" >&2
	$(QUICK) go -C test/containers test -count=1 ./... # reads files outside its module, which the cache does not see

# golangci-lint's cache keeps paths: one that two checkouts share reports the files of the other, past the exclusions.
.PHONY: lint
lint: ## golangci-lint, actionlint, shellcheck, go vet of what is behind build tags, formatting
	@echo "linting (the first run builds golangci-lint, about three CPU-minutes) …" >&2
	GOLANGCI_LINT_CACHE=$(CURDIR)/bin/.golangci-lint $(TOOL) golangci-lint run ./...
	@for module in $(MODULES); do \
		GOLANGCI_LINT_CACHE=$(CURDIR)/bin/.golangci-lint LOG_LEVEL=error go -C $$module tool -modfile=$(CURDIR)/tools/go.mod \
			golangci-lint run -c $(CURDIR)/.golangci.yml --enable-only funlen ./...; \
	done
	go vet -tags engine ./test/engine
	go vet -tags recipes ./test/recipes
	go vet -tags team ./test/team
	go -C test/e2e vet ./...
	go -C test/containers vet ./...
	$(TOOL) actionlint
	@if command -v shellcheck >/dev/null; then shellcheck -x $(SCRIPTS); \
	else echo "lint: shellcheck is not installed (apt-get install shellcheck): the shell scripts were NOT checked" >&2; [[ -z "$${CI:-}" ]]; fi

.PHONY: generate
generate: ## Regenerate the definition and the models of AWS resources; fail if that changes a file
	@$(MAKE) --no-print-directory definition models
	@if [[ -n "$$(git status --porcelain -- apis internal/aws)" ]]; then git --no-pager diff --stat -- apis internal/aws; git status --short -- apis internal/aws; echo "generate: the files above were out of date and have been regenerated: commit them" >&2; exit 1; fi

# What the other generators are compiled from comes first. Tests compare what is generated with the files.
SOURCES := definition models replacements
.PHONY: update $(SOURCES)
update: $(if $(ONLY),$(filter $(SOURCES),$(ONLY)),$(SOURCES)) ## Regenerate everything that is generated, or ONLY="models docs"
	@$(if $(filter-out $(SOURCES),$(or $(ONLY),all)),go run ./test/update $(filter-out $(SOURCES),$(ONLY)))

definition:
	@echo "definition: apis/definition.yaml, apis/crds.json (the first run builds controller-gen) …" >&2
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	$(TOOL) controller-gen crd paths=./apis/v1alpha1 output:crd:dir=$$dir && \
	go run ./apis/generate -crd $$dir/platform.morket.io_xmorketplatforms.yaml

models:
	@echo "models: internal/aws …" >&2
	@go run ./internal/aws/gen

# Not part of generate, because it reads terraform-provider-aws. A test says when it is due.
replacements:
	@echo "replacements: internal/kinds (the first run downloads 50 MB) …" >&2
	@go run ./internal/kinds/gen

# Each environment of examples/claims, fresh and with everything observed.
.PHONY: validate
validate: bin/morket bin/function ## Crossplane's own render and validate on both environments, against the real schemas
	@tools/build.sh $(CACHE) >/dev/null
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	for env in $(ENVIRONMENTS); do \
		mkdir -p $$dir/$$env $$dir/$$env-observed/observed; \
		bin/morket xr examples/claims/$$env.yaml >$$dir/$$env/xr.yaml; \
		cp examples/claims/$$env.yaml $$dir/$$env/claim.yaml; \
		cp $$dir/$$env/*.yaml $$dir/$$env-observed/; \
		cp examples/observed/$$env/*.yaml $$dir/$$env-observed/observed/; \
	done && \
	go run ./test/engine --cache $(CACHE) --function bin/function $$dir/* && \
	MORKET_ENGINE_CACHE=$(CACHE) MORKET_ENGINE_ENVIRONMENTS=$$dir go test -count=1 -tags engine ./test/engine

# The tools of the end-to-end run, in the order in which the variables below name them.
E2E_TOOLS := etcd kube-apiserver kube-controller-manager crossplane crossplane-cli kubectl
E2E = $(SHELL) -c 'set -euo pipefail; paths=($$(tools/build.sh $(CACHE) $(E2E_TOOLS))); \
	export MORKET_E2E_ETCD=$${paths[0]} MORKET_E2E_KUBE_APISERVER=$${paths[1]} MORKET_E2E_KUBE_CONTROLLER_MANAGER=$${paths[2]} \
		MORKET_E2E_CROSSPLANE=$${paths[3]} MORKET_E2E_CROSSPLANE_CLI=$${paths[4]} MORKET_E2E_KUBECTL=$${paths[5]}; exec "$$@"' --

# STEPS='Ready|Delete' runs these steps of an end-to-end run alone. Each builds on what the steps before it made: docs/e2e.md.
STEPS ?=
ONLY_STEPS = $(if $(STEPS),/^($(STEPS))$$)

.PHONY: e2e-tools
e2e-tools: ## Build the real control plane's programs into CACHE, once (15–25 CPU-minutes)
	@tools/build.sh $(CACHE) $(E2E_TOOLS) >/dev/null
	@go -C test/provider mod download -json github.com/upbound/provider-aws/v2 >/dev/null # its CRDs; the run itself has no network

.PHONY: e2e
e2e: e2e-tools bin/function bin/morket ## A real control plane with our packages and a simulated provider: claims from birth to deletion
	@go -C test/e2e test ./stack
	@$(E2E) go -C test/e2e test -count=1 -timeout 30m -v -run 'TestPlatform$(ONLY_STEPS)' .

.PHONY: e2e-life
e2e-life: e2e-tools bin/function bin/morket ## The same control plane: how platforms are deleted, and return
	@$(E2E) go -C test/e2e test -count=1 -timeout 30m -v -run 'TestLife$(ONLY_STEPS)' .

# The release that the upgrade begins with: its commit, until it has a tag.
BASELINE := 2cabedd
.PHONY: e2e-upgrade
e2e-upgrade: e2e-tools bin/function bin/morket ## The same control plane: platforms of v0.1.0, upgraded to this version
	@dir=$(CACHE)/baseline-$(BASELINE); if [[ ! -x $$dir/bin/function ]]; then \
		echo "building the function of $(BASELINE) …" >&2; \
		rm -rf $$dir && mkdir -p $$dir && git archive $(BASELINE) | tar -x -C $$dir && go -C $$dir build -o bin/function ./cmd/function; fi
	@MORKET_E2E_BASELINE=$(CACHE)/baseline-$(BASELINE) $(E2E) go -C test/e2e test -count=1 -timeout 30m -v -run 'TestUpgrade$(ONLY_STEPS)' .

.PHONY: e2e-breaker
e2e-breaker: e2e-tools bin/function bin/morket ## One platform with Crossplane's circuit breaker as it is by default
	@BREAKER=default $(E2E) go -C test/e2e test -count=1 -timeout 40m -v -run 'TestBreaker$(ONLY_STEPS)' .

.PHONY: e2e-up
e2e-up: e2e-tools bin/function ## Leave that control plane running, until e2e-down or Ctrl-C
	@go -C test/e2e build -o $(CURDIR)/bin/e2e ./cmd/e2e
	@$(E2E) bin/e2e

.PHONY: e2e-down
e2e-down: ## Stop the control plane of e2e-up
	@if [[ -f bin/e2e.pid ]]; then kill "$$(cat bin/e2e.pid)" 2>/dev/null || true; rm -f bin/e2e.pid; fi

.PHONY: e2e-aws-tools
e2e-aws-tools: ## Build the real provider for AWS into CACHE, once (an hour of CPU; JOBS=1 keeps a core free)
	@tools/build.sh $(CACHE) provider-aws >/dev/null

.PHONY: e2e-aws
e2e-aws: e2e-tools e2e-aws-tools bin/function bin/morket ## The same with the real provider for AWS against a mock AWS (needs moto; SLOW=0 leaves out what takes ten minutes, STEPS='Ready|…' runs a part)
	@go -C test/e2e test -count=1 ./mockaws/...
	@MORKET_E2E_PROVIDER_AWS=$$(tools/build.sh $(CACHE) provider-aws) $(E2E) go -C test/e2e test -count=1 -timeout 120m -v -run 'TestAWS$(ONLY_STEPS)' .

.PHONY: test-terraform
test-terraform: bin/morket ## Terraform's own provider on what is exported, against a mock AWS: apply, adopt, export, import (needs terraform and moto; 15 CPU-minutes the first time)
	@MORKET_TERRAFORM_PROVIDER=$$(tools/build.sh $(CACHE) terraform-provider-aws) go -C test/e2e test -count=1 -timeout 60m -v ./terraform

# Packages carry semantic versions, because Crossplane resolves dependencies by those only. A commit without a tag gets one
# that comes before all releases.
REGISTRY ?= ghcr.io/morket-io
PACKAGE_VERSION ?= $(if $(filter v%,$(VERSION)),$(VERSION),v0.0.0-g$(VERSION))
PUSH ?=

.PHONY: packages
packages: ## Build both packages and their SBOMs into dist, for REGISTRY=host/path [PACKAGE_VERSION=v0.1.0]; PUSH=1 pushes
	@go -C tools/xpkg run . --root=../.. --out=../../dist --registry=$(REGISTRY) --version=$(PACKAGE_VERSION) \
		--revision=$$(git rev-parse HEAD) --time=$$(git log -1 --format=%ct) $(if $(PUSH),--push)

# The program of people, for each system that a release has.
BINARIES := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: binaries
binaries: ## Build morket for BINARIES (six systems) into dist/bin, with checksums
	@rm -rf dist/bin && mkdir -p dist/bin
	@for system in $(BINARIES); do os=$${system%/*} arch=$${system#*/}; \
		echo "building morket for $$system …" >&2; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -ldflags '-s -w' -o dist/bin/morket-$$os-$$arch$$([[ $$os != windows ]] || echo .exe) ./cmd/morket; \
	done
	@cd dist/bin && sha256sum morket-* >SHA256SUMS

.PHONY: test-recipes
test-recipes: ## Follow the recipes of CONTRIBUTING.md in a copy of the repository, and test what comes of it
	go test -count=1 -timeout 30m -tags recipes ./test/recipes # it compiles the copy: a changed API is in every package

.PHONY: test-team
test-team: ## All tests, in a copy of the repository with a team's own applications, account and claims
	go test -count=1 -timeout 30m -tags team ./test/team

.PHONY: test-packages
test-packages: ## Build both packages twice, push them to a registry on loopback, pull them, run the function (two CPU-minutes the first time)
	go -C tools/xpkg test -count=1 ./... # reads files outside its module, which the cache does not see

.PHONY: test-argocd
test-argocd: ## Argo CD's own health evaluation on examples/argocd (five CPU-minutes the first time)
	go -C test/argocd test -count=1 ./... # reads files outside its module, which the cache does not see

# Without vet, which would analyze everything that the provider's types import.
.PHONY: test-types
test-types: bin/morket ## Decode everything that is rendered into the real provider's own Go types (ten CPU-minutes the first time)
	go -C tools/provider-aws test -vet=off -count=1 ./types # reads files outside its module, which the cache does not see

.PHONY: bench
bench: ## The benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## Fuzz for FUZZTIME each (30s)
	@for p in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$p/*_test.go | cut -d' ' -f2); do \
			echo "fuzzing $$p $$f for $(FUZZTIME) …" >&2; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p; \
		done; \
	done

.PHONY: clean
clean: ## Remove what was built here
	rm -rf bin
