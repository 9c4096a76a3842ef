"""Written by `make stub` from the table in distributions.py; do not edit."""

from estimator.functions.distributions.bernoulli import Bernoulli as Bernoulli
from estimator.functions.distributions.beta import Beta as Beta
from estimator.functions.distributions.categorical import Categorical as Categorical
from estimator.functions.distributions.dirichlet import Dirichlet as Dirichlet
from estimator.functions.distributions.dirichlet_multinomial import DirichletMultinomial as DirichletMultinomial
from estimator.functions.distributions.distribution import Distribution as Distribution
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED as FULLY_REPARAMETERIZED
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED as NOT_REPARAMETERIZED
from estimator.functions.distributions.distribution import ReparameterizationType as ReparameterizationType
from estimator.functions.distributions.divergence import RegisterKL as RegisterKL
from estimator.functions.distributions.divergence import kl_divergence as kl_divergence
from estimator.functions.distributions.exponential import Exponential as Exponential
from estimator.functions.distributions.gamma import Gamma as Gamma
from estimator.functions.distributions.geometric import Geometric as Geometric
from estimator.functions.distributions.independent import Independent as Independent
from estimator.functions.distributions.laplace import Laplace as Laplace
from estimator.functions.distributions.multinomial import Multinomial as Multinomial
from estimator.functions.distributions.multivariate_normal import MultivariateNormalDiag as MultivariateNormalDiag
from estimator.functions.distributions.multivariate_normal import MultivariateNormalDiagWithSoftplusScale as MultivariateNormalDiagWithSoftplusScale
from estimator.functions.distributions.multivariate_normal import MultivariateNormalFullCovariance as MultivariateNormalFullCovariance
from estimator.functions.distributions.multivariate_normal import MultivariateNormalTriL as MultivariateNormalTriL
from estimator.functions.distributions.normal import Normal as Normal
from estimator.functions.distributions.poisson import Poisson as Poisson
from estimator.functions.distributions.student_t import StudentT as StudentT
from estimator.functions.distributions.uniform import Uniform as Uniform
