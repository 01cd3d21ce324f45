"""Redis byte by byte: what each toxic does to an answer, and how to see it."""

import os
import socket
import time

WORD = b"x" * 200
QUESTION = b"ECHO " + WORD + b"\r\nQUIT\r\n"
ANSWER = b"$200\r\n" + WORD + b"\r\n+OK\r\n"

# What a toxic is told, how many bytes of the answer come, how long that takes at least, and how it
# ends.
TOXICS = {
    "latency": ({"latency": 100, "jitter": 0}, len(ANSWER), 0.1, "end"),
    "bandwidth": ({"rate": 1}, len(ANSWER), 0.2, "end"),
    "slow_close": ({"delay": 100}, len(ANSWER), 0.1, "end"),
    "timeout": ({"timeout": 100}, 0, 0.0, "end"),
    "reset_peer": ({"timeout": 0}, 0, 0.0, "reset"),
    "slicer": (
        {"average_size": 100, "size_variation": 0, "delay": 20_000}, len(ANSWER), 0.06, "end",
    ),
    "limit_data": ({"bytes": 50}, 50, 0.0, "end"),
}


def ask(port):
    """The answer on a connection of its own, how long it took, and how it ended."""
    began = time.monotonic()
    answer, end = b"", "end"
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
        try:
            connection.sendall(QUESTION)
            while piece := connection.recv(4096):
                answer += piece
        except ConnectionResetError:
            end = "reset"
    return answer, time.monotonic() - began, end


def expect_effect(type_name, port):
    """That the toxic of this type does what it is there for."""
    _, length, least, end = TOXICS[type_name]
    answer, took, ended = ask(port)
    seen = f"{type_name}: {len(answer)} bytes in {took:.3f} s, then {ended}"
    print(seen)
    if answer != ANSWER[:length] or took < least or ended != end:
        raise AssertionError(f"{seen}; expected {length} bytes in {least} s or more, then {end}")
    return True


def expect_health(port):
    """That the answer comes whole, and that nothing else happens."""
    answer, _, ended = ask(port)
    if (answer, ended) != (ANSWER, "end"):
        raise AssertionError(f"not healthy: {len(answer)} bytes, then {ended}")
    return True


def effect_is_seen(type_name, proxy):
    """The same for an experiment, in which the port is known by the proxy's name."""
    return expect_effect(type_name, os.environ[f"{proxy}_PORT"])


def is_healthy(proxy):
    """As above."""
    return expect_health(os.environ[f"{proxy}_PORT"])
