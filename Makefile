# One door to everything. `make` alone lists the verbs.
SHELL := /bin/sh
BIN := .venv/bin
PY := $(BIN)/python
RUN := .venv/.run-is-ready
DEV := .venv/.dev-is-ready
BENCH := .venv/.bench-is-ready
TRAIN := .venv-train/.is-ready
ILC_DATA ?= ../shared/data
CHECKPOINTS ?= ../ilc-checkpoints
WEIGHTS := src/ilc/imaging/mri/weights
SET_UP_FROM := pyproject.toml requirements/bootstrap.txt tools/setup.sh

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench validate fit train docs lock

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

bench: $(BENCH) $(TRAIN) ## time the reasoning and the reading of MRI beside their peers
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(PY) -m benchmarks.inference
	@$(PY) -m benchmarks.mri

validate: $(DEV) ## measure what the model gets right and wrong, write docs/validation.md
	@$(BIN)/ilc validate

fit: $(DEV) ## fit link strengths jointly to the literature, write data/fitted.yaml
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(PY) -m training.knowledge_fit

train: $(DEV) $(TRAIN) ## train the network that reads MRI and fit the grades; resumes, needs ILC_DATA
	@PYTHONPATH=src:. .venv-train/bin/python -m training.mri_network --data $(ILC_DATA)/spider-t2space --checkpoints $(CHECKPOINTS) --out $(WEIGHTS)/lumbar.onnx
	@$(PY) -m training.mri_grades --data $(ILC_DATA)/spider-midsagittal

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

# torch comes by pip alone: its builds differ by machine and cannot be locked by hash with the rest.
$(TRAIN): training/requirements.txt
	@python3 -m venv .venv-train
	@.venv-train/bin/pip install --quiet --disable-pip-version-check -r training/requirements.txt
	@touch $@

$(BENCH): requirements/bench.txt $(SET_UP_FROM)
	@tools/setup.sh bench
	@touch $(RUN) $(DEV) $@
