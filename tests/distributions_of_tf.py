"""Calls of methods of ``tf.distributions``, with numbers that tests/values_of_tf.py has.

They are evaluated as those are, by TensorFlow and by this package. tests/data/tf/distributions.json has TensorFlow's
answers.
"""

from __future__ import annotations

DENSITIES = "log_prob prob"
TAILS = "cdf log_cdf survival_function log_survival_function"
SHAPES = "batch_shape_tensor event_shape_tensor is_scalar_batch is_scalar_event"

# A distribution; a value and the methods that take it; methods of no value.
ROWS = [
    ("Normal(x, p)", "y", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("Normal(x, p)", "f", "quantile", ""),
    ("Normal(0.5, 2.0)", "y", f"{DENSITIES} {TAILS}", f"mean stddev entropy {SHAPES}"),
    ("Normal(x, p[:1])", "tf.stack([x, y])", "log_prob cdf", "mean variance mode entropy batch_shape_tensor"),
    ("Normal(x[0], q)", "y[0]", "log_prob log_cdf", "mean stddev"),
    ("Normal(0.0, 1.0)", "[-30.0, -10.5, -9.5, -1.0, 0.0, 1.0, 4.5, 5.5, 30.0]", TAILS, ""),
    ("Normal(0.0, 1.0)", "x * 20.0", "log_cdf log_survival_function", ""),
    ("Normal(tf.cast(x, tf.float64), tf.cast(p, tf.float64))", "tf.cast(x, tf.float64) * 30.0", TAILS, "entropy"),
    ("Normal(0.0, 1.0)", "[0.0, 1.0, 1e-30, 0.5]", "quantile", ""),
    ("Normal(x, p * 0.0)", "y", "log_prob", "entropy"),
    ("Normal([1.0, 2.0], scale=[11.0, 22.0])", "[0, 1]", "prob", "variance"),
    ("Laplace(x, p)", "y", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("Laplace(0.0, p)", "[[-100.0], [90.0]]", TAILS, "mean stddev"),
    ("Laplace(x, 2.0)", "x", "log_prob cdf log_cdf", "entropy"),
    ("Uniform(x, x + p)", "y", f"{DENSITIES} cdf survival_function", f"mean variance stddev entropy range {SHAPES}"),
    ("Uniform()", "[-1.0, 0.0, 0.5, 1.0, 2.0, np.nan]", f"{DENSITIES} {TAILS}", "mean variance stddev entropy"),
    ("Uniform(0.0, q)", "p[0]", f"prob {TAILS}", "range"),
    ("Uniform(0.0, q[0])", "tf.stack([p, q])", "prob cdf", ""),
    ("Bernoulli(logits=x)", "[[0, 1, 1], [1, 0, 0]]", DENSITIES, f"mean variance stddev mode entropy {SHAPES}"),
    ("Bernoulli(probs=f)", "[[0, 1, 1], [1, 0, 0]]", DENSITIES, "mean variance stddev mode entropy"),
    ("Bernoulli(probs=f)", "b", DENSITIES, ""),
    ("Bernoulli(probs=f, dtype=tf.float32)", "1.0", "log_prob", "mode"),
    ("Bernoulli(probs=[0.0, 0.5, 1.0])", "[[0], [1]]", "prob", "mean entropy mode"),
    ("Bernoulli(logits=x[0])", "[[0, 1, 1], [1, 0, 0]]", "log_prob", ""),
    ("Bernoulli(0.3, dtype=tf.int64)", "[0, 1]", "log_prob", f"mode {SHAPES}"),
    ("Bernoulli(0.3)", "0.25", "log_prob", ""),
    ("Beta(p, q)", "f", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("Beta(p + 1.0, 2.0)", "f", "log_prob cdf", "mean mode entropy"),
    ("Beta([1.0, 2.0, 0.5, 3.0], [1.0, 3.0, 3.0, 0.5])", "[[0.0], [1.0], [0.5]]", "prob", "mode variance"),
    ("Beta(2.0, 3.0)", "[-0.5, 1.5]", "log_prob", "entropy"),
    ("Gamma(p, q)", "tf.abs(x)", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("Gamma(p, 2.0)", "tf.stack([p, q])", "log_prob cdf", "mean mode"),
    ("Gamma([1.0, 2.0, 0.5], [1.0, 3.0, 3.0])", "[[0.0], [2.0], [-1.0]]", "prob log_prob", "mode variance"),
    ("Exponential(p)", "q", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("Exponential(2.0)", "[0.0, 1.0, -1.0]", f"{DENSITIES} log_survival_function", "mean"),
    ("StudentT(p, x, q)", "y", f"{DENSITIES} {TAILS}", f"mean variance stddev mode entropy {SHAPES}"),
    ("StudentT(p + 2.0, x, -q)", "y", "log_prob cdf", "mean variance stddev entropy"),
    ("StudentT(p, x[0], 2.0)", "tf.stack([x, y])", "log_prob", "mean variance mode entropy"),
    ("StudentT([0.5, 1.0, 1.5, 2.0, 2.5], 1.0, 3.0)", "[1.0]", "prob cdf", "mean variance stddev"),
    ("Categorical(logits=x)", "[2, 0]", f"{DENSITIES} {TAILS}", f"mode entropy {SHAPES}"),
    ("Categorical(probs=tf.nn.softmax(x))", "[[1, 2], [0, 0], [2, 1]]", f"{DENSITIES} cdf", "mode entropy"),
    ("Categorical(logits=t)", "n[:, None]", "log_prob cdf", f"mode entropy {SHAPES}"),
    ("Categorical(logits=v)", "[[0, 4], [2, 3]]", "prob cdf", f"mode entropy {SHAPES}"),
    ("Categorical(logits=v, dtype=tf.float32)", "[1.0, 3.0]", "log_prob", "mode"),
    ("Categorical(logits=v, dtype=tf.int64)", "k[4:]", "log_prob", "mode"),
    ("Categorical(logits=t)", "1", "log_prob cdf", ""),
    ("Categorical(probs=[[0.0, 1.0], [0.5, 0.5]])", "[[0], [1]]", "prob", "mode"),
    ("Categorical(logits=x)", "n[0]", "log_prob", ""),
    ("Dirichlet(p)", "tf.nn.softmax(x)", DENSITIES, f"mean variance stddev covariance entropy {SHAPES}"),
    ("Dirichlet(p[0])", "tf.nn.softmax(x)", "log_prob", f"mean covariance mode entropy {SHAPES}"),
    ("Dirichlet(q[1] + 1.0)", "[1.0, 0.0, 0.0]", "log_prob", "mode"),
    ("Multinomial([4.0, 3.0], logits=x)", "[[1.0, 1.0, 2.0], [0.0, 3.0, 0.0]]", DENSITIES, f"mean variance covariance {SHAPES}"),
    ("Multinomial(4.0, probs=tf.nn.softmax(x))", "[1.0, 1.0, 2.0]", DENSITIES, f"mean variance stddev covariance {SHAPES}"),
    ("Multinomial(q[:, 0], x[0])", "p", "log_prob", "mean variance batch_shape_tensor"),
    ("DirichletMultinomial(4.0, p)", "[[1.0, 1.0, 2.0], [0.0, 4.0, 0.0]]", DENSITIES, f"mean variance stddev covariance {SHAPES}"),
    ("DirichletMultinomial(4.0, p[0])", "[[1.0, 1.0, 2.0], [0.0, 4.0, 0.0]]", "log_prob", f"mean variance {SHAPES}"),
]  # fmt: skip

# Two distributions of which one's distance from the other is known.
PAIRS = [
    ("Normal(x, p)", "Normal(y, q)"),
    ("Normal(x, p)", "Normal(0.0, 1.0)"),
    ("Normal(1.0, 2.0)", "Normal(1.0, 2.0)"),
    ("Bernoulli(logits=x)", "Bernoulli(logits=y)"),
    ("Bernoulli(probs=f)", "Bernoulli(0.3)"),
    ("Beta(p, q)", "Beta(q, p)"),
    ("Beta(1.0, q[0])", "Beta(q, p)"),
    ("Categorical(logits=x)", "Categorical(logits=y)"),
    ("Categorical(probs=tf.nn.softmax(x))", "Categorical(logits=x[0])"),
    ("Dirichlet(p)", "Dirichlet(q)"),
    ("Dirichlet(p[0])", "Dirichlet(q)"),
    ("Gamma(p, q)", "Gamma(q, p)"),
    ("Gamma(p, q)", "Exponential(p)"),
    ("Exponential(p)", "Gamma(q, 1.0)"),
    ("Exponential(p)", "Exponential(q)"),
]

CALLS = list(
    dict.fromkeys(
        [
            *(
                f"tf.distributions.{made}.{method}({value})"
                for made, value, methods, _ in ROWS
                for method in methods.split()
            ),
            *(
                f"tf.distributions.{made}.{method}()"
                for made, _, _, methods in ROWS
                for method in methods.split()
            ),
            *(
                f"tf.distributions.kl_divergence(tf.distributions.{a}, tf.distributions.{b})"
                for a, b in PAIRS
            ),
            *(f"tf.distributions.{a}.kl_divergence(tf.distributions.{b})" for a, b in PAIRS[::4]),
            *(f"tf.distributions.{a}.cross_entropy(tf.distributions.{b})" for a, b in PAIRS),
        ]
    )
)
