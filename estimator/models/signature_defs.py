"""The signatures of an export: one for each of a model's outputs that what is fed suffices for.

Which they are depends on both sides. Whoever feeds features by name gets what PredictOutputs have; classify and regress
take serialised tf.Examples, one tensor of them. What is left out is not an error: the log says what, and why. But if
nothing is left and more would have to be fed, it is one.

Source
------
build_all_signature_defs, TF 2.15 export_utils.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.graph.composite import Composite
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import DEFAULT_KEY, ExportOutput
from estimator.runtime.order import prune
from estimator.saved_model.signatures import is_valid_signature

Message: TypeAlias = Any  # a class made at run time


def build_all_signature_defs(
    receiver_tensors: Mapping[str, Any],
    export_outputs: Mapping[str, ExportOutput],
    receiver_tensors_alternatives: Mapping[str, Mapping[str, Any]] | None = None,
    serving_only: bool = True,
) -> dict[str, Message]:
    """Name to SignatureDef.

    Parameters
    ----------
    receiver_tensors : dict of str to Tensor
        What is fed.
    export_outputs : dict of str to ExportOutput
    receiver_tensors_alternatives : dict of str to dict, optional
        What may be fed instead, by names that come before those of the outputs: ``parsed:predict``.
    serving_only : bool
        Whether only what servers know counts: no training, no evaluation.

    Raises
    ------
    UsageError
        If none is left, since outputs need placeholders that are not fed; all of them at once.
    """
    found: dict[str, Message] = {}
    left_out: dict[str, str] = {}
    unfed: list[str] = []
    for name, output, fed in _pairs(receiver_tensors, export_outputs, receiver_tensors_alternatives or {}):
        try:
            signature = output.as_signature_def(fed)
        except ValueError as error:
            left_out[name] = str(error)
            continue
        if problem := next(_problems_of_fed(output.outputs, fed), ""):
            left_out[name] = problem
            unfed.append(f"{name}: {problem}")
        elif serving_only and not is_valid_signature(signature):
            left_out[name] = f"no server knows its method {signature.method_name!r}."
        else:
            found[name] = signature
    if not found:
        raise_problems("the signatures of the export", unfed)
    _report(found, left_out, DEFAULT_KEY if serving_only else None)
    return found


def _pairs(
    fed: Mapping[str, Any], outputs: Mapping[str, ExportOutput], alternatives: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, ExportOutput, Mapping[str, Any]]]:
    for key, output in outputs.items():
        yield str(key), output, fed  # tf.contrib.learn's only output is called None
    for name, instead in alternatives.items():
        for key, output in outputs.items():
            yield f"{name}:{key}", output, instead


def _problems_of_fed(outputs: Mapping[str, Tensor], receiver_tensors: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each placeholder that an output needs and nobody feeds."""
    fed = frozenset(_plain(receiver_tensors.values()))
    for key, tensor in outputs.items():
        needed = prune([tensor.op], fed) if tensor not in fed else []
        for op in needed:
            if op.type == "Placeholder" and fed.isdisjoint(op.outputs):
                made = f", made at {op.frame}" if op.frame else ""
                yield (
                    f"what is fed, {', '.join(sorted(receiver_tensors))}, does not suffice for the output {key!r}: it "
                    f"needs the placeholder {op.name!r}{made}. Name that in receiver_tensors, or make it a "
                    "tf.placeholder_with_default."
                )


def _plain(values: Iterable[Any]) -> Iterator[Tensor]:
    for value in values:
        yield from value.tensors if isinstance(value, Composite) else [value]


def _report(found: Mapping[str, Message], left_out: Mapping[str, str], default: str | None) -> None:
    methods: dict[str, list[str]] = {}
    for name, signature in found.items():
        methods.setdefault(signature.method_name, []).append(name)
    for method, names in methods.items():
        log.info("Signatures of the export for %s: %s.", method, ", ".join(names))
    if not found:
        reasons = " ".join(f"{name}: {reason}" for name, reason in left_out.items())
        log.warning("Export includes no signatures! Servers cannot use it. %s", reasons)
        return
    for name, reason in left_out.items():
        log.info("The export has no signature %r: %s", name, reason)
    if default is not None and default not in found:
        log.warning(
            "Export includes no default signature! Whoever asks must name one of: %s. %s",
            ", ".join(found), left_out.get(default, ""),
        )  # fmt: skip
