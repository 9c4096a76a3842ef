"""Which family declares which ops: where they are found when they are first asked for.

Written by `make stub` from the declarations; do not edit.
"""

FAMILIES = {
    "estimator.ops.activations": """
        Elu EluGrad LeakyRelu LeakyReluGrad Relu Relu6 Relu6Grad ReluGrad Selu SeluGrad
    """,
    "estimator.ops.arrays": """
        Const ExpandDims GuaranteeConst Identity Placeholder PlaceholderWithDefault PreventGradient Rank
        Reshape Shape ShapeN Size Squeeze StopGradient
    """,
    "estimator.ops.batch_normalization": """
        FusedBatchNorm FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3 FusedBatchNormV2
        FusedBatchNormV3
    """,
    "estimator.ops.bitwise": """
        BitwiseAnd BitwiseOr BitwiseXor Invert LeftShift PopulationCount RightShift
    """,
    "estimator.ops.blocks": """
        BatchToSpace BatchToSpaceND DepthToSpace SpaceToBatch SpaceToBatchND SpaceToDepth
    """,
    "estimator.ops.boxes": """
        DrawBoundingBoxes DrawBoundingBoxesV2 NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4
        NonMaxSuppressionV5 NonMaxSuppressionWithOverlaps SampleDistortedBoundingBox
        SampleDistortedBoundingBoxV2
    """,
    "estimator.ops.candidates": """
        AllCandidateSampler ComputeAccidentalHits FixedUnigramCandidateSampler LogUniformCandidateSampler
        UniformCandidateSampler
    """,
    "estimator.ops.casts": """
        Cast
    """,
    "estimator.ops.clustering": """
        KmeansPlusPlusInitialization NearestNeighbors
    """,
    "estimator.ops.collective": """
        CollectiveRows CollectiveSum
    """,
    "estimator.ops.colours": """
        AdjustContrastv2 AdjustHue AdjustSaturation HSVToRGB RGBToHSV
    """,
    "estimator.ops.comparisons": """
        ApproximateEqual Equal Greater GreaterEqual IsFinite IsInf IsNan Less LessEqual LogicalAnd
        LogicalNot LogicalOr NotEqual Select SelectV2
    """,
    "estimator.ops.complex": """
        Angle Complex ComplexAbs Conj Imag Real
    """,
    "estimator.ops.control": """
        Assert CheckNumerics CheckNumericsV2 NoOp
    """,
    "estimator.ops.convolution": """
        Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2
    """,
    "estimator.ops.counting": """
        Bincount DenseBincount EditDistance HistogramFixedWidth ListDiff LowerBound UniqueV2
        UniqueWithCountsV2 UpperBound
    """,
    "estimator.ops.cropping": """
        CropAndResize CropAndResizeGradBoxes CropAndResizeGradImage
    """,
    "estimator.ops.crossing": """
        SparseCross SparseCrossV2
    """,
    "estimator.ops.csv": """
        DecodeCSV
    """,
    "estimator.ops.decoding": """
        DecodeRaw
    """,
    "estimator.ops.depthwise": """
        DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput
    """,
    "estimator.ops.diagonals": """
        Diag DiagPart MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3
        MatrixDiagV2 MatrixDiagV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3
    """,
    "estimator.ops.dilation": """
        Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput
    """,
    "estimator.ops.division": """
        Div FloorDiv FloorMod Mod TruncateDiv TruncateMod
    """,
    "estimator.ops.einsum": """
        Einsum
    """,
    "estimator.ops.elementwise": """
        Add AddN AddV2 ClipByValue DivNoNan Maximum Minimum Mul MulNoNan Pow RealDiv SquaredDifference Sub
    """,
    "estimator.ops.factoring": """
        MatrixTriangularSolve Qr
    """,
    "estimator.ops.files": """
        MatchingFiles ReadFile WriteFile
    """,
    "estimator.ops.filling": """
        BroadcastGradientArgs BroadcastTo Fill LinSpace OnesLike Range ZerosLike
    """,
    "estimator.ops.fourier": """
        FFT FFT2D FFT3D IFFT IFFT2D IFFT3D IRFFT IRFFT2D IRFFT3D RFFT RFFT2D RFFT3D
    """,
    "estimator.ops.frames": """
        ControlTrigger Enter Exit LoopCond Merge NextIteration Switch
    """,
    "estimator.ops.functional": """
        Case If PartitionedCall StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile While
    """,
    "estimator.ops.glimpses": """
        ExtractGlimpse
    """,
    "estimator.ops.hashing": """
        Fingerprint StringToHashBucket StringToHashBucketFast StringToHashBucketStrong
    """,
    "estimator.ops.image_coding": """
        DecodeAndCropJpeg DecodeBmp DecodeGif DecodeImage DecodeJpeg DecodePng EncodeJpeg
        EncodeJpegVariableQuality EncodePng ExtractJpegShape
    """,
    "estimator.ops.indexing": """
        GatherNd GatherV2 OneHot ScatterNd Where
    """,
    "estimator.ops.inputs": """
        FedIteratorGetNext FedIteratorGetNextAsOptional IteratorGetNext IteratorGetNextAsOptional
        MakeIterator
    """,
    "estimator.ops.joining": """
        ConcatOffset ConcatV2 ConjugateTranspose InvertPermutation Pack ReverseV2 Split SplitV Tile
        Transpose Unpack
    """,
    "estimator.ops.linalg": """
        BatchMatMul BatchMatMulV2 MatMul
    """,
    "estimator.ops.list_rows": """
        TensorListConcatV2 TensorListFromTensor TensorListGather TensorListScatter
        TensorListScatterIntoExistingList TensorListScatterV2 TensorListSplit TensorListStack
    """,
    "estimator.ops.lists": """
        EmptyTensorList TensorListElementShape TensorListGetItem TensorListLength TensorListPopBack
        TensorListPushBack TensorListReserve TensorListResize TensorListSetItem
    """,
    "estimator.ops.local_response": """
        LRN LRNGrad
    """,
    "estimator.ops.nn": """
        BiasAdd BiasAddGrad LogSoftmax Softmax SoftmaxCrossEntropyWithLogits
        SparseSoftmaxCrossEntropyWithLogits
    """,
    "estimator.ops.numerals": """
        StringToNumber
    """,
    "estimator.ops.optionals": """
        OptionalFromValue OptionalGetValue OptionalHasValue OptionalNone
    """,
    "estimator.ops.padding": """
        MirrorPad MirrorPadGrad Pad PadV2
    """,
    "estimator.ops.parsing": """
        ParseExample ParseExampleV2 ParseSingleExample
    """,
    "estimator.ops.partitioning": """
        DynamicPartition DynamicStitch ParallelDynamicStitch
    """,
    "estimator.ops.patches": """
        ExtractImagePatches
    """,
    "estimator.ops.pooling": """
        AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad MaxPool MaxPool3D MaxPool3DGrad MaxPool3DGradGrad
        MaxPoolGrad MaxPoolGradGrad MaxPoolGradWithArgmax MaxPoolWithArgmax
    """,
    "estimator.ops.positions": """
        ArgMax ArgMin
    """,
    "estimator.ops.printing": """
        Print PrintV2 StringFormat Timestamp
    """,
    "estimator.ops.projecting": """
        ImageProjectiveTransformV2
    """,
    "estimator.ops.protos": """
        DecodeProtoV2 EncodeProto
    """,
    "estimator.ops.py_func": """
        EagerPyFunc PyFunc PyFuncStateless
    """,
    "estimator.ops.quantization": """
        FakeQuantWithMinMaxArgs FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVars
        FakeQuantWithMinMaxVarsGradient FakeQuantWithMinMaxVarsPerChannel
        FakeQuantWithMinMaxVarsPerChannelGradient
    """,
    "estimator.ops.queues": """
        FIFOQueueV2 PaddingFIFOQueueV2 PriorityQueueV2 QueueCloseV2 QueueDequeueManyV2 QueueDequeueUpToV2
        QueueDequeueV2 QueueEnqueueManyV2 QueueEnqueueV2 QueueIsClosedV2 QueueSizeV2 RandomShuffleQueueV2
    """,
    "estimator.ops.ragged": """
        RaggedGather RaggedRange RaggedTensorToSparse RaggedTensorToTensor
    """,
    "estimator.ops.random": """
        RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt TruncatedNormal
    """,
    "estimator.ops.ranking": """
        Bucketize InTopKV2 TopKV2 Unique UniqueWithCounts
    """,
    "estimator.ops.readers": """
        FixedLengthRecordReaderV2 IdentityReaderV2 ReaderNumRecordsProducedV2 ReaderNumWorkUnitsCompletedV2
        ReaderReadUpToV2 ReaderReadV2 ReaderResetV2 TFRecordReaderV2 TextLineReaderV2 WholeFileReaderV2
    """,
    "estimator.ops.rearranging": """
        Bitcast BroadcastArgs EnsureShape IdentityN ParallelConcat Roll UnravelIndex
    """,
    "estimator.ops.reductions": """
        All Any EuclideanNorm L2Loss Max Mean Min Prod Sum
    """,
    "estimator.ops.regex": """
        RegexFullMatch RegexReplace StaticRegexFullMatch StaticRegexReplace
    """,
    "estimator.ops.resizing": """
        ResizeArea ResizeBicubic ResizeBicubicGrad ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor
        ResizeNearestNeighborGrad
    """,
    "estimator.ops.reversing": """
        ReverseSequence
    """,
    "estimator.ops.rows": """
        ResourceGather ResourceGatherNd ResourceScatterAdd ResourceScatterDiv ResourceScatterMax
        ResourceScatterMin ResourceScatterMul ResourceScatterNdAdd ResourceScatterNdMax ResourceScatterNdMin
        ResourceScatterNdSub ResourceScatterNdUpdate ResourceScatterSub ResourceScatterUpdate
    """,
    "estimator.ops.running": """
        Cumprod Cumsum CumulativeLogsumexp
    """,
    "estimator.ops.sampling": """
        Multinomial RandomGamma RandomPoissonV2
    """,
    "estimator.ops.saving": """
        MergeV2Checkpoints RestoreV2 SaveV2 ShardedFilename ShardedFilespec
    """,
    "estimator.ops.scattering": """
        ScatterNdNonAliasingAdd TensorScatterAdd TensorScatterMax TensorScatterMin TensorScatterSub
        TensorScatterUpdate
    """,
    "estimator.ops.segments": """
        SegmentMax SegmentMean SegmentMin SegmentProd SegmentSum UnsortedSegmentMax UnsortedSegmentMin
        UnsortedSegmentProd UnsortedSegmentSum
    """,
    "estimator.ops.sequence_examples": """
        ParseSequenceExampleV2
    """,
    "estimator.ops.sets": """
        DenseToDenseSetOperation DenseToSparseSetOperation SetSize SparseToSparseSetOperation
    """,
    "estimator.ops.slicing": """
        ResourceStridedSliceAssign Slice StridedSlice StridedSliceGrad
    """,
    "estimator.ops.solving": """
        Cholesky LogMatrixDeterminant Lu MatrixDeterminant MatrixInverse MatrixSolve MatrixSolveLs
    """,
    "estimator.ops.sound": """
        DecodeWav EncodeWav
    """,
    "estimator.ops.sparse": """
        SparseConcat SparseFillEmptyRows SparseFillEmptyRowsGrad SparseReorder SparseReshape SparseSlice
        SparseSliceGrad SparseSplit SparseToDense
    """,
    "estimator.ops.sparse_math": """
        SparseAdd SparseAddGrad SparseDenseCwiseAdd SparseDenseCwiseDiv SparseDenseCwiseMul SparseReduceMax
        SparseReduceMaxSparse SparseReduceSum SparseReduceSumSparse SparseSoftmax SparseSparseMaximum
        SparseSparseMinimum SparseTensorDenseAdd SparseTensorDenseMatMul
    """,
    "estimator.ops.sparse_segments": """
        SparseSegmentMean SparseSegmentMeanGrad SparseSegmentMeanWithNumSegments SparseSegmentSqrtN
        SparseSegmentSqrtNGrad SparseSegmentSqrtNWithNumSegments SparseSegmentSum SparseSegmentSumGrad
        SparseSegmentSumWithNumSegments
    """,
    "estimator.ops.special": """
        BesselI0 BesselI0e BesselI1 BesselI1e Betainc Digamma Erfinv Igamma IgammaGradA Igammac Lgamma Ndtri
        NextAfter Polygamma RandomGammaGrad Xdivy Xlog1py Xlogy Zeta
    """,
    "estimator.ops.spectra": """
        SelfAdjointEigV2 Svd
    """,
    "estimator.ops.splitting": """
        StringSplit StringSplitV2
    """,
    "estimator.ops.squashing": """
        Erf Erfc Sigmoid SigmoidGrad Softplus SoftplusGrad Softsign SoftsignGrad Tanh TanhGrad
    """,
    "estimator.ops.stacks": """
        StackCloseV2 StackPopV2 StackPushV2 StackV2
    """,
    "estimator.ops.state": """
        AssignAddVariableOp AssignSubVariableOp AssignVariableOp DisableCopyOnRead ReadVariableOp
        ResourceCountUpTo VarHandleOp VarIsInitializedOp VariableShape
    """,
    "estimator.ops.stateless": """
        StatelessMultinomial StatelessRandomNormal StatelessRandomUniform StatelessRandomUniformFullInt
        StatelessRandomUniformInt StatelessTruncatedNormal
    """,
    "estimator.ops.strings": """
        AsString ReduceJoin StringJoin StringLength StringLower StringStrip StringUpper Substr
    """,
    "estimator.ops.summaries": """
        AudioSummaryV2 HistogramSummary ImageSummary MergeSummary ScalarSummary TensorSummaryV2
    """,
    "estimator.ops.tables": """
        HashTableV2 InitializeTableFromTextFileV2 InitializeTableV2 LookupTableExportV2 LookupTableFindV2
        LookupTableImportV2 LookupTableInsertV2 LookupTableRemoveV2 LookupTableSizeV2 MutableHashTableV2
    """,
    "estimator.ops.tensor_arrays": """
        TensorArrayCloseV3 TensorArrayConcatV3 TensorArrayGatherV3 TensorArrayGradV3
        TensorArrayGradWithShape TensorArrayReadV3 TensorArrayScatterV3 TensorArraySizeV3 TensorArraySplitV3
        TensorArrayV3 TensorArrayWriteV3
    """,
    "estimator.ops.text_coding": """
        DecodeBase64 EncodeBase64 ParseTensor SerializeTensor
    """,
    "estimator.ops.training": """
        ResourceApplyGradientDescent ResourceApplyKerasMomentum ResourceApplyMomentum
        ResourceApplyProximalGradientDescent ResourceSparseApplyKerasMomentum ResourceSparseApplyMomentum
        ResourceSparseApplyProximalGradientDescent
    """,
    "estimator.ops.training_adagrad": """
        ResourceApplyAdadelta ResourceApplyAdagrad ResourceApplyAdagradDA ResourceApplyAdagradV2
        ResourceApplyProximalAdagrad ResourceSparseApplyAdadelta ResourceSparseApplyAdagrad
        ResourceSparseApplyAdagradDA ResourceSparseApplyAdagradV2 ResourceSparseApplyProximalAdagrad
    """,
    "estimator.ops.training_adam": """
        ResourceApplyAdaMax ResourceApplyAdam ResourceApplyAdamWithAmsgrad
    """,
    "estimator.ops.training_ftrl": """
        ResourceApplyFtrl ResourceApplyFtrlV2 ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2
    """,
    "estimator.ops.training_rmsprop": """
        ResourceApplyCenteredRMSProp ResourceApplyRMSProp ResourceSparseApplyCenteredRMSProp
        ResourceSparseApplyRMSProp
    """,
    "estimator.ops.trigonometry": """
        Acos Acosh Asin Asinh Atan Atan2 Atanh Cos Cosh Sin Sinh Tan
    """,
    "estimator.ops.unary": """
        Abs Ceil Exp Expm1 Floor Inv InvGrad Log Log1p Neg Reciprocal ReciprocalGrad Rint Round Rsqrt
        RsqrtGrad Sign Sqrt SqrtGrad Square
    """,
    "estimator.ops.unicode": """
        UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode UnicodeTranscode
    """,
    "estimator.ops.vectors": """
        Cross
    """,
}
