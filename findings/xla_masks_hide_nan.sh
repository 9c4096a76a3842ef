#!/usr/bin/env bash
# jax 0.10.2 on a CPU: under jit a product with a mask is 0 where the mask is false, also where the other factor is NaN or
# infinite; and (x / y) / y is x / (y * y), which is NaN or infinite where y * y is too small for the type.
#
# numpy, and jax without jit, give NaN for NaN * 0 and infinity * 0, and 0 and 1e30 for the quotients: XLA takes the
# product with a converted mask for a choice, and divides once. A loss that is multiplied by a mask of padding loses its
# NaN this way, so that a check for NaN sees nothing; and every gradient towards a divisor is such a quotient.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "jax==0.10.2" "jaxlib==0.10.2" "numpy==2.4.6"
cd "$folder"
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PY'
import jax
import jax.numpy as jnp
import numpy as np

print("jax", jax.__version__)


def masked(values, mask):
    return values * mask.astype(np.float32)


def twice_divided(x, y):
    return (x / y) / y


def shown(found):
    return np.asarray(found).tolist()


values, mask = np.array([np.nan, np.inf, 2], np.float32), np.array([False, False, True])
x, y = np.array([0, 1e-30], np.float32), np.array([1e-30, 1e-30], np.float32)
with np.errstate(invalid="ignore"):
    by_numpy = masked(values, mask)
eager, compiled = masked(jnp.asarray(values), jnp.asarray(mask)), jax.jit(masked)(values, mask)
print("masked: numpy", shown(by_numpy), "jax", shown(eager), "jit", shown(compiled))
assert np.isnan(by_numpy[:2]).all() and np.isnan(eager[:2]).all()
assert shown(compiled) == [0, 0, 2], "jit keeps the NaN now"

by_numpy, eager = twice_divided(x, y), twice_divided(jnp.asarray(x), jnp.asarray(y))
compiled = jax.jit(twice_divided)(x, y)
print("divided twice: numpy", shown(by_numpy), "jax", shown(eager), "jit", shown(compiled))
np.testing.assert_allclose(by_numpy, [0, 1e30], rtol=1e-5)
np.testing.assert_allclose(eager, by_numpy, rtol=1e-5)
assert np.isnan(compiled[0]) and np.isinf(compiled[1]), "jit divides twice now"
PY
