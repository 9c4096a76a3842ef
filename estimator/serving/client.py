"""A client of servers, with arrays in and out, by Python's own library.

It speaks to `estimator serve`, and to whatever else answers TensorFlow Serving's REST and the Open Inference Protocol
at one address::

    with Client("127.0.0.1:8501") as client:
        answers = client.predict("iris", {"SepalLength": [5.1, 5.9], "SepalWidth": [3.3, 3.0]})
        answers["probabilities"]        # array([[...], [...]], dtype=float32)

Arrays travel raw, so no digit is lost. Of which type they must be is asked of the server, once for each model.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from http import client as http
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import numpy as np

from estimator.core.errors import (
    CancelledError,
    DataLossError,
    DeadlineExceededError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    ResourceExhaustedError,
    UnavailableError,
    UnimplementedError,
)
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of
from estimator.serving.client_messages import (
    SignatureInfo,
    TensorInfo,
    answered_arrays,
    feature_of,
    infer_request,
    infos_of,
)
from estimator.serving.json_tensors import Array

if TYPE_CHECKING:
    from typing import Self

_ERRORS: dict[int, type[OpError]] = {
    400: InvalidArgumentError,
    404: NotFoundError,
    408: DeadlineExceededError,
    413: ResourceExhaustedError,
    429: ResourceExhaustedError,
    499: CancelledError,
    501: UnimplementedError,
    503: UnavailableError,
    504: DeadlineExceededError,
}
_DEFAULT_SIGNATURE = "serving_default"
_HEADER_LENGTH = "Inference-Header-Content-Length"
# by which a server has closed a connection that was idle, so that the request has not been seen
_STALE = (http.RemoteDisconnected, ConnectionResetError, BrokenPipeError)

Version = int | str | None


class Client:
    """Asks a server; threads may share one.

    Wherever a model is named, `version` is a number, or the label of one; by default the server answers with its
    newest.

    Parameters
    ----------
    address : str
        ``"host:port"`` of HTTP, ``"https://host:port"`` for TLS.
    timeout_secs : float
        How long the server may be silent.
    tls : ssl.SSLContext, optional
        Which certificates are trusted, and one's own; by default the system's.

    Raises
    ------
    ValueError
        If the address is none.
    """

    def __init__(
        self,
        address: str = "127.0.0.1:8501",
        *,
        timeout_secs: float = 60.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        scheme, self._address = _parts_of(address)
        self._timeout_secs = timeout_secs
        self._tls = (tls or ssl.create_default_context()) if scheme == "https" else None
        self._idle = list[http.HTTPConnection]()  # append and pop are whole
        self._signatures = dict[tuple[str, Version], dict[str, SignatureInfo]]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client may be used on."""
        while (idle := self._taken()) is not None:
            idle.close()

    def predict(
        self,
        model: str,
        inputs: Any,
        *,
        signature_name: str = "",
        outputs: Sequence[str] = (),
        version: Version = None,
    ) -> dict[str, Array]:
        """What a model makes of some arrays.

        Parameters
        ----------
        model : str
        inputs : mapping of str to array_like, or array_like
            By the names of the signature's inputs; without a name if it has one. Numbers are converted to the
            type that is wanted, if that keeps what they are; texts may be str or bytes.
        signature_name : str
            Empty: ``serving_default``, or the only one that there is.
        outputs : sequence of str
            Which outputs are wanted; none means all.
        version : int or str, optional

        Returns
        -------
        dict of str to ndarray
            Texts as object arrays of bytes.

        Raises
        ------
        NotFoundError
            If there is no such model or version.
        InvalidArgumentError
            If signature, names, types or shapes do not fit.
        UnavailableError
            If the server cannot be reached, or has no version to answer with.
        ResourceExhaustedError
            If it has too much to do, or is sent too much.
        DeadlineExceededError
            If it takes too long.
        OpError
            If the model fails.
        """
        wanted = self._wanted(model, signature_name, version)
        header, raw = infer_request(inputs, wanted, signature_name, outputs)
        path = f"/v2/models/{quote(model, safe='')}{_v2_version(version)}/infer"
        try:
            answer, length = self._asked(path, b"".join([header, *raw]), {_HEADER_LENGTH: str(len(header))})
        except InvalidArgumentError:
            self._signatures.pop((model, version), None)  # the model may have changed
            raise
        return answered_arrays(answer, length)

    def classify(
        self,
        model: str,
        examples: Sequence[Mapping[str, Any]],
        *,
        signature_name: str = "",
        version: Version = None,
    ) -> list[list[tuple[str, float]]]:
        """The classes of some examples, each with its score.

        Parameters
        ----------
        model : str
        examples : sequence of mapping
            Features by their names, as a tf.train.Example has them: an int or a list of them is int64, a float float,
            str and bytes are bytes.
        signature_name : str
        version : int or str, optional

        Raises
        ------
        OpError
            As :meth:`predict`.
        """
        results = self._of_examples("classify", model, examples, signature_name, version)
        return [[(label, score) for label, score in result] for result in results]

    def regress(
        self,
        model: str,
        examples: Sequence[Mapping[str, Any]],
        *,
        signature_name: str = "",
        version: Version = None,
    ) -> Array:
        """A number for each of some examples, float32 [n]; see :meth:`classify`."""
        return np.array(self._of_examples("regress", model, examples, signature_name, version), np.float32)

    def signatures(self, model: str, *, version: Version = None) -> dict[str, SignatureInfo]:
        """What a model may be asked, by the names of its signatures.

        Raises
        ------
        OpError
            As :meth:`predict`.
        """
        answer, _ = self._asked(f"{_v1_model(model, version)}/metadata")
        definitions = _json(answer)["metadata"]["signature_def"]["signature_def"]
        return {
            name: SignatureInfo(
                given["method_name"], infos_of(given.get("inputs", {})), infos_of(given.get("outputs", {}))
            )
            for name, given in definitions.items()
        }

    def status(self, model: str, *, version: Version = None) -> list[dict[str, Any]]:
        """The versions of a model, as TensorFlow Serving tells of them: version, state, and what went wrong.

        Raises
        ------
        OpError
            As :meth:`predict`.
        """
        answer, _ = self._asked(_v1_model(model, version))
        return list(_json(answer)["model_version_status"])

    def _wanted(self, model: str, signature_name: str, version: Version) -> Mapping[str, TensorInfo]:
        """The inputs of a signature, as far as they are known already, or else as the server says."""
        found = self._signatures.get((model, version), {})
        if (key := _key(signature_name, found)) not in found:  # it may have come with a newer version
            found = self._signatures[model, version] = self.signatures(model, version=version)
            key = _key(signature_name, found)
        if key not in found:
            hint = did_you_mean(key, found) or f" There is: {shortened(found)}."
            raise InvalidArgumentError(f"model {model!r} has no signature {key!r}.{hint}")
        return found[key].inputs

    def _of_examples(
        self,
        method: str,
        model: str,
        examples: Sequence[Mapping[str, Any]],
        signature_name: str,
        version: Version,
    ) -> list[Any]:
        document: dict[str, Any] = {
            "examples": [{name: feature_of(value) for name, value in one.items()} for one in examples]
        }
        if signature_name:
            document["signature_name"] = signature_name
        answer, _ = self._asked(f"{_v1_model(model, version)}:{method}", json.dumps(document).encode())
        return list(_json(answer)["results"])

    def _asked(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, str | None]:
        """The body of an answer, and the length of the JSON in it if raw tensors follow.

        Raises
        ------
        OpError
            If it is an error, or none comes.
        """
        try:
            status, answer, length = self._exchange(path, body, dict(headers or {}))
        except TimeoutError as error:
            raise DeadlineExceededError(
                f"{self._address} has not answered within {self._timeout_secs} s."
            ) from cause_of(error)
        except (OSError, http.HTTPException) as error:
            reason = error if isinstance(error, OSError) else shorten(error)  # which quotes what is no HTTP
            raise UnavailableError(f"cannot reach {self._address} by HTTP: {reason}.") from cause_of(error)
        if status != http.OK:
            raise _ERRORS.get(status, InternalError)(_told(answer, status))
        return answer, length

    def _exchange(
        self, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes, str | None]:
        """What :meth:`_exchange_by` gives; a connection that went stale while it was idle is replaced by a new one."""
        while (idle := self._taken()) is not None:
            try:
                return self._exchange_by(idle, path, body, headers)
            except _STALE:
                continue
        return self._exchange_by(self._connected(), path, body, headers)

    def _taken(self) -> http.HTTPConnection | None:
        """A connection that nobody uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connected(self) -> http.HTTPConnection:
        if self._tls is None:
            return http.HTTPConnection(self._address, timeout=self._timeout_secs)
        return http.HTTPSConnection(self._address, timeout=self._timeout_secs, context=self._tls)

    def _exchange_by(
        self, connection: http.HTTPConnection, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes, str | None]:
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            answer = response.read()
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return response.status, answer, response.getheader(_HEADER_LENGTH)


def _parts_of(address: str) -> tuple[str, str]:
    """The scheme of an address, and its host and port; those of a scheme that is said need no port.

    Raises
    ------
    ValueError
        If the address is none.
    """
    has_scheme = "://" in str(address)
    parts = urlsplit(str(address) if has_scheme else f"http://{address}")
    try:
        is_one = bool(parts.hostname) and parts.port != 0 and (has_scheme or parts.port is not None)
    except ValueError:  # of a port that is no number
        is_one = False
    has_more = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or has_more or not is_one:
        raise ValueError(f"address must be 'host:port' or 'https://host:port', given: {address!r}.")
    return parts.scheme, parts.netloc


def _key(signature_name: str, found: Mapping[str, SignatureInfo]) -> str:
    return signature_name or (next(iter(found)) if len(found) == 1 else _DEFAULT_SIGNATURE)


def _v1_model(model: str, version: Version) -> str:
    kind = "labels" if isinstance(version, str) else "versions"
    rest = "" if version is None else f"/{kind}/{quote(str(version), safe='')}"
    return f"/v1/models/{quote(model, safe='')}{rest}"


def _v2_version(version: Version) -> str:
    return "" if version is None else f"/versions/{quote(str(version), safe='')}"


def _json(answer: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(answer))
    except ValueError as error:
        raise DataLossError(f"the server's answer is not JSON: {shorten(answer)}.") from cause_of(error)


def _told(answer: bytes, status: int) -> str:
    """The message of an error."""
    try:
        return str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the server has answered {status}: {shorten(answer.decode('utf-8', 'replace'))}."
