# The commands of this project. `make help` lists them.

MEMBERS ?= 1000

.PHONY: help demo test lint

help: ## this list
	@awk -F ': *## *' '/^[a-z]+:.*##/ { printf "make %-6s %s\n", $$1, $$2 }' Makefile

demo: ## a whole vote, from the roll to the certificate, on a real server (MEMBERS=1000; ONCE=1 ends by itself)
	cargo run --locked --release -p scrutineer-tests --bin demo -- --members $(MEMBERS) $(if $(filter 1,$(ONCE)),--once)

test: ## every test that this machine can run; says at the end what was skipped
	tests/tools/run-tests.sh

lint: ## formatting and clippy, as CI demands them
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
