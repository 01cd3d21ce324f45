"""Measures how much goes through a gate that Python has made, as a part of what goes through the command's.

    target/xtask/venv/bin/python python/benches/throughput.py ROUNDS target/release/chaosgate

Both are measured in turn, so that what else the machine does concerns both. A release wheel has to be there:
`cargo xtask test --python --full` leaves one.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from chaosgate import TcpGate

BYTES = 2 << 30

# A process of its own, so that its GIL is not that of the gate: takes what comes, and says when it has all.
SINK = f"""
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        client, _ = server.accept()
        with client:
            buffer, left = bytearray(1 << 20), {BYTES}
            while left > 0:
                left -= client.recv_into(buffer) or left
            client.sendall(b"!")
"""

# Likewise.
SOURCE = f"""
import socket, sys, time
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
    data, begin = bytes(1 << 20), time.monotonic()
    for _ in range({BYTES >> 20}):
        client.sendall(data)
    client.recv(1)
    print(time.monotonic() - begin)
"""


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """A process, and the first line that it prints."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()


def rate(port: int) -> float:
    """How many bytes a second go through the gate at this port."""
    done = subprocess.run(
        [sys.executable, "-c", SOURCE, str(port)], capture_output=True, text=True, check=True
    )
    return BYTES / float(done.stdout)


def main() -> None:
    rounds, program = int(sys.argv[1]), sys.argv[2]
    with running(sys.executable, "-c", SINK) as sink_port:
        upstream = ("127.0.0.1", int(sink_port))
        proxy = [program, "proxy", "--upstream", f"127.0.0.1:{upstream[1]}", "--json"]
        with TcpGate(upstream) as gate, running(*proxy) as beginning:
            command = int(json.loads(beginning)["listen"][0].rsplit(":", 1)[1])
            ratios = []
            for _ in range(rounds):
                ours, theirs = rate(gate.port), rate(command)
                ratios.append(ours / theirs)
                print(f"{ours / 1e9:.2f} GB/s from Python, {theirs / 1e9:.2f} GB/s through the command")
    print(f"ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
