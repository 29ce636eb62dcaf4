# One environment (.venv, from requirements.lock) for everything. Needs Python 3.11 or later and make, nothing else:
#   make reports                        the main job
#   make reports PYTHON=python3.12      with another interpreter than python3
#   make lock UPGRADE=--upgrade         the newest versions that pyproject.toml allows

PYTHON ?= python3
PYTEST_ARGS ?= --numprocesses auto --maxprocesses 4 --dist loadfile
UPGRADE ?=

BIN := .venv/bin
INSTALLED := .venv/.installed
DATABASE := data/curated/wards.duckdb
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# Cells keep the ids their authors gave them; the version of Python that last saved a notebook says nothing.
NBSTRIPOUT := $(BIN)/nbstripout --keep-id --extra-keys metadata.language_info.version

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help reports docs test soak lab build check export lint lock clean distclean

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

reports: build ## build the database and render every report into reports/
	$(BIN)/wardplans report

docs: build ## write the documentation to site/; open site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

soak: $(INSTALLED) ## kill, rebuild and read at the same time for an hour
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m soak --soak

lab: $(INSTALLED) ## open JupyterLab on a guided first hour
	@test -f $(DATABASE) || $(BIN)/wardplans build
	@test -d reports/sources || $(BIN)/wardplans sources
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/start_here.ipynb

build: $(INSTALLED) ## build data/curated/wards.duckdb from data/raw
	$(BIN)/wardplans build

check: build ## show what the documents state of themselves beside what was read
	$(BIN)/wardplans check

export: build ## write the database in open formats
	$(BIN)/wardplans export

lint: $(INSTALLED) ## check style, types and that no notebook holds outputs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict src docs/theme/hooks.py
	$(if $(NOTEBOOKS),$(NBSTRIPOUT) --verify $(NOTEBOOKS))

lock: $(INSTALLED) ## write requirements.lock anew after a change of dependencies in pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --all-extras \
		--generate-hashes --no-emit-index-url --no-header $(UPGRADE) --output-file requirements.lock pyproject.toml
	@echo "Now bring environment.yml to the same versions; tests/test_packaging.py names those that differ."

clean: ## remove the database, the reports and the caches
	rm -rf data/curated/*.duckdb* data/curated/.*.duckdb*
	find reports -mindepth 1 -not -name .gitkeep -delete
	rm -rf site
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove .venv as well
	rm -rf .venv

# An environment that works is brought up to date in place; one that is missing or broken is made anew.
$(INSTALLED): requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "error: '$(PYTHON)' is not Python 3.11 or later; name one that is, as in: make reports PYTHON=python3.12" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "error: '$(PYTHON)' cannot make virtual environments; install its venv package (Debian: python3-venv)" >&2; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
