# One door to everything. `make` alone lists the verbs.
SHELL := /bin/sh
BIN := .venv/bin
PY := $(BIN)/python
RUN := .venv/.run-is-ready
DEV := .venv/.dev-is-ready
BENCH := .venv/.bench-is-ready
SET_UP_FROM := pyproject.toml requirements/bootstrap.txt tools/setup.sh

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench validate fit docs lock

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUN) ## make .venv with everything needed to run

demo: $(RUN) ## set up, diagnose the example patients, say where the reports are
	@$(PY) -m tools.demo

test: $(DEV) ## set up and run all tests
	@$(PY) -m pytest -n 2

check: $(DEV) ## format, lint, types, layers, sizes, licences, pages, knowledge
	@$(PY) -m tools.check

fix: $(DEV) ## format and repair what can be repaired without thought
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(BENCH) ## time the reasoning and compare it with the second road
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(PY) -m benchmarks.inference

validate: $(DEV) ## measure what the model gets right and wrong, write docs/validation.md
	@$(BIN)/ilc validate

fit: $(DEV) ## fit link strengths jointly to the literature, write data/fitted.yaml
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(PY) -m training.knowledge_fit

docs: $(DEV) ## write the generated pages and JSON Schemas again
	@$(PY) -m tools.publish --write
	@$(PY) -m tools.third_party --write

lock: $(DEV) ## resolve the dependencies again and write requirements/
	@$(PY) -m tools.lock

$(RUN): requirements/run.txt $(SET_UP_FROM)
	@tools/setup.sh run
	@touch $@

$(DEV): requirements/dev.txt $(SET_UP_FROM)
	@tools/setup.sh dev
	@touch $(RUN) $@

$(BENCH): requirements/bench.txt $(SET_UP_FROM)
	@tools/setup.sh bench
	@touch $(RUN) $(DEV) $@
