# Everything from a fresh clone: only Python 3.11+ (with venv) and make are needed.
# `make demo` and `make test` are the two commands of the README.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint type bench docs isolation lock clean

demo:
	@$(PYTHON) scripts/install.py
	@$(BIN)/loadr demo

test:
	@$(PYTHON) scripts/install.py test lint
	$(BIN)/python -m pytest -n 2

lint:
	@$(PYTHON) scripts/install.py lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(PYTHON) scripts/lock.py --check

type:
	@$(PYTHON) scripts/install.py test lint
	$(BIN)/mypy $(wildcard packages/*/src)

lock:
	@$(PYTHON) scripts/install.py
	$(BIN)/uv lock
	$(PYTHON) scripts/lock.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
