# Shorthands; nothing here is needed (README.md has the plain commands).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test jax mpi proofs soak soak-input interop interop-newest interop-serving interop-keras interop-data lint docs dist lowest stub bench bench-peers bench-scaling bench-serve bench-gpu clean

run: $(VENV)/installed  ## train DNNClassifier on iris into models/iris
	$(BIN)/python examples/iris/premade_estimator.py

test: $(VENV)/installed-dev  ## every test, the doctests included
	$(BIN)/python -m pytest -n auto

interop: $(VENV)/installed-dev .venv-tf/installed .venv-deepctr/installed  ## real TensorFlow reads our files, and we read its
	ESTIMATOR_INTEROP=required $(BIN)/python -m pytest -n auto --dist loadfile -m interop tests/interop

interop-newest: $(VENV)/installed-dev .venv-tf-new/installed  ## the newest TensorFlow loads our SavedModels
	ESTIMATOR_INTEROP=newest $(BIN)/python -m pytest -m interop tests/interop/test_saved_models.py \
		tests/interop/test_exports.py -k newest

interop-serving: $(VENV)/installed-dev .venv-tfs/installed .venv-triton/installed  ## the clients of other servers ask ours
	ESTIMATOR_SERVING=required $(BIN)/python -m pytest -m interop tests/interop/test_serving.py \
		tests/interop/test_open_inference.py

interop-keras: $(VENV)/installed-dev .venv-tf/installed .venv-keras/installed  ## Keras 3 and tf.keras read our models in files, and we read theirs
	ESTIMATOR_INTEROP=required ESTIMATOR_KERAS=required $(BIN)/python -m pytest -m interop tests/interop/test_keras_files.py

interop-data: .venv-data/installed  ## tables and loaders of polars, pyarrow, pandas, torch, Hugging Face and grain, as they are
	ESTIMATOR_DATA=required .venv-data/bin/python -m pytest -m interop tests/interop/test_data_libraries.py

interop-torch: .venv-torch/installed .venv-tf/installed  ## models of PyTorch come here and go back
	ESTIMATOR_TORCH=required ESTIMATOR_INTEROP=required .venv-torch/bin/python -m pytest -m interop tests/interop/test_torch.py

jax: .venv-scale/installed  ## what the executor of jax computes, and trainings by jax.distributed
	.venv-scale/bin/python -m pytest -n auto -m jax tests

mpi: .venv-scale/installed  ## trainings of several processes, by the mpiexec of the mpich wheel
	.venv-scale/bin/python -m pytest -m mpi tests

proofs: $(VENV)/installed-dev  ## what survives crashes, power failures and full disks: a sample of the cases
	$(BIN)/python -m pytest -n auto -m proof tests/reliability

soak: $(VENV)/installed-dev  ## the same, all cases: hours
	ESTIMATOR_PROOFS=whole $(BIN)/python -m pytest -n auto -m proof tests/reliability

lint: $(VENV)/installed-dev  ## what .ci/run checks before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/installed-dev $(VENV)/installed-docs  ## the manual as a site, build/docs/index.html; warnings are errors
	$(BIN)/sphinx-build -q -W --keep-going docs build/docs

dist: $(VENV)/installed-dev  ## wheel and source distribution, dist/, and the tests of what is installed from them
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m pytest -m packaging tests/packaging

lowest: .venv-lowest/installed  ## the tests of what leans on others, with the oldest versions that setup.cfg admits
	ESTIMATOR_OLDEST=required .venv-lowest/bin/python -m pytest -m packaging tests/packaging/test_oldest.py
	.venv-lowest/bin/python -m pytest -n auto -W ignore::DeprecationWarning $(LEANING)

# what leans on numpy, yaml, tensorboardX, protobuf and on the packages of extras; with old ones, warnings are theirs
LEANING := tests/formats tests/summaries tests/settings tests/core tests/model_dir tests/runtime tests/variables \
	tests/checkpoint tests/estimators tests/keras/saving tests/sklearn tests/serving/http tests/cli/commands

stub: $(VENV)/installed  ## write anew what the declarations of the ops say, and the stubs of the facades
	$(BIN)/python -m estimator.ops > estimator/graph/build.pyi
	families="$$($(BIN)/python -m estimator.ops families)" && echo "$$families" > estimator/ops/families.py
	$(BIN)/python tests/facade_stubs.py

bench: $(VENV)/installed-dev  ## our own speed, row by row; make bench ROWS="a b" for some
	$(BIN)/python -m benchmarks $(ROWS)

SERVERS := .venv-mlserver .venv-litserve
PEERS := .venv-tf .venv-jax .venv-scale .venv-torch $(SERVERS)
bench-peers: $(VENV)/installed-dev $(PEERS:=/installed)  ## beside TensorFlow, jax, torch, other servers and numpy by hand: benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks --peers $(if $(PAIRS),--pairs $(PAIRS)) $(ROWS)

bench-scaling: .venv-scale/installed  ## what steps and sums cost here, and what clusters would make of it: benchmarks/SCALING.md
	.venv-scale/bin/python -m benchmarks.scaling

soak-input: .venv-scale/installed  ## a training over more data than memory should hold, ended by force and continued: SIZE=2 (GB) RANKS=1
	.venv-scale/bin/python -m benchmarks.soak_input --gigabytes $(or $(SIZE),2) --ranks $(or $(RANKS),1)

bench-serve: $(VENV)/installed-dev $(SERVERS:=/installed)  ## the rows of serving alone, beside MLServer, LitServe and plain grpcio
	$(BIN)/python -m benchmarks --peers $(if $(PAIRS),--pairs $(PAIRS)) m n

bench-gpu: $(VENV)/installed-dev  ## the executor of jax beside plain jax and PyTorch on a GPU: benchmarks/GPU.md; skipped without one
	if command -v nvidia-smi > /dev/null; then $(MAKE) --no-print-directory .venv-gpu/installed; fi
	$(BIN)/python -m benchmarks.gpu $(if $(PAIRS),--pairs $(PAIRS))

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/installed

$(VENV)/installed-docs: $(VENV)/bin/python setup.cfg
	$(BIN)/pip install --quiet --editable '.[docs]'
	touch $@

.venv-scale/installed: setup.cfg
	$(PYTHON) -m venv .venv-scale
	.venv-scale/bin/pip install --quiet --editable '.[dev,jax,mpi]' mpich
	touch $@

# jax and torch with what NVIDIA's cards need
.venv-gpu/installed: setup.cfg
	$(PYTHON) -m venv .venv-gpu
	.venv-gpu/bin/pip install --quiet --editable . 'jax[cuda12]' torch
	touch $@

.venv-lowest/installed: setup.cfg tests/packaging/oldest.py
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python tests/packaging/oldest.py > .venv-lowest/oldest.txt
	.venv-lowest/bin/pip install --quiet --constraint .venv-lowest/oldest.txt \
		--editable '.[all]' pandas pytest pytest-xdist hypothesis
	touch $@

# 2.15.1 is the last TensorFlow that has tf.estimator; newer Pythons get what there is for them
.venv-tf/installed:
	$(PYTHON) -m venv .venv-tf
	.venv-tf/bin/pip install --quiet "$$(.venv-tf/bin/python -c \
		'import sys; print("tensorflow-cpu" + ("==2.15.1" if sys.version_info[:2] == (3, 11) else ""))')"
	.venv-tf/bin/pip install --quiet --no-deps tf-slim==1.1.0  # tf.contrib.layers, kept alive
	touch $@

# Estimators that a package of others defines; both sides import it from there
.venv-deepctr/installed: .venv-tf/installed
	.venv-tf/bin/pip install --quiet --no-deps --target .venv-deepctr deepctr==0.9.4
	touch $@

.venv-tf-new/installed:
	$(PYTHON) -m venv .venv-tf-new
	.venv-tf-new/bin/pip install --quiet tensorflow-cpu==2.21.0
	touch $@

# the client of TensorFlow Serving; it needs tensorflow itself, tensorflow-cpu will not do
.venv-tfs/installed:
	$(PYTHON) -m venv .venv-tfs
	.venv-tfs/bin/pip install --quiet tensorflow==2.21.0 tensorflow-serving-api==2.21.0
	touch $@

.venv-triton/installed:
	$(PYTHON) -m venv .venv-triton
	.venv-triton/bin/pip install --quiet 'tritonclient[grpc,http]==2.73.0'
	touch $@

# Keras 3 with jax below it, by which it trains
.venv-keras/installed:
	$(PYTHON) -m venv .venv-keras
	.venv-keras/bin/pip install --quiet keras==3.15.1 jax==0.10.2 h5py
	touch $@

.venv-jax/installed:
	$(PYTHON) -m venv .venv-jax
	.venv-jax/bin/pip install --quiet jax==0.10.2
	touch $@

# torch from its own index, where it comes without what graphic cards need
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.venv-torch/installed:
	$(PYTHON) -m venv .venv-torch
	.venv-torch/bin/pip install --quiet --extra-index-url $(TORCH_INDEX) \
		--editable . pytest hypothesis pytest-xdist torch==2.13.0+cpu safetensors ml_dtypes  # another torch is another peer
	touch $@

# MLServer starts its workers in a way that newer uvloops refuse
.venv-mlserver/installed:
	$(PYTHON) -m venv .venv-mlserver
	.venv-mlserver/bin/pip install --quiet mlserver==1.7.1 'uvloop<0.22'
	touch $@

.venv-litserve/installed:
	$(PYTHON) -m venv .venv-litserve
	.venv-litserve/bin/pip install --quiet litserve==0.2.19 numpy
	touch $@

.venv-data/installed:
	$(PYTHON) -m venv .venv-data
	.venv-data/bin/pip install --quiet --extra-index-url $(TORCH_INDEX) \
		--editable . pytest hypothesis pytest-xdist pandas polars pyarrow duckdb scipy torch torchdata datasets grain
	touch $@

clean:  ## the environments and everything that can be made again
	rm -rf .venv .venv-ci .venv-scale .venv-gpu .venv-lowest .venv-tf .venv-tf-new .venv-jax .venv-torch $(SERVERS) .venv-tfs .venv-triton .venv-keras .venv-data build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
