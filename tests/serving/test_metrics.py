"""What a server counts, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from estimator.core.errors import NOT_FOUND, OK, NotFoundError
from estimator.serving.metrics import Metrics
from estimator.serving.models import ModelSpec
from estimator.serving.service import Call, Service
from tests.serving.grpc.served import service_of_half_plus_two


@pytest.fixture
def service() -> Iterator[Service]:
    service = service_of_half_plus_two()
    yield service
    service.models.close()


def _tell(service: Service, call: Call) -> None:
    for listener in service.listeners:
        listener(call)


def test_requests_are_counted_by_what_became_of_them(service: Service) -> None:
    metrics = Metrics(service)
    for _ in range(2):
        service.predict(ModelSpec("half"), {"x": np.zeros(1, np.float32)})
    with pytest.raises(NotFoundError):
        service.predict(ModelSpec("strange"), {})
    lines = metrics.text().splitlines()
    assert 'estimator_requests_total{method="predict",model="half",code="OK"} 2' in lines
    assert 'estimator_requests_total{method="predict",model="",code="NOT_FOUND"} 1' in lines
    assert "strange" not in metrics.text()


def test_times_fall_into_buckets_that_contain_the_smaller_ones(service: Service) -> None:
    metrics = Metrics(service)
    for seconds in (0.0001, 0.0002, 0.003, 60.0):
        _tell(service, Call("regress", "half", OK, seconds))
    label = 'method="regress",model="half"'
    lines = metrics.text().splitlines()
    for bound, count in (
        ("0.0001", 1),
        ("0.00025", 2),
        ("0.0025", 2),
        ("0.005", 3),
        ("10.0", 3),
        ("+Inf", 4),
    ):
        assert f'estimator_request_seconds_bucket{{{label},le="{bound}"}} {count}' in lines
    assert f"estimator_request_seconds_count{{{label}}} 4" in lines
    assert f"estimator_request_seconds_sum{{{label}}} 60.0033" in metrics.text()


def test_a_metric_is_described_once_before_its_lines(service: Service) -> None:
    metrics = Metrics(service)
    _tell(service, Call("predict", "half", OK, 0.1))
    _tell(service, Call("predict", 'with "quotes"\\\n', NOT_FOUND, 0.1))
    lines = metrics.text().splitlines()
    first = lines.index("# TYPE estimator_requests_total counter")
    assert lines[first - 1].startswith("# HELP estimator_requests_total ")
    assert lines[first + 2] == (
        'estimator_requests_total{method="predict",model="with \\"quotes\\"\\\\\\n",code="NOT_FOUND"} 1'
    )
    assert metrics.text().endswith("\n")
    assert lines.count("# TYPE estimator_request_seconds histogram") == 1


def test_what_is_served_and_who_waits_is_told(service: Service) -> None:
    metrics = Metrics(service)
    metrics.count_response(200)
    with service.gate.admitted():
        lines = metrics.text().splitlines()
    assert "estimator_requests_running 1" in lines
    assert "estimator_requests_waiting 0" in lines
    assert 'estimator_http_responses_total{status="200"} 1' in lines
    assert 'estimator_model_version_state{model="half",version="3",state="AVAILABLE"} 1' in lines
