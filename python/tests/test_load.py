"""Many gates, many switches, and what an idle gate costs."""

from __future__ import annotations

import gc
import resource
import socket
import threading
import time
from contextlib import ExitStack

import pytest
from chaosgate import Custom, Drop, Latency, Stall, TcpGate, UdpGate
from conftest import PATIENCE, Connect, ask, open_descriptors, until

Address = tuple[str, int]


def test_a_thousand_gates_leave_nothing(echo: Address, connect: Connect):
    with TcpGate(echo) as first:
        assert ask(connect(first)) == b"ping"
    before = open_descriptors()
    for number in range(1_000):
        kind = UdpGate if number % 2 else TcpGate
        with kind(echo) as gate, gate.to_client.fault(Custom(bytes.upper)):
            pass
    gate = first
    gc.collect()
    until(lambda: open_descriptors() <= before)
    until(lambda: not any(thread.name.startswith("chaosgate") for thread in threading.enumerate()))


def test_a_hundred_gates_serve_side_by_side(echo: Address, connect: Connect):
    with ExitStack() as stack:
        gates = [stack.enter_context(TcpGate(echo)) for _ in range(100)]
        clients = [connect(gate) for gate in gates]
        for client in clients:
            client.sendall(b"ping")
        assert [client.recv(4) for client in clients] == [b"ping"] * 100


class Traffic:
    """A client that sends numbers and has each one answered, on a thread of its own."""

    def __init__(self, gate: TcpGate) -> None:
        self._client = socket.create_connection(gate.address, timeout=PATIENCE)
        self._is_over = threading.Event()
        self.answered = 0
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self._client:
                while not self._is_over.is_set():
                    question = b"%08d" % self.answered
                    assert ask(self._client, question) == question
                    self.answered += 1
        except BaseException as error:
            self.error = error

    def finish(self) -> None:
        self._is_over.set()
        self._thread.join()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    "switches",
    [5_000, pytest.param(100_000, marks=pytest.mark.full("takes a minute"))],
)
def test_behaviours_are_switched_under_traffic_and_nothing_is_lost(echo: Address, switches: int):
    with TcpGate(echo) as gate:
        clients = [Traffic(gate) for _ in range(4)]
        faults = [Latency(delay="50us"), Stall(), Custom(bytes), Latency(delay="20us", name="other")]
        for number in range(switches):
            direction = gate.to_server if number % 2 else gate.to_client
            direction.set(*faults[number % 4 : number % 7])
            if number % 100 == 0:
                with direction.fault(faults[0]):
                    pass
        gate.heal()
        before = [client.answered for client in clients]
        until(lambda: all(client.answered > count for client, count in zip(clients, before, strict=True)))
        for client in clients:
            client.finish()


def test_no_switch_waits_for_a_client_that_does_not_read(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        client = connect(gate)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                client.send(b"x" * 65536)
        begin = time.monotonic()
        for _ in range(100):
            gate.both.set(Stall())
            gate.both.set(Latency(delay=99))
            gate.both.set(Drop())
        gate.close_connections()
        assert time.monotonic() - begin < PATIENCE / 2
        assert gate.connection_count == 0


@pytest.mark.full("watches for 5 seconds")
def test_an_idle_gate_with_a_hundred_silent_connections_uses_no_cpu(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.to_client.set(Latency(delay=1))
        clients = [connect(gate) for _ in range(100)]
        gate.wait_for_connections(100, within=PATIENCE)
        assert ask(clients[0]) == b"ping"
        used = cpu_seconds()
        time.sleep(5)
        used = cpu_seconds() - used
    print(f"5 s with 100 silent connections: {used * 1000:.1f} ms of CPU")
    assert used < 0.05


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
