# `make run` shows the site, `make test` proves it, `make check` reads it, `make bench` times it.
SHELL := /bin/sh
PORT ?= 8000
SIZE ?= scale
PYTHON := .venv/bin/python
REQUIREMENTS := deploy/requirements
# As many as there are cores, but at most eight: each has a database and a browser of its own.
WORKERS := $(shell n=$$(nproc); [ $$n -gt 8 ] && n=8; [ $$n -lt 2 ] && n=2; echo $$n)
# What the tests, checks and benchmarks run with; never a secret of anything real.
TEST_ENV := SECRET_KEY=a-key-for-tests-only-0123456789-0123456789-0123456789 LOG_LEVEL=WARNING

.PHONY: run test test-sqlite test-galera restore-drill check bench vendor lock format clean

run: .venv/run
	@DEMO=1 PORT=$(PORT) $(PYTHON) deploy/run.py

test: .venv/dev
	@$(TEST_ENV) deploy/with_services.py $(PYTHON) -m pytest $(if $(ARGS),,-n $(WORKERS) -m "not galera") $(ARGS)
	@$(if $(ARGS),:,$(MAKE) --no-print-directory test-sqlite)

# The subset that also runs on SQLite, because that is what `make run` uses.
test-sqlite: .venv/dev
	@$(TEST_ENV) DATABASE_URL= REDIS_URL= $(PYTHON) -m pytest $(if $(ARGS),,-n $(WORKERS)) -m sqlite $(ARGS)

# A cluster of three servers (apt-get install galera-4 rsync lsof); takes some minutes.
test-galera: .venv/dev
	@$(TEST_ENV) deploy/with_services.py $(PYTHON) -m pytest -m galera

check: .venv/dev
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/djade --check $$(find templates -name '*.html')
	@$(TEST_ENV) $(PYTHON) -m mypy scale $(filter-out scale/%,$(wildcard */actions.py */actions))
	@$(PYTHON) -m bandit -q -ll -r . -c pyproject.toml
	@deploy/vendor.py --check
	@$(TEST_ENV) deploy/with_services.py $(PYTHON) deploy/check_database.py
	@echo "make check: nothing found"

# Dump, restore beside it, compare; with DATABASE_URL and SECRET_KEY of the site as well (docs/database.md).
restore-drill: .venv/dev
	@if [ -n "$$DATABASE_URL" ]; then $(PYTHON) deploy/restore_drill.py; else $(TEST_ENV) deploy/with_services.py $(PYTHON) deploy/restore_drill.py; fi

bench: .venv/dev
	@$(TEST_ENV) deploy/with_services.py $(PYTHON) -m bench --size $(SIZE)

vendor:
	@deploy/vendor.py

# The one way to upgrade: change pyproject.toml, `make lock`, run the tests.
lock: .venv/run
	@.venv/bin/pip install -q uv
	@.venv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra dev --extra mysql pyproject.toml -o $(REQUIREMENTS)/dev.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -c $(REQUIREMENTS)/dev.txt pyproject.toml -o $(REQUIREMENTS)/run.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -c $(REQUIREMENTS)/dev.txt --extra mysql pyproject.toml -o $(REQUIREMENTS)/production.txt

format: .venv/dev
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@.venv/bin/djade $$(find templates -name '*.html')

clean:
	rm -rf .venv var

.venv/bin/python:
	@python3 -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@python3 -m venv .venv

.venv/run: .venv/bin/python $(REQUIREMENTS)/run.txt
	@echo "Installing what the site needs (once)…"
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r $(REQUIREMENTS)/run.txt
	@touch $@

.venv/dev: .venv/bin/python $(REQUIREMENTS)/dev.txt deploy/apt-packages
	@deploy/apt-packages
	@echo "Installing what tests and checks need (once)…"
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r $(REQUIREMENTS)/dev.txt
	@touch $@
