"""The map of a dataset, which lets many elements go through its function in one call where that is the same.

A tensor of the function is *stacked* if, given the arguments of many elements one upon the other, the same operations
give what it is for each of them one upon the other: of a text that is parsed, of numbers that are added. All that is
stacked is computed for as many elements as are asked for at once; a batch is read so. What is left is run for each
element, with the stacked tensors that it needs. Operations are on the list below only if each number comes out the
same, to the last bit, whatever stands beside it.

If something fails for many elements, each goes through alone, so that the error is that of the first that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from typing import Any

from estimator.core.frozen import frozen, mutable
from estimator.core.shapes import TensorShape
from estimator.graph.function import FunctionGraph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.batch import stack
from estimator.pipeline.element import Array, Element
from estimator.pipeline.functions import MappedRows, Running, describe_body, works_on_host
from estimator.pipeline.specs import SparseTensorSpec, Spec, TensorSpec
from estimator.pipeline.stage import Context, Rows, Stage, Step, Stream, Tickets
from estimator.pipeline.structure import leaves

_FEWEST = 4  # elements that go through together
_NO_TWO_BATCHES = 1 << 62  # as the size of a row: a block is one batch


@frozen(eq=False)
class MapNode(Step):
    """A function of each element."""

    body: FunctionGraph
    returned: Any
    captured: tuple[Array, ...] = ()

    @property
    def spec(self) -> Any:
        """What the function returned."""
        return self.returned

    @property
    def takes_time(self) -> bool:
        """Whether the function decodes something or calls Python, unless the elements take time already."""
        return self.input.takes_time or works_on_host(self.body)

    def describe(self) -> list[Any]:
        """The operations of the function, by which an interrupted input is recognised."""
        return ["map", describe_body(self.body), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """The input's tickets, redeemed through the function."""
        stage, rows, indexed = self.input.start(context)
        return Stream(stage, self._rows(rows, context), indexed)

    def _rows(self, rows: Rows, context: Context) -> Rows:
        given, returned = leaves(self.input.spec), leaves(self.returned)
        found = context.planned.get((Stacked, self.body))
        if found is None:
            found = context.planned[Stacked, self.body] = Stacked.of(self.body, given, returned)
        if not found.results:
            return MappedRows(rows, Running(self.body, context, self.captured, returned))
        specs = returned if found.is_whole else ()
        ahead = Running(self.body, context, self.captured, specs, results=found.results)
        stacked = StackedRows(rows, given, ahead, found)
        if found.is_whole:
            return stacked
        return MappedRows(stacked, Running(self.body, context, self.captured, returned, given=found.results))


# -- what is stacked ---------------------------------------------------------------------------------------------------

_PARSERS = frozenset(("DecodeCSV", "DecodeRaw", "ParseExampleV2", "ParseSingleExample"))
_EACH_FOR_ITSELF = frozenset(
    "Abs Add AddV2 AsString BitwiseAnd BitwiseOr BitwiseXor Cast Ceil Div DivNoNan Equal Floor FloorDiv FloorMod "
    "Greater GreaterEqual Identity IsFinite IsInf IsNan Less LessEqual LogicalAnd LogicalNot LogicalOr "
    "LookupTableFindV2 Maximum Minimum Mod Mul Neg NotEqual OnesLike RealDiv Relu Relu6 Rint Round SelectV2 Sign "
    "Square SquaredDifference StaticRegexReplace StopGradient StringLower StringStrip StringToHashBucketFast "
    "StringToNumber StringUpper Sub TruncateDiv TruncateMod ZerosLike".split()
)  # and each result is exact, or made in a way that does not depend on its place


@mutable
class Stacked:
    """What of a function goes along when elements are stacked.

    Attributes
    ----------
    tensors : set of Tensor
        Those that are stacked when the arguments are.
    constants : set of Tensor
        Those that no argument has a part in.
    parsed : set of Tensor
        The stacked ones for which a text is taken apart.
    sparse : dict
        First to all three tensors of a sparse one, which a batch of elements has as many elements stacked have.
    results : list of Tensor
        What is computed for many elements at once: the function's results, or what those rest on; nothing, if that is
        not worth while.
    is_whole : bool
        Whether those are the function's results.
    """

    tensors: set[Tensor]
    constants: set[Tensor] = field(default_factory=set)
    parsed: set[Tensor] = field(default_factory=set)
    sparse: dict[Tensor, tuple[Tensor, ...]] = field(default_factory=dict)
    results: list[Tensor] = field(default_factory=list)
    is_whole: bool = False

    @classmethod
    def of(cls, body: FunctionGraph, given: Sequence[Spec], returned: Sequence[Spec]) -> Stacked:
        """What goes along of a function, of elements of such components, that returns such."""
        found = cls(set(body.arguments))
        if all(isinstance(spec, TensorSpec) for spec in given):
            tables = body.get_collection(GraphKeys.TABLE_INITIALIZERS)
            is_free = all(op in tables for op in body.always_run)
            effects = ("pure", "read") if is_free else ("pure",)  # nothing that is read changes in between
            for op in body.get_operations():
                if op.effect in effects and not op.control_inputs and found.tensors.isdisjoint(op.outputs):
                    found._add(op)
            found._choose(body, returned, is_free)
        return found

    def _add(self, op: Operation) -> None:
        if all(tensor in self.constants for tensor in op.inputs):
            self.constants.update(op.outputs)
        elif op.type in _PARSERS and self._parses_texts(op):
            sparse = _sparse_outputs(op)
            self.sparse.update({triple[0]: triple for triple in sparse})
            dense = set(op.outputs) - {tensor for triple in sparse for tensor in triple}
            self.tensors |= dense
            self.parsed |= dense
        elif op.type in _EACH_FOR_ITSELF and self._are_of_one_rank(op):
            self.tensors.update(op.outputs)
            self.parsed.update([] if self.parsed.isdisjoint(op.inputs) else op.outputs)

    def _parses_texts(self, op: Operation) -> bool:
        """Whether it takes apart a text of each element, all in the same way."""
        text, *others = op.inputs
        is_one = text in self.tensors and (text.dims == () or op.type == "DecodeRaw")
        if not is_one or not all(tensor in self.constants for tensor in others):
            return False
        if op.type == "ParseExampleV2" and (op.inputs[1].dims != (0,) or op.attrs["ragged_value_types"]):
            return False  # of which each has a name of its own, or rows of its own
        return all(TensorShape(shape).is_fully_defined() for shape in op.attrs.get("dense_shapes", ()))

    def _are_of_one_rank(self, op: Operation) -> bool:
        """Whether what is stacked is of one rank, and all else constant and of no higher one: then nothing shifts."""
        ranks = {_rank(tensor) for tensor in op.inputs if tensor in self.tensors}
        others = [tensor for tensor in op.inputs if tensor not in self.tensors]
        rank = ranks.pop() if len(ranks) == 1 else None
        if rank is None or not all(tensor in self.constants for tensor in others):
            return False
        return all(tensor.dims is not None and len(tensor.dims) <= rank for tensor in others)

    def _choose(self, body: FunctionGraph, returned: Sequence[Spec], is_free: bool) -> None:
        if is_free and self._returns(body.results, returned):
            self.results, self.is_whole = list(body.results), True
            return
        known = self.tensors | self.constants
        others = [op for op in body.get_operations() if known.isdisjoint(op.outputs)]
        used = dict.fromkeys([*body.results, *(tensor for op in others for tensor in op.inputs)])
        sparse = {tensor for triple in self.sparse.values() for tensor in triple}
        needed = [tensor for tensor in used if tensor in self.tensors]
        if sparse.isdisjoint(used) and not self.parsed.isdisjoint(needed):
            self.results = needed

    def _returns(self, results: Sequence[Tensor], returned: Sequence[Spec]) -> bool:
        """Whether a function returns nothing but what is stacked."""
        rest = iter(results)
        for spec in returned:
            first = next(rest)
            if isinstance(spec, SparseTensorSpec):
                if self.sparse.get(first) != (first, next(rest), next(rest)):
                    return False
            elif not isinstance(spec, TensorSpec) or first not in self.tensors:
                return False
        return True


def _rank(tensor: Tensor) -> int | None:
    return None if tensor.dims is None else len(tensor.dims)


def _sparse_outputs(op: Operation) -> list[tuple[Tensor, ...]]:
    """The three tensors of each sparse tensor that a parser gives."""
    n = len(op.attrs.get("sparse_types", ()))
    return [tuple(op.outputs[number : 3 * n : n]) for number in range(n)]


# -- rows --------------------------------------------------------------------------------------------------------------


class StackedRows(Rows):
    """Elements that what is stacked of a function makes of others.

    Parameters
    ----------
    rows : Rows
        The others.
    specs : sequence of Spec
        Of their components.
    function : Running
        Gives what is stacked, of one element or of many that lie one upon the other.
    found : Stacked
    """

    def __init__(self, rows: Rows, specs: Sequence[Spec], function: Running, found: Stacked) -> None:
        self._rows, self._specs, self._function = rows, specs, function
        self._comes_apart = not found.sparse
        if rows.row_bytes is not None and found.is_whole:
            is_nothing_done = all(tensor.op.type == "Placeholder" for tensor in found.results)
            self.row_bytes = rows.row_bytes if is_nothing_done else _NO_TWO_BATCHES

    def elements(self, tickets: Tickets) -> list[Element]:
        """What is made of each element, of many together if nothing fails."""
        if len(tickets) < _FEWEST or not self._comes_apart:
            return [self._function(element) for element in self._rows.elements(tickets)]
        if self._rows.row_bytes is not None:
            return self._apart(lambda: self._rows.gather(tickets), lambda: self._rows.elements(tickets))
        elements = self._rows.elements(tickets)  # once: it may do more than give them
        return self._apart(lambda: stack(elements, self._specs), lambda: elements)

    def _apart(self, stacked: Callable[[], Element], elements: Callable[[], list[Element]]) -> list[Element]:
        with suppress(Exception):  # which element it is, they say alone
            columns = self._function(stacked())
            return [[column[place, ...] for column in columns] for place in range(len(columns[0]))]
        return [self._function(element) for element in elements()]

    def gather(self, tickets: Tickets) -> Element:
        """What is made of all elements, stacked."""
        return self._function(self._rows.gather(tickets))

    def pass_over(self, stage: Stage, count: int) -> int:
        """Those before it have drawn for them."""
        return self._rows.pass_over(stage, count)

    def state(self) -> Any:
        """What the functions before it draw from next."""
        return self._rows.state()

    def restore(self, state: Any) -> None:
        """Let those before it go on drawing where they stood."""
        self._rows.restore(state)
