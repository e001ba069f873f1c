# Onward. `make run` is all that a fresh machine needs: make, Python 3.11 or newer and a compiler.

PYTHON ?= python3
FAULT_RUNS ?= 240
TEST_PROCESSES ?= 2
BIN := .venv/bin

.PHONY: help setup train run test check test-unit test-faults bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

setup: ## Make both environments (does nothing when they stand)
	@$(PYTHON) tools/setup.py

train: setup ## Train the model if what it is made from changed
	@$(BIN)/onward train

run: setup ## Start everything and say where to go
	@exec $(BIN)/onward run

test: check train ## Everything that is checked before a change lands
	$(BIN)/pytest tests/unit tests/simulation -n $(TEST_PROCESSES) --dist loadfile
	$(BIN)/pytest tests --ignore tests/unit --ignore tests/simulation

check: setup ## Style, types, the direction of imports, no registry named
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	tools/check-hosts

test-unit: setup ## The quick tests only
	$(BIN)/pytest tests/unit

test-faults: setup train ## Kill every process at every step, 200 times and more
	ONWARD_TEST_FAULT_RUNS=$(FAULT_RUNS) $(BIN)/pytest tests/faults

bench: setup train ## Measure speed against stock Rasa; prints JSON
	@$(BIN)/python -m tests.bench.turns
	@$(BIN)/python -m tests.bench.acks
	@$(BIN)/python -m tests.bench.followup

lock: ## Recompile the pinned requirements
	@tools/lock $(LOCK_OPTIONS)

clean: ## Delete environments, models, logs and caches; the database and the secrets stay
	rm -rf .venv bot/.venv bot/models bot/.rasa var/uv var/log *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
