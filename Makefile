# Everything from a fresh clone: only Python 3.11+ (with its venv module) and make are needed.
# `make demo` and `make test` are the two commands of the README; another interpreter is
# `make PYTHON=python3.13 ...`, more arguments are `make test ARGS="-k histogram"`.

PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ARGS ?=
VERSION ?= newest
BIN := .venv/bin
INSTALL := @$(PYTHON) scripts/install.py

.PHONY: demo test test-python lint type isolation bench docs changelog lock clean

demo: # a run against the built-in target: the summary, and an HTML report
	$(INSTALL)
	@$(BIN)/loadr demo $(ARGS)

test: # all tests, on all cores; those marked `system` say which Debian package they miss
	$(INSTALL) lint test
	-@$(PYTHON) scripts/install_system.py test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-python: # the packages' tests with another Python, in a clone: make test-python VERSION=3.13
	@$(PYTHON) scripts/other_python.py $(VERSION) $(or $(ARGS),packages)

lint: # style, format, import contracts, the lock
	$(INSTALL) lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/lock.py --check

type: # mypy --strict over every distribution, the scripts and the benchmarks; then as other systems and versions see them
	$(INSTALL) lint
	$(BIN)/mypy $(wildcard packages/*/src) scripts benchmarks
	$(BIN)/mypy --platform win32 --python-version 3.14 --no-warn-unreachable $(wildcard packages/*/src) scripts
	$(BIN)/mypy --platform darwin --python-version 3.13 --no-warn-unreachable $(wildcard packages/*/src) scripts

isolation: # every distribution alone with what it declares
	$(INSTALL)
	$(BIN)/python scripts/check_isolation.py $(ARGS)

bench: # loadr beside k6, wrk and Locust: CPU per request, as a table and as JSON
	$(INSTALL) bench
	$(BIN)/python scripts/install_system.py bench
	$(BIN)/python benchmarks/run.py http-closed-loop $(ARGS)

docs: # the documentation, into docs/_build/html; a warning is an error
	$(INSTALL) docs
	$(BIN)/python -m sphinx --quiet --nitpicky --fail-on-warning --keep-going --jobs auto -b html docs docs/_build/html

changelog: # the fragments of changelog.d as they will stand in CHANGELOG.md
	$(INSTALL) docs
	$(BIN)/towncrier build --draft --version next

lock: # resolve anew after a change of dependencies
	$(INSTALL)
	$(BIN)/uv lock $(ARGS)
	$(BIN)/python scripts/lock.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache docs/_build
