# Enduse. `make help` lists what can be made.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint format types rooms bench bench-names bench-flow bench-components bench-exchange clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(STAMP) ## install Enduse and its tools into .venv

demo: $(STAMP) ## make a fictional world, check it, and name the report
	$(BIN)/enduse demo --out demo

test: $(STAMP) ## run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP)
	$(BIN)/mypy

rooms: $(STAMP)
	$(BIN)/lint-imports

check: lint types rooms test ## ruff, ruff format, mypy --strict, import-linter and the tests

bench: $(STAMP) ## measure the main job at two sizes, stage by stage
	$(BIN)/python -m benchmarks.check

bench-names: $(STAMP) ## measure names beside nomenklatura, emm, rapidfuzz and splink
	$(BIN)/python -m benchmarks.names

bench-flow: $(STAMP) ## measure the goods ledger beside a rule, DuckDB, raphtory and xgboost
	$(BIN)/python -m benchmarks.flow

bench-components: $(STAMP) ## measure markings, descriptions, sales, traces and letters
	$(BIN)/python -m benchmarks.components

bench-exchange: $(STAMP) ## measure sealing, the log and private matching beside age and OpenMined
	$(BIN)/python -m benchmarks.exchange

clean: ## remove what was built
	rm -rf $(VENV) .venv-peers build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis src/*.egg-info
