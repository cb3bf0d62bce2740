# The two commands of the README: `make demo` runs the line, `make test` passes the tests.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile

.PHONY: demo test test-all lint tests pictures chaos docs bench lock clean

# Another hour, other ports: make demo DEMO="--at '2026-12-25 03:12' --port 8100 --simulator-port 8110"
demo: .venv/runtime
	$(BIN)/astreinte demo $(DEMO)

test: lint tests

# What is about pages, too, on both databases.
test-all:
	$(MAKE) test TESTS=--both

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

tests: .venv/development
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

docs: .venv/runtime
	$(BIN)/python -m ivr.picture > docs/dialogue.md
	$(BIN)/python -m tickets.picture > docs/tickets.md

# Every page at both sizes, as the browser suite sees them: into instance/pictures
pictures: .venv/development
	PICTURES=instance/pictures $(BIN)/python -m pytest tests/browser --both -k sqlite

# Hundreds of calls while everything is killed at random: make chaos CHAOS="--calls 300 --seed 7 --database sqlite"
chaos: .venv/development
	$(BIN)/python -W ignore::UserWarning -m tests.chaos $(CHAOS)

bench: .venv/development
	$(BIN)/python -m bench.webhooks
	$(BIN)/python -m bench.paging
	$(BIN)/python -W ignore -m bench.pages

# Pins with hashes and without addresses, from the *.in files.
lock: .venv/development
	for set in requirements requirements-s3 requirements-dev; do \
	  $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host --output-file=$$set.txt $$set.in || exit 1; \
	done

# What `make` made itself, and can make again. Databases, recordings and .env are nobody's to clean: see instance/.
clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing what the line needs (requirements.txt) into .venv; this takes about a minute, once."
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt requirements-s3.txt
	@echo "Installing what the tests need (requirements-dev.txt, requirements-s3.txt); this takes about a minute, once."
	$(PIP) --require-hashes -r requirements-s3.txt -r requirements-dev.txt
	@touch $@
