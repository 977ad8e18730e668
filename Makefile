# Everything a newcomer needs: `make run` to try the bot, `make test` to prove it.
# The targets install what they need into .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install run test test-browser slack-types render-all lint format check bench score fuzz lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/runtime.stamp: requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("winerr needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "winerr: the module venv is missing (Debian: apt install python3-venv)"; rm -rf $(VENV); exit 1; }
	@echo "installing winerr into $(VENV)"
	@sed '/^# postgres/,$$d' requirements.lock > $(VENV)/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/winerr build
	@touch $@

$(VENV)/development.stamp: $(VENV)/runtime.stamp
	@echo "installing the test tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

install: $(VENV)/runtime.stamp  ## install the command as .venv/bin/winerr

# With Slack tokens in the environment or in .env the bot joins Slack; without, it runs for real
# in the local workspace.
run: $(VENV)/runtime.stamp  ## run the bot (in Slack with tokens, else in the local workspace)
	@if [ -n "$$SLACK_BOT_TOKEN$$SLACK_APP_TOKEN$$SLACK_SIGNING_SECRET" ] || { [ -f .env ] && grep -qE '^ *SLACK_(BOT_TOKEN|APP_TOKEN|SIGNING_SECRET) *= *[^ #]' .env; }; \
	then exec $(BIN)/winerr run; else exec $(BIN)/winerr workspace; fi

test: $(VENV)/development.stamp  ## run the tests (browser tests only where Chromium is)
	@$(BIN)/python -m pytest

test-browser: $(VENV)/development.stamp  ## run only the browser tests
	@$(BIN)/python -m pytest -m browser

build/slack-types/node_modules: tests/data/slack-types/package-lock.json
	@mkdir -p build/slack-types
	@cp tests/data/slack-types/package.json tests/data/slack-types/package-lock.json build/slack-types
	@npm ci --prefix build/slack-types --silent --no-fund --no-audit --ignore-scripts
	@touch $@

slack-types: build/slack-types/node_modules  ## install Slack's own types, for the test of every code (needs npm)

render-all: $(VENV)/development.stamp  ## render what is said about every code, before all judges (minutes)
	@$(BIN)/python scripts/render_all.py

lint: $(VENV)/development.stamp  ## style, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/development.stamp  ## put the code into the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: $(VENV)/runtime.stamp  ## check every article, playbook and code table
	@$(BIN)/winerr check

# `make bench BENCH="--only memory --full"` chooses.
bench: $(VENV)/development.stamp  ## measure speed and memory, as ratios in one run
	@$(BIN)/python -m benchmarks $(BENCH)

score: $(VENV)/development.stamp  ## measure quality over labelled texts
	@$(BIN)/python scripts/score.py
	@$(BIN)/python scripts/score_search.py
	@$(BIN)/python scripts/playbook_coverage.py

# `make fuzz FUZZ="--seconds 300 extraction java"` chooses; without, every target for a minute.
fuzz: $(VENV)/development.stamp  ## let a fuzzer look for texts that break extraction or a parser
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	@$(BIN)/python scripts/fuzz.py $(FUZZ)

$(VENV)/audit/bin/pip-audit:
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0

audit: $(VENV)/audit/bin/pip-audit  ## ask the advisory databases about every pinned package
	@$(VENV)/audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements.lock

sbom: $(VENV)/runtime.stamp $(VENV)/audit/bin/pip-audit  ## write build/sbom.json (CycloneDX) of what winerr needs to run
	@mkdir -p build
	@$(VENV)/audit/bin/cyclonedx-py requirements --output-reproducible --output-file build/sbom.json $(VENV)/runtime.txt
	@echo "build/sbom.json: written"

lock: $(VENV)/development.stamp  ## pin the dependencies anew (needs uv)
	@$(BIN)/python scripts/lock.py

clean:  ## remove everything that was built
	rm -rf $(VENV) build dist *.egg-info knowledge/compiled.sqlite*
