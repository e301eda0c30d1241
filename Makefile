# Tipline. `make help` lists the targets. Needs only python3 (>= 3.11, with venv) and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
# uv must not look at another environment, nor at a project file of a parent folder
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export UV_NO_CONFIG := 1
# containers often forbid it, and then every command and every server of the tests compiles all it imports anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo federation-demo up bench test check schema test-fast test-tools lock-client lock-s3 lock-threatexchange test-acceptance lint types layers docs lock format clean screenshots vendor boundaries

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-zA-Z_-]+:.*## / {printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.bootstrap: requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Tipline needs Python 3.11 or newer; {sys.executable} is {v.major}.{v.minor}. Set PYTHON=...")'
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "python3 has no venv module: install it (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock 2> >(grep -v 'is ignored: it is neither' >&2)
	@touch $@

$(VENV)/.runtime: $(VENV)/.bootstrap requirements/runtime.lock pyproject.toml
	@$(UV) pip install --quiet --require-hashes -r requirements/runtime.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.lock
	@$(UV) pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

demo: $(VENV)/.runtime ## the whole path on synthetic data: files the Jalgaon bundle, routes it, then serves until Ctrl-C
	@$(BIN)/tipline demo

federation-demo: $(VENV)/.runtime ## four installations on this machine: sixteen handles cross three borders, the outcome returns (FAULTS=SEED: with faults; TIMES=10: so often)
	@$(BIN)/tipline federation demo $(if $(FAULTS),--faults $(FAULTS)) $(if $(TIMES),--times $(TIMES))

up: $(VENV)/.runtime ## run Tipline on this machine (data in var/, or TIPLINE_DATA_DIR)
	@$(BIN)/tipline up

test: $(VENV)/.dev ## everything CI runs: linters, types, layers, docs, and all tests with real database, clients and browser
	@$(MAKE) --no-print-directory --jobs=3 types docs lint layers test-tools
	@$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.runtime ## all benchmarks, small sizes; each prints its peer and the ratio
	@for file in bench/[a-z]*.py; do $(BIN)/tipline bench $$(basename $$file .py) --json 2>/dev/null; done

test-tools: # what the tests need beside Python: a browser, the clients' own programs, geographic data, an S3 server
	@tools/ensure_browser.sh
	@tools/ensure_client.sh
	@tools/ensure_axe.sh
	@tools/ensure_geo.sh
	@tools/ensure_s3.sh
	@tools/ensure_threatexchange.sh

check: $(VENV)/.dev lint types layers ## linters, types and layers only

lint: $(VENV)/.dev ## ruff: style and common faults
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy, strict
	@$(BIN)/mypy

layers: $(VENV)/.dev ## import-linter: rooms import downwards only
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache | tail -n 4

schema: $(VENV)/.runtime ## after a new migration: what a new database is made from (core/database/schema.sql)
	@$(BIN)/python tools/schema.py src/tipline/core/database/schema.sql

test-fast: $(VENV)/.dev ## unit and integration tests only (seconds, for every save)
	@$(BIN)/pytest -q -n 2 -m "not acceptance"

test-acceptance: $(VENV)/.dev test-tools ## whole-product tests: real clients, real browser, kill -9
	@$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m acceptance

docs: $(VENV)/.dev ## build the documentation to docs/_build/html; warnings are errors
	@$(BIN)/sphinx-build -q -W --keep-going -n -b html docs docs/_build/html

screenshots: $(VENV)/.dev ## write the pictures of the README and the docs from a running demo
	@tools/ensure_browser.sh
	@$(BIN)/python tools/screenshots.py

vendor: ## take the browser's libraries in from npm again, checked (tools/vendor.sh)
	@tools/vendor.sh

boundaries: ## draw the areas of the maps again, out of open data (tools/boundaries.sh)
	@tools/boundaries.sh

format: $(VENV)/.dev ## let ruff rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.bootstrap ## resolve the newest allowed versions into requirements/*.lock (with hashes)
	@printf 'uv\nhatchling\neditables\n' | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade - -o requirements/bootstrap.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml -o requirements/runtime.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml --group dev -c requirements/runtime.lock -o requirements/dev.lock

lock-client: $(VENV)/.bootstrap ## resolve the real client of the door tests into requirements/client.lock
	@printf 'ncmec-cybertip\n' | $(UV) pip compile --quiet --generate-hashes --python-version 3.13 --no-header --upgrade - -o requirements/client.lock

lock-s3: $(VENV)/.bootstrap ## resolve the S3 server of the tests into requirements/s3.lock
	@printf 'moto[server]\n' | $(UV) pip compile --quiet --generate-hashes --python-version 3.11 --no-header --upgrade - -o requirements/s3.lock

lock-threatexchange: $(VENV)/.bootstrap ## resolve the client of hash lists into requirements/threatexchange.lock: what its clients import, and no more
	@printf 'threatexchange\nrequests\nurllib3\nidna\ncertifi\ncharset-normalizer\ndacite\npython-dateutil\nsix\n' | $(UV) pip compile --quiet --no-deps --universal --generate-hashes --python-version 3.11 --no-header --upgrade - -o requirements/threatexchange.lock

clean: ## remove what was built (never var/, where data lives)
	@rm -rf $(VENV) .tools docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
