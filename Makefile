# Shorthands; nothing here is needed (README.md has the plain commands).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test interop interop-data lint stub bench clean

run: $(VENV)/installed  ## train DNNClassifier on iris into models/iris
	$(BIN)/python examples/iris/premade_estimator.py

test: $(VENV)/installed-dev  ## every test, the doctests included
	$(BIN)/python -m pytest -n auto

interop: $(VENV)/installed-dev .venv-tf/installed  ## real TensorFlow reads our files, and we read its
	ESTIMATOR_INTEROP=required $(BIN)/python -m pytest -n auto --dist loadfile -m interop tests/interop

interop-data: .venv-data/installed  ## tables and loaders of polars, pyarrow, pandas, torch, Hugging Face and grain, as they are
	ESTIMATOR_DATA=required .venv-data/bin/python -m pytest -m interop tests/interop/test_data_libraries.py

lint: $(VENV)/installed-dev  ## what .ci/run checks before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

stub: $(VENV)/installed  ## write anew what the declarations of the ops say, and the stubs of the facades
	$(BIN)/python -m estimator.ops > estimator/graph/build.pyi
	families="$$($(BIN)/python -m estimator.ops families)" && echo "$$families" > estimator/ops/families.py
	$(BIN)/python tests/facade_stubs.py

bench: $(VENV)/installed  ## iris steps per second, the time of `import estimator`, updates of rows, hashes, columns, CNN, LSTM, loops
	$(BIN)/python benchmarks/iris_steps.py
	$(BIN)/python benchmarks/row_updates.py
	$(BIN)/python benchmarks/many_variables.py 1000 3000
	$(BIN)/python benchmarks/hashing.py
	$(BIN)/python benchmarks/columns.py
	$(BIN)/python benchmarks/cnn.py
	$(BIN)/python benchmarks/lstm.py
	$(BIN)/python benchmarks/loops.py
	$(BIN)/python benchmarks/input_files.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/installed

# 2.15.1 is the last TensorFlow that has tf.estimator; newer Pythons get what there is for them
.venv-tf/installed:
	$(PYTHON) -m venv .venv-tf
	.venv-tf/bin/pip install --quiet "$$(.venv-tf/bin/python -c \
		'import sys; print("tensorflow-cpu" + ("==2.15.1" if sys.version_info[:2] == (3, 11) else ""))')"
	.venv-tf/bin/pip install --quiet --no-deps tf-slim==1.1.0  # tf.contrib.layers, kept alive
	touch $@

# torch from its own index, where it comes without what graphic cards need
.venv-data/installed:
	$(PYTHON) -m venv .venv-data
	.venv-data/bin/pip install --quiet --extra-index-url https://download.pytorch.org/whl/cpu \
		--editable . pytest hypothesis pytest-xdist pandas polars pyarrow duckdb scipy torch torchdata datasets grain
	touch $@

clean:  ## the environments and everything that can be made again
	rm -rf .venv .venv-ci .venv-tf .venv-data build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
