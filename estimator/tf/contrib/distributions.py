"""Distributions, those of tf.distributions and of vectors: tf.contrib.distributions."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.distributions.bernoulli": "Bernoulli",
        "estimator.functions.distributions.beta": "Beta",
        "estimator.functions.distributions.categorical": "Categorical",
        "estimator.functions.distributions.dirichlet": "Dirichlet",
        "estimator.functions.distributions.dirichlet_multinomial": "DirichletMultinomial",
        "estimator.functions.distributions.distribution": (
            "Distribution FULLY_REPARAMETERIZED NOT_REPARAMETERIZED ReparameterizationType"
        ),
        "estimator.functions.distributions.divergence": "kl_divergence RegisterKL",
        "estimator.functions.distributions.exponential": "Exponential",
        "estimator.functions.distributions.gamma": "Gamma",
        "estimator.functions.distributions.geometric": "Geometric",
        "estimator.functions.distributions.independent": "Independent",
        "estimator.functions.distributions.laplace": "Laplace",
        "estimator.functions.distributions.multinomial": "Multinomial",
        "estimator.functions.distributions.multivariate_normal": (
            "MultivariateNormalDiag MultivariateNormalDiagWithSoftplusScale MultivariateNormalFullCovariance "
            "MultivariateNormalTriL"
        ),
        "estimator.functions.distributions.normal": "Normal",
        "estimator.functions.distributions.poisson": "Poisson",
        "estimator.functions.distributions.student_t": "StudentT",
        "estimator.functions.distributions.uniform": "Uniform",
    },
)
