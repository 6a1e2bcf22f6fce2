# The commands of this project. `make help` lists them.

MEMBERS ?= 1000

.PHONY: help demo test bench auditor lint manual booth
.DELETE_ON_ERROR: # a booth that is not as it must be is not taken for a finished one

help: ## this list
	@awk -F ':.*## *' '/^[a-z]+:.*##/ { printf "make %-7s %s\n", $$1, $$2 }' Makefile

demo: booth tests/mail/node_modules/.package-lock.json ## a whole vote, from the roll to the certificate, on a real server (MEMBERS=1000; ONCE=1 ends by itself; DEMO_MISBEHAVE=drop: with a dishonest one)
	cargo run --locked --release -p scrutineer-tests $(if $(DEMO_MISBEHAVE),--features misbehave) --bin demo -- --members $(MEMBERS) $(if $(filter 1,$(ONCE)),--once)

test: booth ## every test that this machine can run; says at the end what was skipped
	tests/tools/run-tests.sh

bench: booth ## how fast it is, in ratios beside their targets (ARGS="--only verify": one part; ARGS=--million: a million votes too)
	cargo run --locked --release -p scrutineer-tests --bin bench -- $(ARGS)

auditor: ## the same scrutineer for this very processor (runs on no lesser one): target/auditor/release/scrutineer
	env -u RUSTFLAGS cargo build --locked --release -p scrutineer-cli --target-dir target/auditor \
	  --config 'target."cfg(all())".rustflags = ["-Ctarget-cpu=native", $(without_sha)]'

# Where the instructions for SHA and AVX are both taken for granted, the compiler mixes them in a way that makes hashing a hundred
# times slower. They are used all the same: the library finds them when it runs.
without_sha := $(if $(filter x86_64,$(shell uname -m)),"-Ctarget-feature=-sha")

lint: booth ## formatting and clippy, and the booth's types and style, as CI demands them
	cargo fmt --all --check
	npm run --silent --prefix booth check
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings

manual: ## docs/PERMISSIONS.md, made anew from the code
	SCRUTINEER_BLESS=1 cargo test --locked -p scrutineer-server --test it manual

booth: booth/dist/booth.js ## the voting booth, which the server carries: built where something in it has changed

# Nothing is fetched or built again needlessly: what is older than what it is made of is made anew.
booth_made_of := $(wildcard booth/*.json booth/build.mjs) $(shell find booth/src i18n -type f)

booth/dist/booth.js: booth/node_modules/.package-lock.json $(booth_made_of)
	npm run --silent --prefix booth build
	@touch -c booth/dist/*.js

# npm writes this file last when it installs.
booth/node_modules/.package-lock.json: booth/package-lock.json
	tests/tools/install-missing.sh node:nodejs npm:npm
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' || \
	  { echo "Node $$(node --version) is too old: the booth needs Node 18 or newer (https://nodejs.org)" >&2; exit 1; }
	npm ci --prefix booth --no-audit --no-fund
	@touch -c $@

# The mail server of demo and tests.
tests/mail/node_modules/.package-lock.json: tests/mail/package-lock.json
	tests/tools/install-missing.sh node:nodejs npm:npm
	npm ci --prefix tests/mail --no-audit --no-fund
	@touch -c $@
