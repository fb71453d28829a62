# What a newcomer runs. Needs Python 3.11 or newer, git and make; scripts/prepare.py installs the rest into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo setup test bench bench-large slow lint docs wheel lock advisories

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
PORT = 8000
PREPARE = @$(PYTHON) scripts/prepare.py
BIN = .venv/bin
COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--universal --python-version 3.11 --custom-compile-command "make lock"

# Where the surroundings forbid to keep compiled modules, every start of a program compiles all of them again: each
# command and each test of a running program would take twice as long.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make demo         a fictional nation and its hub on http://127.0.0.1:8000 (another port: make demo PORT=8001)"
	@echo "make test         installs what the tests need (a browser too) and runs all of them"
	@echo "make setup        only .venv: .venv/bin/kaihoken and the developers' tools"
	@echo "make lint         ruff, mypy, import-linter"
	@echo "make bench        the performance table (some of it: make bench PARTS='proofs lists'); make bench-large, make slow: the long runs"
	@echo "make docs         writes the tables of commands, settings, problems and rules into docs/"
	@echo "make wheel        dist/kaihoken-*.whl, with the web assets and the data"
	@echo "make lock         resolves requirements/*.in again (a change of libraries)"
	@echo "make advisories   asks the registries whether a pinned library has a known weakness (docs/dependencies.md)"

demo:
	$(PREPARE) demo
	@$(BIN)/kaihoken demo --port $(PORT)

setup:
	$(PREPARE) setup

test:
	$(PREPARE) test
	@$(BIN)/python scripts/check.py

lint: setup
	@$(BIN)/python scripts/check.py --lint

slow:
	$(PREPARE) test
	@$(BIN)/pytest -m slow

bench: setup
	@$(BIN)/python -m bench $(PARTS)

bench-large: setup
	@$(BIN)/python -m bench --large $(PARTS)

docs: setup
	@$(BIN)/python scripts/write_docs.py
	@$(BIN)/python scripts/write_collection.py

wheel: setup
	@$(BIN)/python -m build --wheel

lock: setup
	@for name in core planner desk pcsc build node test generate advisories; do $(COMPILE) --upgrade requirements/$$name.in -o requirements/$$name.txt; done

advisories:
	$(PREPARE) advisories
	@$(BIN)/python scripts/advisories.py
