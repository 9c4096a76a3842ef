"""Written by `make stub` from the declarations of the ops; do not edit."""

import typing as _t
from collections.abc import Sequence as _Sequence

from estimator.graph.op import NameAttrList as _NameAttrList
from estimator.graph.tensor import Operation as _Operation
from estimator.graph.tensor import Tensor as _Tensor

_Input: _t.TypeAlias = _t.Any  # a tensor, a variable, or what becomes a constant
_Like: _t.TypeAlias = _t.Any  # what as_dtype, as_dims or to_array take

def Abs(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Acos(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Acosh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Add(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def AddN(inputs: _Sequence[_Input], *, N: int = ..., T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def AddV2(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def AdjustContrastv2(
    images: _Input,
    contrast_factor: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AdjustHue(images: _Input, delta: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def AdjustSaturation(images: _Input, scale: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def All(
    input: _Input,
    reduction_indices: _Input,
    *,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AllCandidateSampler(
    true_classes: _Input,
    *,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Angle(input: _Input, *, T: _Like = ..., Tout: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Any(
    input: _Input,
    reduction_indices: _Input,
    *,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ApproximateEqual(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    tolerance: float = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ArgMax(
    input: _Input,
    dimension: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    output_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ArgMin(
    input: _Input,
    dimension: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    output_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AsString(
    input: _Input,
    *,
    T: _Like = ...,
    precision: int = ...,
    scientific: bool = ...,
    shortest: bool = ...,
    width: int = ...,
    fill: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Asin(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Asinh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Assert(
    condition: _Input,
    data: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    summarize: int = ...,
    name: str | None = ...,
) -> _Operation: ...
def AssignAddVariableOp(
    resource: _Input,
    value: _Input,
    *,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def AssignSubVariableOp(
    resource: _Input,
    value: _Input,
    *,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def AssignVariableOp(
    resource: _Input,
    value: _Input,
    *,
    dtype: _Like = ...,
    validate_shape: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def Atan(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Atan2(y: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Atanh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def AudioSummaryV2(
    tag: _Input,
    tensor: _Input,
    sample_rate: _Input,
    *,
    max_outputs: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AvgPool(
    value: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AvgPool3D(
    input: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AvgPool3DGrad(
    orig_input_shape: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def AvgPoolGrad(
    orig_input_shape: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def BatchMatMul(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    adj_x: bool = ...,
    adj_y: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def BatchMatMulV2(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    adj_x: bool = ...,
    adj_y: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def BatchToSpace(
    input: _Input,
    crops: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    block_size: int,
    name: str | None = ...,
) -> _Tensor: ...
def BatchToSpaceND(
    input: _Input,
    block_shape: _Input,
    crops: _Input,
    *,
    T: _Like = ...,
    Tblock_shape: _Like = ...,
    Tcrops: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def BesselI0(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BesselI0e(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BesselI1(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BesselI1e(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Betainc(a: _Input, b: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BiasAdd(
    value: _Input,
    bias: _Input,
    *,
    T: _Like = ...,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def BiasAddGrad(
    out_backprop: _Input,
    *,
    T: _Like = ...,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Bincount(
    arr: _Input,
    size: _Input,
    weights: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Bitcast(input: _Input, *, T: _Like = ..., type: _Like, name: str | None = ...) -> _Tensor: ...
def BitwiseAnd(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BitwiseOr(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BitwiseXor(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BroadcastArgs(s0: _Input, s1: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def BroadcastGradientArgs(
    s0: _Input,
    s1: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def BroadcastTo(
    input: _Input,
    shape: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Bucketize(
    input: _Input,
    *,
    T: _Like = ...,
    boundaries: _Sequence[float],
    name: str | None = ...,
) -> _Tensor: ...
def Case(
    branch_index: _Input,
    input: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    branches: _Sequence[str | _NameAttrList],
    output_shapes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Cast(
    x: _Input,
    *,
    SrcT: _Like = ...,
    DstT: _Like,
    Truncate: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Ceil(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def CheckNumerics(
    tensor: _Input,
    *,
    T: _Like = ...,
    message: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def CheckNumericsV2(
    tensor: _Input,
    *,
    T: _Like = ...,
    message: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def Cholesky(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ClipByValue(
    t: _Input,
    clip_value_min: _Input,
    clip_value_max: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def CollectiveRows(
    rows: _Sequence[_Input],
    ids: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    Tids: _Like = ...,
    is_mean: bool,
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def CollectiveSum(
    inputs: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    is_mean: bool,
    of: str | bytes = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Complex(
    real: _Input,
    imag: _Input,
    *,
    T: _Like = ...,
    Tout: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ComplexAbs(x: _Input, *, T: _Like = ..., Tout: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ComputeAccidentalHits(
    true_classes: _Input,
    sampled_candidates: _Input,
    *,
    num_true: int,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def ConcatOffset(
    concat_dim: _Input,
    shape: _Sequence[_Input],
    *,
    N: int = ...,
    shape_type: _Like = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def ConcatV2(
    values: _Sequence[_Input],
    axis: _Input,
    *,
    N: int = ...,
    T: _Like = ...,
    Tidx: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conj(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ConjugateTranspose(
    x: _Input,
    perm: _Input,
    *,
    T: _Like = ...,
    Tperm: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Const(*, dtype: _Like, value: _Like, name: str | None = ...) -> _Tensor: ...
def ControlTrigger(*, name: str | None = ...) -> _Operation: ...
def Conv2D(
    input: _Input,
    filter: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    use_cudnn_on_gpu: bool = ...,
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conv2DBackpropFilter(
    input: _Input,
    filter_sizes: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    use_cudnn_on_gpu: bool = ...,
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conv2DBackpropInput(
    input_sizes: _Input,
    filter: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    use_cudnn_on_gpu: bool = ...,
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conv3D(
    input: _Input,
    filter: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conv3DBackpropFilterV2(
    input: _Input,
    filter_sizes: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Conv3DBackpropInputV2(
    input_sizes: _Input,
    filter: _Input,
    out_backprop: _Input,
    *,
    Tshape: _Like = ...,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Cos(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Cosh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def CropAndResize(
    image: _Input,
    boxes: _Input,
    box_ind: _Input,
    crop_size: _Input,
    *,
    T: _Like = ...,
    method: str | bytes = ...,
    extrapolation_value: float = ...,
    name: str | None = ...,
) -> _Tensor: ...
def CropAndResizeGradBoxes(
    grads: _Input,
    image: _Input,
    boxes: _Input,
    box_ind: _Input,
    *,
    T: _Like = ...,
    method: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def CropAndResizeGradImage(
    grads: _Input,
    boxes: _Input,
    box_ind: _Input,
    image_size: _Input,
    *,
    T: _Like,
    method: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Cross(a: _Input, b: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Cumprod(
    x: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    exclusive: bool = ...,
    reverse: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Cumsum(
    x: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    exclusive: bool = ...,
    reverse: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def CumulativeLogsumexp(
    x: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    exclusive: bool = ...,
    reverse: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodeAndCropJpeg(
    contents: _Input,
    crop_window: _Input,
    *,
    channels: int = ...,
    ratio: int = ...,
    fancy_upscaling: bool = ...,
    try_recover_truncated: bool = ...,
    acceptable_fraction: float = ...,
    dct_method: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodeBase64(input: _Input, *, name: str | None = ...) -> _Tensor: ...
def DecodeBmp(contents: _Input, *, channels: int = ..., name: str | None = ...) -> _Tensor: ...
def DecodeCSV(
    records: _Input,
    record_defaults: _Sequence[_Input],
    *,
    OUT_TYPE: _Sequence[_Like] = ...,
    field_delim: str | bytes = ...,
    use_quote_delim: bool = ...,
    na_value: str | bytes = ...,
    select_cols: _Sequence[int] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def DecodeGif(contents: _Input, *, name: str | None = ...) -> _Tensor: ...
def DecodeImage(
    contents: _Input,
    *,
    dtype: _Like = ...,
    channels: int = ...,
    expand_animations: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodeJpeg(
    contents: _Input,
    *,
    channels: int = ...,
    ratio: int = ...,
    fancy_upscaling: bool = ...,
    try_recover_truncated: bool = ...,
    acceptable_fraction: float = ...,
    dct_method: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodePng(
    contents: _Input,
    *,
    dtype: _Like = ...,
    channels: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodeProtoV2(
    bytes: _Input,
    *,
    output_types: _Sequence[_Like],
    message_type: str | bytes,
    field_names: _Sequence[str | bytes],
    descriptor_source: str | bytes = ...,
    message_format: str | bytes = ...,
    sanitize: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def DecodeRaw(
    bytes: _Input,
    *,
    out_type: _Like,
    little_endian: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DecodeWav(
    contents: _Input,
    *,
    desired_channels: int = ...,
    desired_samples: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def DenseBincount(
    input: _Input,
    size: _Input,
    weights: _Input,
    *,
    Tidx: _Like = ...,
    T: _Like = ...,
    binary_output: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DenseToDenseSetOperation(
    set1: _Input,
    set2: _Input,
    *,
    T: _Like = ...,
    set_operation: str | bytes,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def DenseToSparseSetOperation(
    set1: _Input,
    set2_indices: _Input,
    set2_values: _Input,
    set2_shape: _Input,
    *,
    T: _Like = ...,
    set_operation: str | bytes,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def DepthToSpace(
    input: _Input,
    *,
    T: _Like = ...,
    block_size: int,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DepthwiseConv2dNative(
    input: _Input,
    filter: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DepthwiseConv2dNativeBackpropFilter(
    input: _Input,
    filter_sizes: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DepthwiseConv2dNativeBackpropInput(
    input_sizes: _Input,
    filter: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    padding: str | bytes,
    explicit_paddings: _Sequence[int] = ...,
    data_format: str | bytes = ...,
    dilations: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Diag(diagonal: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def DiagPart(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Digamma(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Dilation2D(
    input: _Input,
    filter: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    rates: _Sequence[int],
    padding: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def Dilation2DBackpropFilter(
    input: _Input,
    filter: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    rates: _Sequence[int],
    padding: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def Dilation2DBackpropInput(
    input: _Input,
    filter: _Input,
    out_backprop: _Input,
    *,
    T: _Like = ...,
    strides: _Sequence[int],
    rates: _Sequence[int],
    padding: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def DisableCopyOnRead(resource: _Input, *, name: str | None = ...) -> _Operation: ...
def Div(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def DivNoNan(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def DrawBoundingBoxes(
    images: _Input,
    boxes: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DrawBoundingBoxesV2(
    images: _Input,
    boxes: _Input,
    colors: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def DynamicPartition(
    data: _Input,
    partitions: _Input,
    *,
    T: _Like = ...,
    num_partitions: int,
    name: str | None = ...,
) -> list[_Tensor]: ...
def DynamicStitch(
    indices: _Sequence[_Input],
    data: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def EagerPyFunc(
    input: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    token: str | bytes,
    is_async: bool = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def EditDistance(
    hypothesis_indices: _Input,
    hypothesis_values: _Input,
    hypothesis_shape: _Input,
    truth_indices: _Input,
    truth_values: _Input,
    truth_shape: _Input,
    *,
    T: _Like = ...,
    normalize: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Einsum(
    inputs: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    equation: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def Elu(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def EluGrad(gradients: _Input, outputs: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def EmptyTensorList(
    element_shape: _Input,
    max_num_elements: _Input,
    *,
    shape_type: _Like = ...,
    element_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def EncodeBase64(input: _Input, *, pad: bool = ..., name: str | None = ...) -> _Tensor: ...
def EncodeJpeg(
    image: _Input,
    *,
    format: str | bytes = ...,
    quality: int = ...,
    progressive: bool = ...,
    optimize_size: bool = ...,
    chroma_downsampling: bool = ...,
    density_unit: str | bytes = ...,
    x_density: int = ...,
    y_density: int = ...,
    xmp_metadata: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def EncodeJpegVariableQuality(images: _Input, quality: _Input, *, name: str | None = ...) -> _Tensor: ...
def EncodePng(
    image: _Input,
    *,
    T: _Like = ...,
    compression: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def EncodeProto(
    sizes: _Input,
    values: _Sequence[_Input],
    *,
    Tinput_types: _Sequence[_Like] = ...,
    field_names: _Sequence[str | bytes],
    message_type: str | bytes,
    descriptor_source: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def EncodeWav(audio: _Input, sample_rate: _Input, *, name: str | None = ...) -> _Tensor: ...
def EnsureShape(input: _Input, *, T: _Like = ..., shape: _Like, name: str | None = ...) -> _Tensor: ...
def Enter(
    data: _Input,
    *,
    T: _Like = ...,
    frame_name: str | bytes,
    is_constant: bool = ...,
    parallel_iterations: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Equal(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    incompatible_shape_error: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Erf(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Erfc(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Erfinv(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def EuclideanNorm(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Exit(data: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Exp(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ExpandDims(
    input: _Input,
    dim: _Input,
    *,
    T: _Like = ...,
    Tdim: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Expm1(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ExtractGlimpse(
    input: _Input,
    size: _Input,
    offsets: _Input,
    *,
    centered: bool = ...,
    normalized: bool = ...,
    uniform_noise: bool = ...,
    noise: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ExtractImagePatches(
    images: _Input,
    *,
    T: _Like = ...,
    ksizes: _Sequence[int],
    strides: _Sequence[int],
    rates: _Sequence[int],
    padding: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def ExtractJpegShape(contents: _Input, *, output_type: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FFT(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FFT2D(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FFT3D(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FIFOQueueV2(
    *,
    component_types: _Sequence[_Like],
    shapes: _Sequence[_Like] = ...,
    capacity: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FakeQuantWithMinMaxArgs(
    inputs: _Input,
    *,
    min: float = ...,
    max: float = ...,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FakeQuantWithMinMaxArgsGradient(
    gradients: _Input,
    inputs: _Input,
    *,
    min: float = ...,
    max: float = ...,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FakeQuantWithMinMaxVars(
    inputs: _Input,
    min: _Input,
    max: _Input,
    *,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FakeQuantWithMinMaxVarsGradient(
    gradients: _Input,
    inputs: _Input,
    min: _Input,
    max: _Input,
    *,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def FakeQuantWithMinMaxVarsPerChannel(
    inputs: _Input,
    min: _Input,
    max: _Input,
    *,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FakeQuantWithMinMaxVarsPerChannelGradient(
    gradients: _Input,
    inputs: _Input,
    min: _Input,
    max: _Input,
    *,
    num_bits: int = ...,
    narrow_range: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def FedIteratorGetNext(
    handle: _Input,
    *,
    output_types: _Sequence[_Like],
    output_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> list[_Tensor]: ...
def FedIteratorGetNextAsOptional(
    handle: _Input,
    *,
    output_types: _Sequence[_Like],
    output_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> _Tensor: ...
def Fill(
    dims: _Input,
    value: _Input,
    *,
    index_type: _Like = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Fingerprint(data: _Input, method: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FixedLengthRecordReaderV2(
    *,
    header_bytes: int = ...,
    record_bytes: int,
    footer_bytes: int = ...,
    hop_bytes: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    encoding: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def FixedUnigramCandidateSampler(
    true_classes: _Input,
    *,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str | bytes = ...,
    distortion: float = ...,
    num_reserved_ids: int = ...,
    num_shards: int = ...,
    shard: int = ...,
    unigrams: _Sequence[float] = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Floor(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FloorDiv(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FloorMod(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def FusedBatchNorm(
    x: _Input,
    scale: _Input,
    offset: _Input,
    mean: _Input,
    variance: _Input,
    *,
    T: _Like = ...,
    epsilon: float = ...,
    exponential_avg_factor: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def FusedBatchNormGrad(
    y_backprop: _Input,
    x: _Input,
    scale: _Input,
    reserve_space_1: _Input,
    reserve_space_2: _Input,
    *,
    T: _Like = ...,
    epsilon: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def FusedBatchNormGradV2(
    y_backprop: _Input,
    x: _Input,
    scale: _Input,
    reserve_space_1: _Input,
    reserve_space_2: _Input,
    *,
    T: _Like = ...,
    U: _Like = ...,
    epsilon: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def FusedBatchNormGradV3(
    y_backprop: _Input,
    x: _Input,
    scale: _Input,
    reserve_space_1: _Input,
    reserve_space_2: _Input,
    reserve_space_3: _Input,
    *,
    T: _Like = ...,
    U: _Like = ...,
    epsilon: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def FusedBatchNormV2(
    x: _Input,
    scale: _Input,
    offset: _Input,
    mean: _Input,
    variance: _Input,
    *,
    T: _Like = ...,
    U: _Like = ...,
    epsilon: float = ...,
    exponential_avg_factor: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def FusedBatchNormV3(
    x: _Input,
    scale: _Input,
    offset: _Input,
    mean: _Input,
    variance: _Input,
    *,
    T: _Like = ...,
    U: _Like = ...,
    epsilon: float = ...,
    exponential_avg_factor: float = ...,
    data_format: str | bytes = ...,
    is_training: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor, _Tensor, _Tensor]: ...
def GatherNd(
    params: _Input,
    indices: _Input,
    *,
    Tparams: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def GatherV2(
    params: _Input,
    indices: _Input,
    axis: _Input,
    *,
    Tparams: _Like = ...,
    Tindices: _Like = ...,
    Taxis: _Like = ...,
    batch_dims: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Greater(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def GreaterEqual(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def GuaranteeConst(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def HSVToRGB(images: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def HashTableV2(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    use_node_name_sharing: bool = ...,
    key_dtype: _Like,
    value_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def HistogramFixedWidth(
    values: _Input,
    value_range: _Input,
    nbins: _Input,
    *,
    T: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def HistogramSummary(tag: _Input, values: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IFFT(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IFFT2D(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IFFT3D(input: _Input, *, Tcomplex: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IRFFT(
    input: _Input,
    fft_length: _Input,
    *,
    Tcomplex: _Like = ...,
    Treal: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def IRFFT2D(
    input: _Input,
    fft_length: _Input,
    *,
    Tcomplex: _Like = ...,
    Treal: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def IRFFT3D(
    input: _Input,
    fft_length: _Input,
    *,
    Tcomplex: _Like = ...,
    Treal: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Identity(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IdentityN(
    input: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def IdentityReaderV2(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def If(
    cond: _Input,
    input: _Sequence[_Input],
    *,
    Tcond: _Like = ...,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    then_branch: str | _NameAttrList,
    else_branch: str | _NameAttrList,
    output_shapes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Igamma(a: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IgammaGradA(a: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Igammac(a: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Imag(input: _Input, *, T: _Like = ..., Tout: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ImageProjectiveTransformV2(
    images: _Input,
    transforms: _Input,
    output_shape: _Input,
    *,
    dtype: _Like = ...,
    interpolation: str | bytes,
    fill_mode: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ImageSummary(
    tag: _Input,
    tensor: _Input,
    *,
    T: _Like = ...,
    max_images: int = ...,
    bad_color: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def InTopKV2(
    predictions: _Input,
    targets: _Input,
    k: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def InitializeTableFromTextFileV2(
    table_handle: _Input,
    filename: _Input,
    *,
    key_index: int,
    value_index: int,
    vocab_size: int = ...,
    delimiter: str | bytes = ...,
    offset: int = ...,
    name: str | None = ...,
) -> _Operation: ...
def InitializeTableV2(
    table_handle: _Input,
    keys: _Input,
    values: _Input,
    *,
    Tkey: _Like = ...,
    Tval: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def Inv(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def InvGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Invert(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def InvertPermutation(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IsFinite(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IsInf(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IsNan(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def IteratorGetNext(
    *,
    output_types: _Sequence[_Like],
    output_shapes: _Sequence[_Like],
    shared_name: str | bytes,
    name: str | None = ...,
) -> list[_Tensor]: ...
def IteratorGetNextAsOptional(
    *,
    output_types: _Sequence[_Like],
    output_shapes: _Sequence[_Like],
    shared_name: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def KmeansPlusPlusInitialization(
    points: _Input,
    num_to_sample: _Input,
    seed: _Input,
    num_retries_per_sample: _Input,
    *,
    name: str | None = ...,
) -> _Tensor: ...
def L2Loss(t: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def LRN(
    input: _Input,
    *,
    T: _Like = ...,
    depth_radius: int = ...,
    bias: float = ...,
    alpha: float = ...,
    beta: float = ...,
    name: str | None = ...,
) -> _Tensor: ...
def LRNGrad(
    input_grads: _Input,
    input_image: _Input,
    output_image: _Input,
    *,
    T: _Like = ...,
    depth_radius: int = ...,
    bias: float = ...,
    alpha: float = ...,
    beta: float = ...,
    name: str | None = ...,
) -> _Tensor: ...
def LeakyRelu(features: _Input, *, T: _Like = ..., alpha: float = ..., name: str | None = ...) -> _Tensor: ...
def LeakyReluGrad(
    gradients: _Input,
    features: _Input,
    *,
    T: _Like = ...,
    alpha: float = ...,
    name: str | None = ...,
) -> _Tensor: ...
def LeftShift(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Less(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def LessEqual(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Lgamma(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def LinSpace(
    start: _Input,
    stop: _Input,
    num: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ListDiff(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    out_idx: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Log(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Log1p(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def LogMatrixDeterminant(
    input: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def LogSoftmax(logits: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def LogUniformCandidateSampler(
    true_classes: _Input,
    *,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def LogicalAnd(x: _Input, y: _Input, *, name: str | None = ...) -> _Tensor: ...
def LogicalNot(x: _Input, *, name: str | None = ...) -> _Tensor: ...
def LogicalOr(x: _Input, y: _Input, *, name: str | None = ...) -> _Tensor: ...
def LookupTableExportV2(
    table_handle: _Input,
    *,
    Tkeys: _Like,
    Tvalues: _Like,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def LookupTableFindV2(
    table_handle: _Input,
    keys: _Input,
    default_value: _Input,
    *,
    Tin: _Like = ...,
    Tout: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def LookupTableImportV2(
    table_handle: _Input,
    keys: _Input,
    values: _Input,
    *,
    Tin: _Like = ...,
    Tout: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def LookupTableInsertV2(
    table_handle: _Input,
    keys: _Input,
    values: _Input,
    *,
    Tin: _Like = ...,
    Tout: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def LookupTableRemoveV2(
    table_handle: _Input,
    keys: _Input,
    *,
    Tin: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def LookupTableSizeV2(table_handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def LoopCond(input: _Input, *, name: str | None = ...) -> _Tensor: ...
def LowerBound(
    sorted_inputs: _Input,
    values: _Input,
    *,
    T: _Like = ...,
    out_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Lu(
    input: _Input,
    *,
    T: _Like = ...,
    output_idx_type: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def MakeIterator(
    values: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    shared_name: str | bytes,
    name: str | None = ...,
) -> _Operation: ...
def MatMul(
    a: _Input,
    b: _Input,
    *,
    T: _Like = ...,
    transpose_a: bool = ...,
    transpose_b: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatchingFiles(pattern: _Input, *, name: str | None = ...) -> _Tensor: ...
def MatrixBandPart(
    input: _Input,
    num_lower: _Input,
    num_upper: _Input,
    *,
    T: _Like = ...,
    Tindex: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixDeterminant(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MatrixDiag(diagonal: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MatrixDiagPart(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MatrixDiagPartV2(
    input: _Input,
    k: _Input,
    padding_value: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixDiagPartV3(
    input: _Input,
    k: _Input,
    padding_value: _Input,
    *,
    T: _Like = ...,
    align: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixDiagV2(
    diagonal: _Input,
    k: _Input,
    num_rows: _Input,
    num_cols: _Input,
    padding_value: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixDiagV3(
    diagonal: _Input,
    k: _Input,
    num_rows: _Input,
    num_cols: _Input,
    padding_value: _Input,
    *,
    T: _Like = ...,
    align: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixInverse(
    input: _Input,
    *,
    T: _Like = ...,
    adjoint: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixSetDiag(input: _Input, diagonal: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MatrixSetDiagV2(
    input: _Input,
    diagonal: _Input,
    k: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixSetDiagV3(
    input: _Input,
    diagonal: _Input,
    k: _Input,
    *,
    T: _Like = ...,
    align: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixSolve(
    matrix: _Input,
    rhs: _Input,
    *,
    T: _Like = ...,
    adjoint: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixSolveLs(
    matrix: _Input,
    rhs: _Input,
    l2_regularizer: _Input,
    *,
    T: _Like = ...,
    fast: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MatrixTriangularSolve(
    matrix: _Input,
    rhs: _Input,
    *,
    T: _Like = ...,
    lower: bool = ...,
    adjoint: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Max(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPool(
    input: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    explicit_paddings: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPool3D(
    input: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPool3DGrad(
    orig_input: _Input,
    orig_output: _Input,
    grad: _Input,
    *,
    TInput: _Like = ...,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPool3DGradGrad(
    orig_input: _Input,
    orig_output: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPoolGrad(
    orig_input: _Input,
    orig_output: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    explicit_paddings: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPoolGradGrad(
    orig_input: _Input,
    orig_output: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPoolGradWithArgmax(
    input: _Input,
    grad: _Input,
    argmax: _Input,
    *,
    T: _Like = ...,
    Targmax: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    include_batch_in_index: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MaxPoolWithArgmax(
    input: _Input,
    *,
    T: _Like = ...,
    Targmax: _Like = ...,
    ksize: _Sequence[int],
    strides: _Sequence[int],
    padding: str | bytes,
    include_batch_in_index: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Maximum(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Mean(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Merge(
    inputs: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def MergeSummary(inputs: _Sequence[_Input], *, N: int = ..., name: str | None = ...) -> _Tensor: ...
def MergeV2Checkpoints(
    checkpoint_prefixes: _Input,
    destination_prefix: _Input,
    *,
    delete_old_dirs: bool = ...,
    allow_missing_files: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def Min(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Minimum(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MirrorPad(
    input: _Input,
    paddings: _Input,
    *,
    T: _Like = ...,
    Tpaddings: _Like = ...,
    mode: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def MirrorPadGrad(
    input: _Input,
    paddings: _Input,
    *,
    T: _Like = ...,
    Tpaddings: _Like = ...,
    mode: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def Mod(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Mul(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def MulNoNan(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Multinomial(
    logits: _Input,
    num_samples: _Input,
    *,
    T: _Like = ...,
    output_dtype: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def MutableHashTableV2(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    use_node_name_sharing: bool = ...,
    key_dtype: _Like,
    value_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def Ndtri(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def NearestNeighbors(
    points: _Input,
    centers: _Input,
    k: _Input,
    *,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Neg(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def NextAfter(x1: _Input, x2: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def NextIteration(data: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def NoOp(*, name: str | None = ...) -> _Operation: ...
def NonMaxSuppressionV2(
    boxes: _Input,
    scores: _Input,
    max_output_size: _Input,
    iou_threshold: _Input,
    *,
    T: _Like = ...,
    T_threshold: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def NonMaxSuppressionV3(
    boxes: _Input,
    scores: _Input,
    max_output_size: _Input,
    iou_threshold: _Input,
    score_threshold: _Input,
    *,
    T: _Like = ...,
    T_threshold: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def NonMaxSuppressionV4(
    boxes: _Input,
    scores: _Input,
    max_output_size: _Input,
    iou_threshold: _Input,
    score_threshold: _Input,
    *,
    T: _Like = ...,
    T_threshold: _Like = ...,
    pad_to_max_output_size: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def NonMaxSuppressionV5(
    boxes: _Input,
    scores: _Input,
    max_output_size: _Input,
    iou_threshold: _Input,
    score_threshold: _Input,
    soft_nms_sigma: _Input,
    *,
    T: _Like = ...,
    pad_to_max_output_size: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def NonMaxSuppressionWithOverlaps(
    overlaps: _Input,
    scores: _Input,
    max_output_size: _Input,
    overlap_threshold: _Input,
    score_threshold: _Input,
    *,
    name: str | None = ...,
) -> _Tensor: ...
def NotEqual(
    x: _Input,
    y: _Input,
    *,
    T: _Like = ...,
    incompatible_shape_error: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def OneHot(
    indices: _Input,
    depth: _Input,
    on_value: _Input,
    off_value: _Input,
    *,
    TI: _Like = ...,
    T: _Like = ...,
    axis: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def OnesLike(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def OptionalFromValue(
    components: _Sequence[_Input],
    *,
    Toutput_types: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def OptionalGetValue(
    optional: _Input,
    *,
    output_types: _Sequence[_Like],
    output_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> list[_Tensor]: ...
def OptionalHasValue(optional: _Input, *, name: str | None = ...) -> _Tensor: ...
def OptionalNone(*, name: str | None = ...) -> _Tensor: ...
def Pack(
    values: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    axis: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Pad(
    input: _Input,
    paddings: _Input,
    *,
    T: _Like = ...,
    Tpaddings: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def PadV2(
    input: _Input,
    paddings: _Input,
    constant_values: _Input,
    *,
    T: _Like = ...,
    Tpaddings: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def PaddingFIFOQueueV2(
    *,
    component_types: _Sequence[_Like],
    shapes: _Sequence[_Like] = ...,
    capacity: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ParallelConcat(
    values: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    shape: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def ParallelDynamicStitch(
    indices: _Sequence[_Input],
    data: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ParseExample(
    serialized: _Input,
    names: _Input,
    sparse_keys: _Sequence[_Input],
    dense_keys: _Sequence[_Input],
    dense_defaults: _Sequence[_Input],
    *,
    Nsparse: int = ...,
    Ndense: int = ...,
    Tdense: _Sequence[_Like] = ...,
    sparse_types: _Sequence[_Like],
    dense_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def ParseExampleV2(
    serialized: _Input,
    names: _Input,
    sparse_keys: _Input,
    dense_keys: _Input,
    ragged_keys: _Input,
    dense_defaults: _Sequence[_Input],
    *,
    Tdense: _Sequence[_Like] = ...,
    num_sparse: int,
    sparse_types: _Sequence[_Like],
    ragged_value_types: _Sequence[_Like],
    ragged_split_types: _Sequence[_Like],
    dense_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def ParseSequenceExampleV2(
    serialized: _Input,
    debug_name: _Input,
    context_sparse_keys: _Input,
    context_dense_keys: _Input,
    context_ragged_keys: _Input,
    feature_list_sparse_keys: _Input,
    feature_list_dense_keys: _Input,
    feature_list_ragged_keys: _Input,
    feature_list_dense_missing_assumed_empty: _Input,
    context_dense_defaults: _Sequence[_Input],
    *,
    Tcontext_dense: _Sequence[_Like] = ...,
    Ncontext_sparse: int = ...,
    context_sparse_types: _Sequence[_Like] = ...,
    context_ragged_value_types: _Sequence[_Like] = ...,
    context_ragged_split_types: _Sequence[_Like] = ...,
    Nfeature_list_sparse: int = ...,
    feature_list_sparse_types: _Sequence[_Like] = ...,
    feature_list_dense_types: _Sequence[_Like] = ...,
    Nfeature_list_dense: int = ...,
    feature_list_ragged_value_types: _Sequence[_Like] = ...,
    feature_list_ragged_split_types: _Sequence[_Like] = ...,
    context_dense_shapes: _Sequence[_Like] = ...,
    feature_list_dense_shapes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def ParseSingleExample(
    serialized: _Input,
    dense_defaults: _Sequence[_Input],
    *,
    Tdense: _Sequence[_Like] = ...,
    num_sparse: int,
    sparse_types: _Sequence[_Like],
    sparse_keys: _Sequence[str | bytes],
    dense_keys: _Sequence[str | bytes],
    dense_shapes: _Sequence[_Like],
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def ParseTensor(serialized: _Input, *, out_type: _Like, name: str | None = ...) -> _Tensor: ...
def PartitionedCall(
    args: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    f: str | _NameAttrList,
    config: str | bytes = ...,
    config_proto: str | bytes = ...,
    executor_type: str | bytes = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Placeholder(*, dtype: _Like, shape: _Like = ..., name: str | None = ...) -> _Tensor: ...
def PlaceholderWithDefault(
    input: _Input,
    *,
    dtype: _Like = ...,
    shape: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def Polygamma(a: _Input, x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def PopulationCount(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Pow(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def PreventGradient(
    input: _Input,
    *,
    T: _Like = ...,
    message: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Print(
    input: _Input,
    data: _Sequence[_Input],
    *,
    T: _Like = ...,
    U: _Sequence[_Like] = ...,
    message: str | bytes = ...,
    first_n: int = ...,
    summarize: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def PrintV2(
    input: _Input,
    *,
    output_stream: str | bytes = ...,
    end: str | bytes = ...,
    name: str | None = ...,
) -> _Operation: ...
def PriorityQueueV2(
    *,
    component_types: _Sequence[_Like] = ...,
    shapes: _Sequence[_Like],
    capacity: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Prod(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def PyFunc(
    input: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    token: str | bytes,
    name: str | None = ...,
) -> list[_Tensor]: ...
def PyFuncStateless(
    input: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    token: str | bytes,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Qr(
    input: _Input,
    *,
    T: _Like = ...,
    full_matrices: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def QueueCloseV2(
    handle: _Input,
    *,
    cancel_pending_enqueues: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def QueueDequeueManyV2(
    handle: _Input,
    n: _Input,
    *,
    component_types: _Sequence[_Like],
    timeout_ms: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def QueueDequeueUpToV2(
    handle: _Input,
    n: _Input,
    *,
    component_types: _Sequence[_Like],
    timeout_ms: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def QueueDequeueV2(
    handle: _Input,
    *,
    component_types: _Sequence[_Like],
    timeout_ms: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def QueueEnqueueManyV2(
    handle: _Input,
    components: _Sequence[_Input],
    *,
    Tcomponents: _Sequence[_Like] = ...,
    timeout_ms: int = ...,
    name: str | None = ...,
) -> _Operation: ...
def QueueEnqueueV2(
    handle: _Input,
    components: _Sequence[_Input],
    *,
    Tcomponents: _Sequence[_Like] = ...,
    timeout_ms: int = ...,
    name: str | None = ...,
) -> _Operation: ...
def QueueIsClosedV2(handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def QueueSizeV2(handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def RFFT(
    input: _Input,
    fft_length: _Input,
    *,
    Treal: _Like = ...,
    Tcomplex: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RFFT2D(
    input: _Input,
    fft_length: _Input,
    *,
    Treal: _Like = ...,
    Tcomplex: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RFFT3D(
    input: _Input,
    fft_length: _Input,
    *,
    Treal: _Like = ...,
    Tcomplex: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RGBToHSV(images: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def RaggedGather(
    params_nested_splits: _Sequence[_Input],
    params_dense_values: _Input,
    indices: _Input,
    *,
    PARAMS_RAGGED_RANK: int = ...,
    Tsplits: _Like = ...,
    Tvalues: _Like = ...,
    Tindices: _Like = ...,
    OUTPUT_RAGGED_RANK: int,
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def RaggedRange(
    starts: _Input,
    limits: _Input,
    deltas: _Input,
    *,
    T: _Like = ...,
    Tsplits: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def RaggedTensorToSparse(
    rt_nested_splits: _Sequence[_Input],
    rt_dense_values: _Input,
    *,
    RAGGED_RANK: int = ...,
    Tsplits: _Like = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def RaggedTensorToTensor(
    shape: _Input,
    values: _Input,
    default_value: _Input,
    row_partition_tensors: _Sequence[_Input],
    *,
    Tshape: _Like = ...,
    T: _Like = ...,
    num_row_partition_tensors: int = ...,
    Tindex: _Like = ...,
    row_partition_types: _Sequence[str | bytes],
    name: str | None = ...,
) -> _Tensor: ...
def RandomGamma(
    shape: _Input,
    alpha: _Input,
    *,
    S: _Like = ...,
    T: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomGammaGrad(alpha: _Input, sample: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def RandomPoissonV2(
    shape: _Input,
    rate: _Input,
    *,
    S: _Like = ...,
    R: _Like = ...,
    dtype: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomShuffle(
    value: _Input,
    *,
    T: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomShuffleQueueV2(
    *,
    component_types: _Sequence[_Like],
    shapes: _Sequence[_Like] = ...,
    capacity: int = ...,
    min_after_dequeue: int = ...,
    seed: int = ...,
    seed2: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomStandardNormal(
    shape: _Input,
    *,
    T: _Like = ...,
    dtype: _Like,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomUniform(
    shape: _Input,
    *,
    T: _Like = ...,
    dtype: _Like,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RandomUniformInt(
    shape: _Input,
    minval: _Input,
    maxval: _Input,
    *,
    T: _Like = ...,
    Tout: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Range(
    start: _Input,
    limit: _Input,
    delta: _Input,
    *,
    Tidx: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Rank(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ReadFile(filename: _Input, *, name: str | None = ...) -> _Tensor: ...
def ReadVariableOp(resource: _Input, *, dtype: _Like, name: str | None = ...) -> _Tensor: ...
def ReaderNumRecordsProducedV2(reader_handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def ReaderNumWorkUnitsCompletedV2(reader_handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def ReaderReadUpToV2(
    reader_handle: _Input,
    queue_handle: _Input,
    num_records: _Input,
    *,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def ReaderReadV2(
    reader_handle: _Input,
    queue_handle: _Input,
    *,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def ReaderResetV2(reader_handle: _Input, *, name: str | None = ...) -> _Operation: ...
def Real(input: _Input, *, T: _Like = ..., Tout: _Like = ..., name: str | None = ...) -> _Tensor: ...
def RealDiv(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Reciprocal(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ReciprocalGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ReduceJoin(
    inputs: _Input,
    reduction_indices: _Input,
    *,
    keep_dims: bool = ...,
    separator: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RegexFullMatch(input: _Input, pattern: _Input, *, name: str | None = ...) -> _Tensor: ...
def RegexReplace(
    input: _Input,
    pattern: _Input,
    rewrite: _Input,
    *,
    replace_global: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Relu(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Relu6(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Relu6Grad(gradients: _Input, features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ReluGrad(gradients: _Input, features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Reshape(
    tensor: _Input,
    shape: _Input,
    *,
    T: _Like = ...,
    Tshape: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeArea(
    images: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeBicubic(
    images: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeBicubicGrad(
    grads: _Input,
    original_image: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeBilinear(
    images: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeBilinearGrad(
    grads: _Input,
    original_image: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeNearestNeighbor(
    images: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResizeNearestNeighborGrad(
    grads: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    align_corners: bool = ...,
    half_pixel_centers: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResourceApplyAdaMax(
    var: _Input,
    m: _Input,
    v: _Input,
    beta1_power: _Input,
    lr: _Input,
    beta1: _Input,
    beta2: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdadelta(
    var: _Input,
    accum: _Input,
    accum_update: _Input,
    lr: _Input,
    rho: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdagrad(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    update_slots: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdagradDA(
    var: _Input,
    gradient_accumulator: _Input,
    gradient_squared_accumulator: _Input,
    grad: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    global_step: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdagradV2(
    var: _Input,
    accum: _Input,
    lr: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    update_slots: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdam(
    var: _Input,
    m: _Input,
    v: _Input,
    beta1_power: _Input,
    beta2_power: _Input,
    lr: _Input,
    beta1: _Input,
    beta2: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    use_nesterov: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyAdamWithAmsgrad(
    var: _Input,
    m: _Input,
    v: _Input,
    vhat: _Input,
    beta1_power: _Input,
    beta2_power: _Input,
    lr: _Input,
    beta1: _Input,
    beta2: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyCenteredRMSProp(
    var: _Input,
    mg: _Input,
    ms: _Input,
    mom: _Input,
    lr: _Input,
    rho: _Input,
    momentum: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyFtrl(
    var: _Input,
    accum: _Input,
    linear: _Input,
    grad: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    lr_power: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    multiply_linear_by_lr: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyFtrlV2(
    var: _Input,
    accum: _Input,
    linear: _Input,
    grad: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    l2_shrinkage: _Input,
    lr_power: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    multiply_linear_by_lr: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyGradientDescent(
    var: _Input,
    alpha: _Input,
    delta: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyKerasMomentum(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    momentum: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    use_nesterov: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyMomentum(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    momentum: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    use_nesterov: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyProximalAdagrad(
    var: _Input,
    accum: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyProximalGradientDescent(
    var: _Input,
    alpha: _Input,
    l1: _Input,
    l2: _Input,
    delta: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceApplyRMSProp(
    var: _Input,
    ms: _Input,
    mom: _Input,
    lr: _Input,
    rho: _Input,
    momentum: _Input,
    epsilon: _Input,
    grad: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceCountUpTo(resource: _Input, *, T: _Like, limit: int, name: str | None = ...) -> _Tensor: ...
def ResourceGather(
    resource: _Input,
    indices: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like,
    batch_dims: int = ...,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ResourceGatherNd(
    resource: _Input,
    indices: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def ResourceScatterAdd(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterDiv(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterMax(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterMin(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterMul(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterNdAdd(
    ref: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterNdMax(
    ref: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterNdMin(
    ref: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterNdSub(
    ref: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterNdUpdate(
    ref: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    use_locking: bool = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterSub(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceScatterUpdate(
    resource: _Input,
    indices: _Input,
    updates: _Input,
    *,
    Tindices: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyAdadelta(
    var: _Input,
    accum: _Input,
    accum_update: _Input,
    lr: _Input,
    rho: _Input,
    epsilon: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyAdagrad(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    update_slots: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyAdagradDA(
    var: _Input,
    gradient_accumulator: _Input,
    gradient_squared_accumulator: _Input,
    grad: _Input,
    indices: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    global_step: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyAdagradV2(
    var: _Input,
    accum: _Input,
    lr: _Input,
    epsilon: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    update_slots: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyCenteredRMSProp(
    var: _Input,
    mg: _Input,
    ms: _Input,
    mom: _Input,
    lr: _Input,
    rho: _Input,
    momentum: _Input,
    epsilon: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyFtrl(
    var: _Input,
    accum: _Input,
    linear: _Input,
    grad: _Input,
    indices: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    lr_power: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    multiply_linear_by_lr: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyFtrlV2(
    var: _Input,
    accum: _Input,
    linear: _Input,
    grad: _Input,
    indices: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    l2_shrinkage: _Input,
    lr_power: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    multiply_linear_by_lr: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyKerasMomentum(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    indices: _Input,
    momentum: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    use_nesterov: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyMomentum(
    var: _Input,
    accum: _Input,
    lr: _Input,
    grad: _Input,
    indices: _Input,
    momentum: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    use_nesterov: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyProximalAdagrad(
    var: _Input,
    accum: _Input,
    lr: _Input,
    l1: _Input,
    l2: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyProximalGradientDescent(
    var: _Input,
    alpha: _Input,
    l1: _Input,
    l2: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceSparseApplyRMSProp(
    var: _Input,
    ms: _Input,
    mom: _Input,
    lr: _Input,
    rho: _Input,
    momentum: _Input,
    epsilon: _Input,
    grad: _Input,
    indices: _Input,
    *,
    T: _Like = ...,
    use_locking: bool = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Operation: ...
def ResourceStridedSliceAssign(
    ref: _Input,
    begin: _Input,
    end: _Input,
    strides: _Input,
    value: _Input,
    *,
    Index: _Like = ...,
    T: _Like = ...,
    begin_mask: int = ...,
    end_mask: int = ...,
    ellipsis_mask: int = ...,
    new_axis_mask: int = ...,
    shrink_axis_mask: int = ...,
    name: str | None = ...,
) -> _Operation: ...
def RestoreV2(
    prefix: _Input,
    tensor_names: _Input,
    shape_and_slices: _Input,
    *,
    dtypes: _Sequence[_Like],
    name: str | None = ...,
) -> list[_Tensor]: ...
def ReverseSequence(
    input: _Input,
    seq_lengths: _Input,
    *,
    T: _Like = ...,
    Tlen: _Like = ...,
    seq_dim: int,
    batch_dim: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ReverseV2(
    tensor: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def RightShift(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Rint(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Roll(
    input: _Input,
    shift: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Tshift: _Like = ...,
    Taxis: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Round(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Rsqrt(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def RsqrtGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SampleDistortedBoundingBox(
    image_size: _Input,
    bounding_boxes: _Input,
    *,
    T: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    aspect_ratio_range: _Sequence[float] = ...,
    area_range: _Sequence[float] = ...,
    max_attempts: int = ...,
    use_image_if_no_bounding_boxes: bool = ...,
    min_object_covered: float = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SampleDistortedBoundingBoxV2(
    image_size: _Input,
    bounding_boxes: _Input,
    min_object_covered: _Input,
    *,
    T: _Like = ...,
    seed: int = ...,
    seed2: int = ...,
    aspect_ratio_range: _Sequence[float] = ...,
    area_range: _Sequence[float] = ...,
    max_attempts: int = ...,
    use_image_if_no_bounding_boxes: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SaveV2(
    prefix: _Input,
    tensor_names: _Input,
    shape_and_slices: _Input,
    tensors: _Sequence[_Input],
    *,
    dtypes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> _Operation: ...
def ScalarSummary(tags: _Input, values: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ScatterNd(
    indices: _Input,
    updates: _Input,
    shape: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def ScatterNdNonAliasingAdd(
    input: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SegmentMax(
    data: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SegmentMean(
    data: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SegmentMin(
    data: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SegmentProd(
    data: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SegmentSum(
    data: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Select(condition: _Input, t: _Input, e: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SelectV2(
    condition: _Input,
    t: _Input,
    e: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SelfAdjointEigV2(
    input: _Input,
    *,
    T: _Like = ...,
    compute_v: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Selu(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SeluGrad(gradients: _Input, outputs: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SerializeTensor(tensor: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SetSize(
    set_indices: _Input,
    set_values: _Input,
    set_shape: _Input,
    *,
    T: _Like = ...,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Shape(input: _Input, *, T: _Like = ..., out_type: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ShapeN(
    input: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    out_type: _Like = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def ShardedFilename(
    basename: _Input,
    shard: _Input,
    num_shards: _Input,
    *,
    name: str | None = ...,
) -> _Tensor: ...
def ShardedFilespec(basename: _Input, num_shards: _Input, *, name: str | None = ...) -> _Tensor: ...
def Sigmoid(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SigmoidGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Sign(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Sin(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Sinh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Size(input: _Input, *, T: _Like = ..., out_type: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Slice(
    input: _Input,
    begin: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    Index: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Softmax(logits: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SoftmaxCrossEntropyWithLogits(
    features: _Input,
    labels: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Softplus(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SoftplusGrad(
    gradients: _Input,
    features: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Softsign(features: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SoftsignGrad(
    gradients: _Input,
    features: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SpaceToBatch(
    input: _Input,
    paddings: _Input,
    *,
    T: _Like = ...,
    Tpaddings: _Like = ...,
    block_size: int,
    name: str | None = ...,
) -> _Tensor: ...
def SpaceToBatchND(
    input: _Input,
    block_shape: _Input,
    paddings: _Input,
    *,
    T: _Like = ...,
    Tblock_shape: _Like = ...,
    Tpaddings: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SpaceToDepth(
    input: _Input,
    *,
    T: _Like = ...,
    block_size: int,
    data_format: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseAdd(
    a_indices: _Input,
    a_values: _Input,
    a_shape: _Input,
    b_indices: _Input,
    b_values: _Input,
    b_shape: _Input,
    thresh: _Input,
    *,
    T: _Like = ...,
    Treal: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseAddGrad(
    backprop_val_grad: _Input,
    a_indices: _Input,
    b_indices: _Input,
    sum_indices: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseConcat(
    indices: _Sequence[_Input],
    values: _Sequence[_Input],
    shapes: _Sequence[_Input],
    *,
    N: int = ...,
    T: _Like = ...,
    concat_dim: int,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseCross(
    indices: _Sequence[_Input],
    values: _Sequence[_Input],
    shapes: _Sequence[_Input],
    dense_inputs: _Sequence[_Input],
    *,
    N: int = ...,
    sparse_types: _Sequence[_Like] = ...,
    dense_types: _Sequence[_Like] = ...,
    out_type: _Like,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
    internal_type: _Like,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseCrossV2(
    indices: _Sequence[_Input],
    values: _Sequence[_Input],
    shapes: _Sequence[_Input],
    dense_inputs: _Sequence[_Input],
    sep: _Input,
    *,
    N: int = ...,
    sparse_types: _Sequence[_Like] = ...,
    dense_types: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseDenseCwiseAdd(
    sp_indices: _Input,
    sp_values: _Input,
    sp_shape: _Input,
    dense: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseDenseCwiseDiv(
    sp_indices: _Input,
    sp_values: _Input,
    sp_shape: _Input,
    dense: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseDenseCwiseMul(
    sp_indices: _Input,
    sp_values: _Input,
    sp_shape: _Input,
    dense: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseFillEmptyRows(
    indices: _Input,
    values: _Input,
    dense_shape: _Input,
    default_value: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor]: ...
def SparseFillEmptyRowsGrad(
    reverse_index_map: _Input,
    grad_values: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseReduceMax(
    input_indices: _Input,
    input_values: _Input,
    input_shape: _Input,
    reduction_axes: _Input,
    *,
    T: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseReduceMaxSparse(
    input_indices: _Input,
    input_values: _Input,
    input_shape: _Input,
    reduction_axes: _Input,
    *,
    T: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseReduceSum(
    input_indices: _Input,
    input_values: _Input,
    input_shape: _Input,
    reduction_axes: _Input,
    *,
    T: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseReduceSumSparse(
    input_indices: _Input,
    input_values: _Input,
    input_shape: _Input,
    reduction_axes: _Input,
    *,
    T: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseReorder(
    input_indices: _Input,
    input_values: _Input,
    input_shape: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseReshape(
    input_indices: _Input,
    input_shape: _Input,
    new_shape: _Input,
    *,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseSegmentMean(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentMeanGrad(
    grad: _Input,
    indices: _Input,
    segment_ids: _Input,
    output_dim0: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentMeanWithNumSegments(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    Tnumsegments: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSqrtN(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSqrtNGrad(
    grad: _Input,
    indices: _Input,
    segment_ids: _Input,
    output_dim0: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSqrtNWithNumSegments(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    Tnumsegments: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSum(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSumGrad(
    grad: _Input,
    indices: _Input,
    segment_ids: _Input,
    output_dim0: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSegmentSumWithNumSegments(
    data: _Input,
    indices: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    Tsegmentids: _Like = ...,
    Tnumsegments: _Like = ...,
    sparse_gradient: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSlice(
    indices: _Input,
    values: _Input,
    shape: _Input,
    start: _Input,
    size: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def SparseSliceGrad(
    backprop_val_grad: _Input,
    input_indices: _Input,
    input_start: _Input,
    output_indices: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSoftmax(
    sp_indices: _Input,
    sp_values: _Input,
    sp_shape: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseSoftmaxCrossEntropyWithLogits(
    features: _Input,
    labels: _Input,
    *,
    T: _Like = ...,
    Tlabels: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseSparseMaximum(
    a_indices: _Input,
    a_values: _Input,
    a_shape: _Input,
    b_indices: _Input,
    b_values: _Input,
    b_shape: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseSparseMinimum(
    a_indices: _Input,
    a_values: _Input,
    a_shape: _Input,
    b_indices: _Input,
    b_values: _Input,
    b_shape: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def SparseSplit(
    split_dim: _Input,
    indices: _Input,
    values: _Input,
    shape: _Input,
    *,
    T: _Like = ...,
    num_split: int,
    name: str | None = ...,
) -> tuple[_Tensor, ...]: ...
def SparseTensorDenseAdd(
    a_indices: _Input,
    a_values: _Input,
    a_shape: _Input,
    b: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseTensorDenseMatMul(
    a_indices: _Input,
    a_values: _Input,
    a_shape: _Input,
    b: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    adjoint_a: bool = ...,
    adjoint_b: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseToDense(
    sparse_indices: _Input,
    output_shape: _Input,
    sparse_values: _Input,
    default_value: _Input,
    *,
    Tindices: _Like = ...,
    T: _Like = ...,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def SparseToSparseSetOperation(
    set1_indices: _Input,
    set1_values: _Input,
    set1_shape: _Input,
    set2_indices: _Input,
    set2_values: _Input,
    set2_shape: _Input,
    *,
    T: _Like = ...,
    set_operation: str | bytes,
    validate_indices: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Split(
    split_dim: _Input,
    value: _Input,
    *,
    T: _Like = ...,
    num_split: int,
    name: str | None = ...,
) -> list[_Tensor]: ...
def SplitV(
    value: _Input,
    size_splits: _Input,
    split_dim: _Input,
    *,
    T: _Like = ...,
    Tlen: _Like = ...,
    num_split: int,
    name: str | None = ...,
) -> list[_Tensor]: ...
def Sqrt(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SqrtGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Square(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def SquaredDifference(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Squeeze(
    input: _Input,
    *,
    T: _Like = ...,
    squeeze_dims: _Sequence[int] = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StackCloseV2(handle: _Input, *, name: str | None = ...) -> _Operation: ...
def StackPopV2(handle: _Input, *, elem_type: _Like, name: str | None = ...) -> _Tensor: ...
def StackPushV2(
    handle: _Input,
    elem: _Input,
    *,
    T: _Like = ...,
    swap_memory: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StackV2(
    max_size: _Input,
    *,
    elem_type: _Like,
    stack_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatefulPartitionedCall(
    args: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    f: str | _NameAttrList,
    config: str | bytes = ...,
    config_proto: str | bytes = ...,
    executor_type: str | bytes = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def StatelessCase(
    branch_index: _Input,
    input: _Sequence[_Input],
    *,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    branches: _Sequence[str | _NameAttrList],
    output_shapes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def StatelessIf(
    cond: _Input,
    input: _Sequence[_Input],
    *,
    Tcond: _Like = ...,
    Tin: _Sequence[_Like] = ...,
    Tout: _Sequence[_Like],
    then_branch: str | _NameAttrList,
    else_branch: str | _NameAttrList,
    output_shapes: _Sequence[_Like] = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def StatelessMultinomial(
    logits: _Input,
    num_samples: _Input,
    seed: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    output_dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessRandomNormal(
    shape: _Input,
    seed: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessRandomUniform(
    shape: _Input,
    seed: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessRandomUniformFullInt(
    shape: _Input,
    seed: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessRandomUniformInt(
    shape: _Input,
    seed: _Input,
    minval: _Input,
    maxval: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessTruncatedNormal(
    shape: _Input,
    seed: _Input,
    *,
    T: _Like = ...,
    Tseed: _Like = ...,
    dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StatelessWhile(
    input: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    cond: str | _NameAttrList,
    body: str | _NameAttrList,
    output_shapes: _Sequence[_Like] = ...,
    parallel_iterations: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def StaticRegexFullMatch(input: _Input, *, pattern: str | bytes, name: str | None = ...) -> _Tensor: ...
def StaticRegexReplace(
    input: _Input,
    *,
    pattern: str | bytes,
    rewrite: str | bytes,
    replace_global: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StopGradient(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def StridedSlice(
    input: _Input,
    begin: _Input,
    end: _Input,
    strides: _Input,
    *,
    T: _Like = ...,
    Index: _Like = ...,
    begin_mask: int = ...,
    end_mask: int = ...,
    ellipsis_mask: int = ...,
    new_axis_mask: int = ...,
    shrink_axis_mask: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StridedSliceGrad(
    shape: _Input,
    begin: _Input,
    end: _Input,
    strides: _Input,
    dy: _Input,
    *,
    Index: _Like = ...,
    T: _Like = ...,
    begin_mask: int = ...,
    end_mask: int = ...,
    ellipsis_mask: int = ...,
    new_axis_mask: int = ...,
    shrink_axis_mask: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StringFormat(
    inputs: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    template: str | bytes = ...,
    placeholder: str | bytes = ...,
    summarize: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StringJoin(
    inputs: _Sequence[_Input],
    *,
    N: int = ...,
    separator: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def StringLength(input: _Input, *, unit: str | bytes = ..., name: str | None = ...) -> _Tensor: ...
def StringLower(input: _Input, *, encoding: str | bytes = ..., name: str | None = ...) -> _Tensor: ...
def StringSplit(
    input: _Input,
    delimiter: _Input,
    *,
    skip_empty: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def StringSplitV2(
    input: _Input,
    sep: _Input,
    *,
    maxsplit: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def StringStrip(input: _Input, *, name: str | None = ...) -> _Tensor: ...
def StringToHashBucket(string_tensor: _Input, *, num_buckets: int, name: str | None = ...) -> _Tensor: ...
def StringToHashBucketFast(input: _Input, *, num_buckets: int, name: str | None = ...) -> _Tensor: ...
def StringToHashBucketStrong(
    input: _Input,
    *,
    num_buckets: int,
    key: _Sequence[int],
    name: str | None = ...,
) -> _Tensor: ...
def StringToNumber(string_tensor: _Input, *, out_type: _Like = ..., name: str | None = ...) -> _Tensor: ...
def StringUpper(input: _Input, *, encoding: str | bytes = ..., name: str | None = ...) -> _Tensor: ...
def Sub(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Substr(
    input: _Input,
    pos: _Input,
    len: _Input,
    *,
    T: _Like = ...,
    unit: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Sum(
    input: _Input,
    reduction_indices: _Input,
    *,
    T: _Like = ...,
    Tidx: _Like = ...,
    keep_dims: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Svd(
    input: _Input,
    *,
    T: _Like = ...,
    compute_uv: bool = ...,
    full_matrices: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Switch(
    data: _Input,
    pred: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TFRecordReaderV2(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    compression_type: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Tan(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Tanh(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def TanhGrad(y: _Input, dy: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def TensorArrayCloseV3(handle: _Input, *, name: str | None = ...) -> _Operation: ...
def TensorArrayConcatV3(
    handle: _Input,
    flow_in: _Input,
    *,
    dtype: _Like,
    element_shape_except0: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorArrayGatherV3(
    handle: _Input,
    indices: _Input,
    flow_in: _Input,
    *,
    dtype: _Like,
    element_shape: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorArrayGradV3(
    handle: _Input,
    flow_in: _Input,
    *,
    source: str | bytes,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorArrayGradWithShape(
    handle: _Input,
    flow_in: _Input,
    shape_to_prepend: _Input,
    *,
    source: str | bytes,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorArrayReadV3(
    handle: _Input,
    index: _Input,
    flow_in: _Input,
    *,
    dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def TensorArrayScatterV3(
    handle: _Input,
    indices: _Input,
    value: _Input,
    flow_in: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorArraySizeV3(handle: _Input, flow_in: _Input, *, name: str | None = ...) -> _Tensor: ...
def TensorArraySplitV3(
    handle: _Input,
    value: _Input,
    lengths: _Input,
    flow_in: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorArrayV3(
    size: _Input,
    *,
    dtype: _Like,
    element_shape: _Like = ...,
    dynamic_size: bool = ...,
    clear_after_read: bool = ...,
    identical_element_shapes: bool = ...,
    tensor_array_name: str | bytes = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorArrayWriteV3(
    handle: _Input,
    index: _Input,
    value: _Input,
    flow_in: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListConcatV2(
    input_handle: _Input,
    element_shape: _Input,
    leading_dims: _Input,
    *,
    shape_type: _Like = ...,
    element_dtype: _Like,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorListElementShape(input_handle: _Input, *, shape_type: _Like, name: str | None = ...) -> _Tensor: ...
def TensorListFromTensor(
    tensor: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like = ...,
    shape_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListGather(
    input_handle: _Input,
    indices: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListGetItem(
    input_handle: _Input,
    index: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListLength(input_handle: _Input, *, name: str | None = ...) -> _Tensor: ...
def TensorListPopBack(
    input_handle: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def TensorListPushBack(
    input_handle: _Input,
    tensor: _Input,
    *,
    element_dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListReserve(
    element_shape: _Input,
    num_elements: _Input,
    *,
    shape_type: _Like = ...,
    element_dtype: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListResize(input_handle: _Input, size: _Input, *, name: str | None = ...) -> _Tensor: ...
def TensorListScatter(
    tensor: _Input,
    indices: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like = ...,
    shape_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListScatterIntoExistingList(
    input_handle: _Input,
    tensor: _Input,
    indices: _Input,
    *,
    element_dtype: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListScatterV2(
    tensor: _Input,
    indices: _Input,
    element_shape: _Input,
    num_elements: _Input,
    *,
    element_dtype: _Like = ...,
    shape_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListSetItem(
    input_handle: _Input,
    index: _Input,
    item: _Input,
    *,
    element_dtype: _Like = ...,
    resize_if_index_out_of_bounds: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListSplit(
    tensor: _Input,
    element_shape: _Input,
    lengths: _Input,
    *,
    element_dtype: _Like = ...,
    shape_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorListStack(
    input_handle: _Input,
    element_shape: _Input,
    *,
    element_dtype: _Like,
    num_elements: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorScatterAdd(
    tensor: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorScatterMax(
    tensor: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorScatterMin(
    tensor: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorScatterSub(
    tensor: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorScatterUpdate(
    tensor: _Input,
    indices: _Input,
    updates: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TensorSummaryV2(
    tag: _Input,
    tensor: _Input,
    serialized_summary_metadata: _Input,
    *,
    T: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TextLineReaderV2(
    *,
    skip_header_lines: int = ...,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Tile(
    input: _Input,
    multiples: _Input,
    *,
    T: _Like = ...,
    Tmultiples: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def Timestamp(*, name: str | None = ...) -> _Tensor: ...
def TopKV2(
    input: _Input,
    k: _Input,
    *,
    T: _Like = ...,
    Tk: _Like = ...,
    index_type: _Like = ...,
    sorted: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def Transpose(
    x: _Input,
    perm: _Input,
    *,
    T: _Like = ...,
    Tperm: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def TruncateDiv(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def TruncateMod(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def TruncatedNormal(
    shape: _Input,
    *,
    T: _Like = ...,
    dtype: _Like,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UnicodeDecode(
    input: _Input,
    *,
    Tsplits: _Like = ...,
    input_encoding: str | bytes,
    errors: str | bytes = ...,
    replacement_char: int = ...,
    replace_control_characters: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def UnicodeDecodeWithOffsets(
    input: _Input,
    *,
    Tsplits: _Like = ...,
    input_encoding: str | bytes,
    errors: str | bytes = ...,
    replacement_char: int = ...,
    replace_control_characters: bool = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def UnicodeEncode(
    input_values: _Input,
    input_splits: _Input,
    *,
    Tsplits: _Like = ...,
    errors: str | bytes = ...,
    replacement_char: int = ...,
    output_encoding: str | bytes,
    name: str | None = ...,
) -> _Tensor: ...
def UnicodeTranscode(
    input: _Input,
    *,
    input_encoding: str | bytes,
    output_encoding: str | bytes,
    errors: str | bytes = ...,
    replacement_char: int = ...,
    replace_control_characters: bool = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UniformCandidateSampler(
    true_classes: _Input,
    *,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int = ...,
    seed2: int = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Unique(
    x: _Input,
    *,
    T: _Like = ...,
    out_idx: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def UniqueV2(
    x: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Taxis: _Like = ...,
    out_idx: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor]: ...
def UniqueWithCounts(
    x: _Input,
    *,
    T: _Like = ...,
    out_idx: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def UniqueWithCountsV2(
    x: _Input,
    axis: _Input,
    *,
    T: _Like = ...,
    Taxis: _Like = ...,
    out_idx: _Like = ...,
    name: str | None = ...,
) -> tuple[_Tensor, _Tensor, _Tensor]: ...
def Unpack(
    value: _Input,
    *,
    T: _Like = ...,
    num: int,
    axis: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def UnravelIndex(indices: _Input, dims: _Input, *, Tidx: _Like = ..., name: str | None = ...) -> _Tensor: ...
def UnsortedSegmentMax(
    data: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    Tnumsegments: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UnsortedSegmentMin(
    data: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    Tnumsegments: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UnsortedSegmentProd(
    data: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    Tnumsegments: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UnsortedSegmentSum(
    data: _Input,
    segment_ids: _Input,
    num_segments: _Input,
    *,
    T: _Like = ...,
    Tindices: _Like = ...,
    Tnumsegments: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def UpperBound(
    sorted_inputs: _Input,
    values: _Input,
    *,
    T: _Like = ...,
    out_type: _Like = ...,
    name: str | None = ...,
) -> _Tensor: ...
def VarHandleOp(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    dtype: _Like,
    shape: _Like,
    name: str | None = ...,
) -> _Tensor: ...
def VarIsInitializedOp(resource: _Input, *, name: str | None = ...) -> _Tensor: ...
def VariableShape(input: _Input, *, out_type: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Where(input: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def While(
    input: _Sequence[_Input],
    *,
    T: _Sequence[_Like] = ...,
    cond: str | _NameAttrList,
    body: str | _NameAttrList,
    output_shapes: _Sequence[_Like] = ...,
    parallel_iterations: int = ...,
    name: str | None = ...,
) -> list[_Tensor]: ...
def WholeFileReaderV2(
    *,
    container: str | bytes = ...,
    shared_name: str | bytes = ...,
    name: str | None = ...,
) -> _Tensor: ...
def WriteFile(filename: _Input, contents: _Input, *, name: str | None = ...) -> _Operation: ...
def Xdivy(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Xlog1py(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Xlogy(x: _Input, y: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def ZerosLike(x: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
def Zeta(x: _Input, q: _Input, *, T: _Like = ..., name: str | None = ...) -> _Tensor: ...
