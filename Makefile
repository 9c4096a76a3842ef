# Shorthands; nothing here is needed (README.md has the plain commands).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint stub bench clean

run: .venv/installed  ## train DNNClassifier on iris into models/iris
	$(BIN)/python examples/iris/premade_estimator.py

test: .venv/installed-dev  ## every test, the doctests included
	$(BIN)/python -m pytest

lint: .venv/installed-dev  ## what .ci/run checks before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

stub: .venv/installed  ## write estimator/graph/build.pyi anew from the declared ops
	$(BIN)/python -m estimator.ops > estimator/graph/build.pyi

bench: .venv/installed  ## iris steps per second and the time of `import estimator`
	$(BIN)/python benchmarks/iris_steps.py

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/installed-dev: .venv/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ .venv/installed

clean:  ## the environments and everything that can be made again
	rm -rf .venv .venv-ci build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
