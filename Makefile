PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
READY := .venv/.ready
BUILT := warning/web/static/desk/built.txt
DESK_SOURCES := $(wildcard warning/web/desk/*.json warning/web/desk/*.mjs warning/web/desk/build*.py) $(shell find warning/web/desk/src -type f)

.DEFAULT_GOAL := help
.PHONY: help setup desk run test faults check bench screens format clean

help: ## Show what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) $(if $(filter no,$(DESK)),,$(BUILT)) ## Virtual environment .venv with everything locked, and the live desk (DESK=no: without)

desk: $(BUILT) ## Build the live desk alone

$(BUILT): $(READY) $(DESK_SOURCES)
	$(BIN)/python -m warning.web.desk.build
	@touch $@

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "Floodbell needs Python 3.11 to 3.13, $(PYTHON) is $$($(PYTHON) --version); try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m rules.warm
	@touch $@

.venv-peers/.ready: bench/peers/requirements.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
	@touch $@

run: setup ## Set up, then play a flood on the Wupper config: exercise, reaches nobody
	$(BIN)/floodbell demo

test: setup ## Install or start every service the tests use, then run all tests, two at a time (JOBS=0: one by one)
	tests/services/install.sh
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

faults: setup ## Kill every process in a flood, 250 times and more (SHORT=1: a few times; ARGS="--seed 7")
	tests/services/install.sh
	$(BIN)/python -m tests.faults $(ARGS)

check: setup ## Linter, strict types, import contracts, the shipped configuration
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m warning.web.desk.build --types
	$(BIN)/floodbell check config.yaml

bench: setup .venv-peers/.ready ## Measure against peers (ONLY=name for one), write bench/results.json
	tests/services/install.sh
	$(BIN)/python -m bench $(ONLY)

screens: setup ## Take the pictures of the pages in docs/screenshots anew
	tests/services/install.sh
	$(BIN)/python -m tests.browser.screens

format: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what was made, but not the data in var/
	rm -rf .venv .venv-peers warning/web/desk/node_modules warning/web/static/desk build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
