# Two commands do everything on a machine with Python 3.11+ and make:
#   make demo   installs into .venv and runs the main job on a simulated region
#   make test   installs the development tools too and runs every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet
DEMO_DIR ?= demo-out

.DEFAULT_GOAL := help
.PHONY: help bench bench-lock demo test check lock docs clean

help: ## say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "minewatch needs Python 3.11 or newer; run make with PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock pyproject.toml
	@echo "installing minewatch into $(VENV) (one or two minutes the first time)"
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run ## install, rehearse June 2021 in Ya'an on simulated meters, screen them, write report and findings
	$(BIN)/minewatch demo --out $(DEMO_DIR)

test: $(VENV)/.dev ## install, check style, types and architecture, run all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

lock: ## write the two lock files again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -c requirements.lock -o requirements-dev.lock

bench: $(VENV)/.dev ## measure detection and speed beside their peers and write docs/benchmarks.md (needs the shared data; an hour)
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-bench.lock
	OMP_NUM_THREADS=1 PYTHONPATH=src:bench/detection $(BIN)/python bench/detection/train.py
	OMP_NUM_THREADS=1 PYTHONPATH=src:bench/detection $(BIN)/python bench/detection/refine.py
	OMP_NUM_THREADS=1 PYTHONPATH=src:bench/detection $(BIN)/python bench/detection/glance.py
	OMP_NUM_THREADS=1 PYTHONPATH=src:bench/detection $(VENV)-bench/bin/python bench/detection/peers.py
	PYTHONPATH=src:bench/detection $(BIN)/python bench/detection/report.py --write
	OMP_NUM_THREADS=1 PYTHONPATH=src:bench/detection $(BIN)/python bench/detection/unseen.py --write
	PYTHONPATH=src $(VENV)-bench/bin/python bench/speed/screening.py --write

bench-lock: ## write the bench environment's lock file again (needs uv)
	uv pip compile bench/requirements-bench.in --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make bench-lock" -q -o requirements-bench.lock

docs: $(VENV)/.dev ## write the generated pages (words, CLI) again
	$(BIN)/python -m minewatch.cli.docs docs
	PYTHONPATH=src:tests $(BIN)/python tests/access_table.py

clean: ## remove what the commands made
	rm -rf $(VENV) $(DEMO_DIR) .pytest_cache .mypy_cache .ruff_cache
