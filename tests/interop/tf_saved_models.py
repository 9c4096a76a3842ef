"""TensorFlow loads SavedModels in its three ways and answers by their signatures.

Request: {models: {name: {folder, asked: [{signature, inputs: {key: nested list, or the three lists of a sparse tensor}}]}}}.
Texts stand in it as Latin-1. Answer: {version, models: {name: {loader: [{output key: [nested list, or three of a sparse one]}], "cli": what
saved_model_cli prints}}} for the loaders "v1" (tf.compat.v1.saved_model.load), "v2" (tf.saved_model.load) and "c++", which
programs of C++ use, TensorFlow Serving among them; it is called through TensorFlow's C API.
"""

import contextlib
import ctypes
import glob
import io
import json
import os
import sys

import numpy as np
import tensorflow as tf2

tf = tf2.compat.v1


# -- values ------------------------------------------------------------------------------------------------------------


def array(value, dtype):
    if dtype == tf2.string:
        texts = np.array(value, object)
        return np.array([text.encode("latin-1") for text in texts.ravel()], object).reshape(texts.shape)
    return np.array(value, dtype.as_numpy_dtype)


def as_json(value):
    found = np.asarray(value)
    if found.dtype.kind in "OS":
        return (
            np.array([text.decode("latin-1") for text in found.ravel()], object).reshape(found.shape).tolist()
        )
    return found.tolist()


def fed(signature, inputs):
    """Names of tensors, to arrays."""
    feeds = {}
    for key, value in inputs.items():
        info = signature.inputs[key]
        dtype = tf2.dtypes.as_dtype(info.dtype)
        if info.WhichOneof("encoding") == "name":
            feeds[info.name] = array(value, dtype)
        else:
            sparse, (indices, values, shape) = info.coo_sparse, value
            feeds[sparse.indices_tensor_name] = np.array(indices, np.int64).reshape(-1, len(shape))
            feeds[sparse.values_tensor_name] = array(values, dtype)
            feeds[sparse.dense_shape_tensor_name] = np.array(shape, np.int64)
    return feeds


def names_of(info):
    """The names of a tensor, or of the three of a sparse one."""
    if info.WhichOneof("encoding") == "name":
        return [info.name]
    sparse = info.coo_sparse
    return [sparse.indices_tensor_name, sparse.values_tensor_name, sparse.dense_shape_tensor_name]


def parts(value):
    """The array of a tensor, or the three of a sparse one."""
    if isinstance(value, tf2.SparseTensor):
        return [value.indices.numpy(), value.values.numpy(), value.dense_shape.numpy()]
    return [value.numpy()]


# -- the loaders -------------------------------------------------------------------------------------------------------


def by_v1(folder, asked):
    with tf.Graph().as_default(), tf.Session() as session:
        signatures = tf.saved_model.load(session, ["serve"], folder).signature_def
        for row in asked:
            signature = signatures[row["signature"]]
            names = {key: names_of(info) for key, info in signature.outputs.items()}
            values = session.run(names, fed(signature, row["inputs"]))
            yield {key: [as_json(part) for part in value] for key, value in values.items()}


def by_v2(folder, asked):
    loaded = tf2.saved_model.load(folder)
    for row in asked:
        function = loaded.signatures[row["signature"]]
        specs = function.structured_input_signature[1]
        given = {}
        for key, value in row["inputs"].items():
            if key in specs:
                given[key] = tf2.constant(array(value, specs[key].dtype))
            else:  # the three of a sparse tensor
                for part, component in zip(("indices", "values", "dense_shape"), value):
                    spec = specs[f"{key}_{part}"]
                    given[f"{key}_{part}"] = tf2.constant(array(component, spec.dtype), spec.dtype)
        yield {key: [as_json(part) for part in parts(value)] for key, value in function(**given).items()}


class Output(ctypes.Structure):
    """TF_Output: an operation, and which of its tensors."""

    _fields_ = [("operation", ctypes.c_void_p), ("index", ctypes.c_int)]


class CApi:
    """The functions of TensorFlow's C API, with the checks of their status."""

    TEXT_SIZE = 24  # of a TF_TString

    def __init__(self):
        folder = os.path.dirname(tf2.__file__)
        (path,) = glob.glob(os.path.join(folder, "libtensorflow_cc.so.[0-9]"))
        self.library = ctypes.CDLL(path)
        for name in (
            "TF_NewStatus TF_NewSessionOptions TF_NewGraph TF_LoadSessionFromSavedModel TF_GraphOperationByName "
            "TF_AllocateTensor TF_TensorData"
        ).split():
            getattr(self.library, name).restype = ctypes.c_void_p
        for name in ("TF_StringGetDataPointer", "TF_Message"):
            getattr(self.library, name).restype = ctypes.c_char_p
        for name in ("TF_StringGetSize", "TF_TensorByteSize"):
            getattr(self.library, name).restype = ctypes.c_size_t
        self.library.TF_Dim.restype = ctypes.c_int64
        self.library.TF_StringGetDataPointer.restype = ctypes.c_void_p
        self.status = ctypes.c_void_p(self.library.TF_NewStatus())

    def check(self):
        if self.library.TF_GetCode(self.status):
            raise RuntimeError(self.library.TF_Message(self.status).decode())

    def load(self, folder):
        graph = ctypes.c_void_p(self.library.TF_NewGraph())
        options = ctypes.c_void_p(self.library.TF_NewSessionOptions())
        tags = (ctypes.c_char_p * 1)(b"serve")
        session = self.library.TF_LoadSessionFromSavedModel(
            options, None, folder.encode(), tags, 1, graph, None, self.status
        )
        self.check()
        return ctypes.c_void_p(session), graph

    def output(self, graph, name):
        operation, _, index = name.partition(":")
        found = self.library.TF_GraphOperationByName(graph, operation.encode())
        assert found, f"the C++ loader has no operation {operation}"
        return Output(found, int(index))

    def tensor(self, value):
        dims = (ctypes.c_int64 * value.ndim)(*value.shape)
        kind = tf2.dtypes.as_dtype(value.dtype).as_datatype_enum if value.dtype != object else 7
        size = value.size * self.TEXT_SIZE if value.dtype == object else value.nbytes
        made = ctypes.c_void_p(self.library.TF_AllocateTensor(kind, dims, value.ndim, ctypes.c_size_t(size)))
        data = self.library.TF_TensorData(made)
        if value.dtype != object:
            ctypes.memmove(data, np.ascontiguousarray(value).ctypes.data, size)
            return made
        for number, text in enumerate(value.ravel()):
            at = ctypes.c_void_p(data + number * self.TEXT_SIZE)
            self.library.TF_StringInit(at)
            self.library.TF_StringCopy(at, text, ctypes.c_size_t(len(text)))
        return made

    def array(self, tensor):
        shape = [self.library.TF_Dim(tensor, axis) for axis in range(self.library.TF_NumDims(tensor))]
        dtype = tf2.dtypes.as_dtype(self.library.TF_TensorType(tensor))
        data, size = self.library.TF_TensorData(tensor), self.library.TF_TensorByteSize(tensor)
        if dtype != tf2.string:
            return np.frombuffer(ctypes.string_at(data, size), dtype.as_numpy_dtype).reshape(shape)
        texts = []
        for number in range(size // self.TEXT_SIZE):
            at = ctypes.c_void_p(data + number * self.TEXT_SIZE)
            length = self.library.TF_StringGetSize(at)
            texts.append(ctypes.string_at(self.library.TF_StringGetDataPointer(at), length))
        return np.array(texts, object).reshape(shape)

    def run(self, session, graph, feeds, names):
        inputs = (Output * len(feeds))(*(self.output(graph, name) for name in feeds))
        values = (ctypes.c_void_p * len(feeds))(*(self.tensor(value).value for value in feeds.values()))
        outputs = (Output * len(names))(*(self.output(graph, name) for name in names))
        found = (ctypes.c_void_p * len(names))()
        self.library.TF_SessionRun(
            session, None, inputs, values, len(feeds), outputs, found, len(names), None, 0, None, self.status
        )
        self.check()
        return [self.array(ctypes.c_void_p(each)) for each in found]


def by_cpp(folder, asked):
    """The C API has no signatures: those are read from the file."""
    from tensorflow.python.saved_model import loader_impl as loader

    signatures = loader.SavedModelLoader(folder).get_meta_graph_def_from_tags(["serve"]).signature_def
    api = CApi()
    session, graph = api.load(folder)
    for row in asked:
        signature = signatures[row["signature"]]
        names = {key: names_of(info) for key, info in signature.outputs.items()}
        found = iter(api.run(session, graph, fed(signature, row["inputs"]), sum(names.values(), [])))
        yield {key: [as_json(next(found)) for _ in given] for key, given in names.items()}


def printed(folder):
    """What `saved_model_cli show --dir FOLDER --all` prints."""
    from tensorflow.python.tools import saved_model_cli

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        saved_model_cli._show_all(folder)
    return said.getvalue()


request = json.load(sys.stdin)
answer = {}
for name, model in request["models"].items():
    loaders = {"v1": by_v1, "v2": by_v2, "c++": by_cpp}
    answer[name] = {kind: list(load(model["folder"], model["asked"])) for kind, load in loaders.items()}
    answer[name]["cli"] = printed(model["folder"])
print(json.dumps({"version": tf2.__version__, "models": answer}))
