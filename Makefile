# Roomkey. `make help` explains every target.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMPS := .stamps
DATA ?= data
PORT ?= 8000
TESTS ?= tests
COVERED ?= $(addprefix tests/,unit vectors stateful fuzz integration e2e)
SCENES ?=
SYSTEM_PACKAGES := chromium firefox-esr fonts-noto-core fonts-noto-color-emoji libatomic1 \
  spin gcc libc6-dev tmux libfaketime postgresql redis-server

.PHONY: help page serve test test-web test-python test-browser-vectors coverage coverage-web coverage-python check lint types imports model format faults faults-mutants fuzz bench-mls bench-web bench-relay bench-attacks lock screenshots pictures docs clean

help: ## Explain every target
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@echo "Making an environment in $(VENV) ..."
	@tools/make-venv

$(STAMPS)/run: requirements/build.txt requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing Roomkey ..."
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/system: Makefile
	@tools/system-packages $(SYSTEM_PACKAGES)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/oracles: tests/oracles/package.json tests/oracles/package-lock.json
	@echo "Installing the MLS implementations to compare with ..."
	@cd tests/oracles && npm ci --silent --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/web: web/package.json web/package-lock.json
	@echo "Installing what the browser client is built with ..."
	@cd web && { test -L node_modules || npm ci --silent --no-audit --no-fund; }
	@mkdir -p $(STAMPS) && touch $@

page: $(STAMPS)/run $(STAMPS)/web ## Build the page that the relay serves, if anything of it has changed
	@$(BIN)/python tools/build_web.py

serve: $(STAMPS)/run page ## Start the relay on http://localhost:8000 (PORT=, DATA= change that)
	@exec $(BIN)/roomkey serve --port $(PORT) --data $(DATA)

test: test-web test-python ## Install what the tests need and run all of them

test-web: $(STAMPS)/dev $(STAMPS)/web ## Run the browser client's own tests, in Node
	@cd web && npm run --silent test

test-python: $(STAMPS)/system $(STAMPS)/dev $(STAMPS)/oracles page ## Run everything else, browsers included (TESTS= picks some)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

test-browser-vectors: $(STAMPS)/system $(STAMPS)/dev $(STAMPS)/web ## Run all official vectors in Chromium and Firefox (`make test` runs some)
	@ROOMKEY_BROWSER_VECTORS=all $(BIN)/python -m pytest -n 2 --dist worksteal tests/browser/test_core.py

coverage: coverage-web coverage-python ## Tell which lines and branches no test outside of browsers comes to

coverage-web: $(STAMPS)/dev $(STAMPS)/web ## The same of the browser client alone
	@cd web && npm run --silent coverage

coverage-python: $(STAMPS)/system $(STAMPS)/dev $(STAMPS)/oracles page ## The same of Python alone (COVERED= picks tests)
	@rm -rf .cache/coverage/python* && mkdir -p .cache/coverage
	@$(BIN)/coverage run -m pytest -n 2 --dist worksteal -o timeout=1200 $(COVERED); $(BIN)/coverage combine --quiet && $(BIN)/coverage report

lint: $(STAMPS)/dev $(STAMPS)/web ## Check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@cd web && npm run --silent lint

types: $(STAMPS)/dev $(STAMPS)/web ## Check types, strictly
	@$(BIN)/mypy
	@cd web && npm run --silent types

imports: $(STAMPS)/dev ## Check which way imports go
	@$(BIN)/lint-imports --no-cache

model: $(STAMPS)/system | $(BIN)/python ## Search the model of delivery for broken promises, further than `make test` does
	@$(BIN)/python models/check.py

faults: $(STAMPS)/system $(STAMPS)/dev page ## Break processes, lines, disks and clocks in 1,000 seeded runs (SEED=, RUNS= change that; SEED= alone replays one)
	@$(BIN)/python -m tests.faults $(if $(SEED),--seed $(SEED) --runs $(or $(RUNS),1),--runs $(or $(RUNS),1000))

faults-mutants: $(STAMPS)/system $(STAMPS)/dev page ## Put mistakes into relay and clients, and see by how many such runs each is found
	@$(BIN)/python -m tests.faults --mutants --runs 20

fuzz: $(STAMPS)/dev $(STAMPS)/web ## Feed every decoder of both clients and of the relay with 1,000,000 inputs (N= changes that)
	@$(BIN)/python -m tests.fuzz.run $(or $(N),1000000)
	@cd web && ROOMKEY_FUZZ_INPUTS=$(or $(N),1000000) npm run --silent test -- tests/fuzz --testTimeout 0

check: lint types imports test ## Everything: style, types, import rules, tests

format: $(STAMPS)/dev ## Put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench-mls: $(STAMPS)/dev $(STAMPS)/oracles ## Time MLS operations for 2 to 1,000 members, beside ts-mls
	@$(BIN)/python bench/mls.py

bench-web: $(STAMPS)/system $(STAMPS)/dev page ## Time the page's MLS in Chromium, beside ts-mls, and weigh the page
	@$(BIN)/python bench/web.py
	@$(BIN)/python tools/page_size.py

bench-attacks: $(STAMPS)/dev ## Count guesses a day, time refusals, join 10,000 times
	@$(BIN)/python bench/attacks.py

bench-relay: $(STAMPS)/system $(STAMPS)/dev ## Time the relay at each durability level, on SQLite and PostgreSQL
	@$(BIN)/python bench/relay.py

screenshots: $(STAMPS)/system $(STAMPS)/dev page ## Picture every screen into build/screenshots (SCENES= picks some)
	@$(BIN)/python tools/screenshots.py --only "$(SCENES)"

pictures: $(STAMPS)/system $(STAMPS)/dev page ## Take the pictures that the documents show again
	@$(BIN)/python tools/screenshots.py --only home,room,terminal,how --documents

lock: $(STAMPS)/dev ## Pin the newest versions of everything, with hashes
	@for lock in build:requirements/build.in run:pyproject.toml; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header --no-annotate \
	    --output-file requirements/$${lock%%:*}.txt $${lock#*:}; done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header --no-annotate \
	  --extra cluster --constraint requirements/run.txt --output-file requirements/cluster.txt pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header --no-annotate \
	  --extra dev --extra cluster --constraint requirements/cluster.txt --output-file requirements/dev.txt pyproject.toml

docs: $(STAMPS)/dev ## Build the documentation's site into site/, with its links checked
	@$(BIN)/zensical build --clean --strict

clean: ## Remove the environment and everything built; data stays
	@rm -rf $(VENV) $(STAMPS) tests/oracles/node_modules web/node_modules src/roomkey/relay/web site .cache build dist .mypy_cache .ruff_cache .hypothesis
