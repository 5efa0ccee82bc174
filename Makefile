# make run    the baseline, its figures on the screen and its files in runs/baseline-seed1
# make test   style, types and tests: what .ci/run does
# make test-thorough   the longest statistical tests, some minutes more
# make docs   the handbook, in site/: open site/index.html
# make data RAW=folder   rebuild the shipped tables from the raw series
# make test-pythons   the tests on every Python that is found from 3.11 to 3.13
# make bench  speed and memory by size
# make results   every page of results anew, some hours: docs/results.mk
# make soak   fifty years in a coarse world: does anything explode or die out?
# make clean  remove what these commands made, runs/ excepted
#
# Another Python than the one found: make PYTHON=/path/to/python3.12 …

SHELL := /bin/bash
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo "$$name"; break; }; done)
BIN := .venv/bin
# Byte code is made after installing, on all cores, and none for the tests of others.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
BYTE_CODE = $(BIN)/python -m compileall -qq -j 0 -x 'site-packages/.*/tests/' \
	"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" || true
# The tests occupy all cores already, and a hundred processes read the same byte code.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -q -n auto --dist worksteal
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test checked compiled test-thorough test-pythons docs data raw-is-named bench soak clean

run: .venv/installed
	@$(BIN)/talentmarket run baseline --persons-per-agent 2 --out runs/baseline-seed1 --force

test: .venv/installed-dev
	@$(MAKE) --no-print-directory --jobs 2 checked compiled
	@$(PYTEST) -m "not thorough"

checked: .venv/installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# Loops are compiled once, while types are checked, and not by every process of the tests.
compiled: .venv/installed-dev
	@$(BIN)/python -c 'import talentmarket; talentmarket.run("small", persons_per_agent=2000)'

# The longest statistical tests, some minutes more.
test-thorough: .venv/installed-dev
	@$(PYTEST) -m thorough

# Python 3.11 gets Mesa 3.3, later ones the newest Mesa that is admitted.
PYTHONS ?= python3.11 python3.12 python3.13
test-pythons:
	@for python in $(PYTHONS); do command -v "$$python" >/dev/null || continue; \
		folder=".venv-pythons/$$($$python -c 'import platform; print(platform.python_version())')"; \
		"$$python" -m venv "$$folder" && "$$folder/bin/pip" install --quiet \
		--disable-pip-version-check --editable '.[dev]' || exit 1; \
		"$$folder/bin/python" -c 'import mesa, sys; print(sys.version.split()[0], "Mesa", mesa.__version__)'; \
		"$$folder/bin/pytest" -q -n auto --dist loadfile || exit 1; done

docs: .venv/installed-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "The handbook is in site/index.html. It can be searched when served:"
	@echo "$(BIN)/python -m http.server --bind 127.0.0.1 --directory site"

data: raw-is-named .venv/installed
	@$(BIN)/python -m model.data.build "$(RAW)"

raw-is-named:
	@test -n "$(RAW)" || { echo "Say where the raw series are: make data RAW=folder"; exit 2; }

bench: .venv/installed-dev
	@$(BIN)/python benchmarks/month.py

soak: .venv/installed-dev
	@$(BIN)/python benchmarks/soak.py

clean:
	rm -rf .venv .venv-pythons site build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find agents model experiments talentmarket tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make the second start immediate; a changed pyproject.toml installs anew.
.venv/installed: pyproject.toml | .venv/bin/python
	@echo "Installing what a run needs (once) …"
	@$(PIP) --editable .
	@$(BYTE_CODE)
	@touch $@

.venv/installed-docs: pyproject.toml | .venv/bin/python
	@echo "Installing what the handbook needs (once) …"
	@$(PIP) --editable '.[docs]'
	@$(BYTE_CODE)
	@touch $@ .venv/installed

.venv/installed-dev: pyproject.toml | .venv/bin/python
	@echo "Installing what the tests need (once) …"
	@$(PIP) --editable '.[dev]'
	@$(BYTE_CODE)
	@touch $@ .venv/installed .venv/installed-docs

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and was not found;" \
		"install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 2; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; echo "Python could not make .venv;" \
		"on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }

include docs/results.mk
