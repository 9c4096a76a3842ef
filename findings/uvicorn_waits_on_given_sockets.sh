#!/usr/bin/env bash
# uvicorn 0.54.0 on Python's asyncio: on a socket that was made by socket.create_server, connections are without TCP_NODELAY.
#
# asyncio switches Nagle's algorithm off for a connection whose socket says that its protocol is TCP. The sockets that it makes
# for a host and a port do so. What socket.create_server makes, and what is accepted there, says 0, which also is TCP; so the
# answers of a server that was given such a socket, `Server.run(sockets=[...])`, may wait for the client's acknowledgement if they
# are written in two pieces: some 40 ms each on Linux, against less than one. A socket that is made with IPPROTO_TCP is well.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "uvicorn==0.54.0" "h11==0.16.0"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import http.client
import platform
import socket
import threading
import time

import uvicorn

print("python", platform.python_version(), "uvicorn", uvicorn.__version__)


async def nodelay(scope, receive, send):
    """Answer with what the connection's socket says of TCP_NODELAY."""
    sock = send.__self__.transport.get_extra_info("socket")
    text = str(int(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": text})


def asked(listening):
    config = uvicorn.Config(nodelay, http="h11", loop="asyncio", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    client = http.client.HTTPConnection(*listening.getsockname()[:2])
    client.request("GET", "/")
    answer = client.getresponse().read()
    client.close()
    server.should_exit = True
    thread.join()
    return answer == b"1"


made = socket.create_server(("127.0.0.1", 0))
stated = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
stated.bind(("127.0.0.1", 0))
stated.listen()
found = {"socket.create_server": asked(made), "socket of IPPROTO_TCP": asked(stated)}
print("TCP_NODELAY of connections:", found)
assert found == {"socket.create_server": False, "socket of IPPROTO_TCP": True}
PY
