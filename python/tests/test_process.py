"""What a process may do with gates: fork, end, be interrupted; and the command."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import entry_points
from multiprocessing.connection import Connection as Pipe

import pytest
from chaosgate import Custom, ForkedError, Latency, Stall, TcpGate, UdpGate
from conftest import PATIENCE, Connect, ask

Address = tuple[str, int]


def in_a_fork(work: Callable[[], object]) -> object:
    """What `work` gives in a process forked from this one, or the exception that it raises."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def run(answer: Pipe) -> None:
        try:
            answer.send(work())
        except BaseException as error:
            answer.send((type(error).__name__, str(error)))

    child = context.Process(target=run, args=(there,))
    child.start()
    assert here.poll(PATIENCE)
    result: object = here.recv()
    child.join(PATIENCE)
    assert child.exitcode == 0
    return result


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
class TestFork:
    def test_a_gate_is_refused_in_a_forked_process(self, echo: Address, connect: Connect):
        with TcpGate(echo) as gate, gate.to_client.fault(Latency(delay="1ms")) as entry:
            client = connect(gate)
            assert ask(client) == b"ping"
            refusals = (
                lambda: gate.stop(),
                lambda: gate.to_client.pass_(),
                lambda: entry.remove(),
                lambda: entry.wait_for_hits(within=PATIENCE),
            )
            for refused in refusals:
                name, message = in_a_fork(refused)  # type: ignore[misc]
                assert name == ForkedError.__name__
                assert message.startswith(f"it belongs to process {os.getpid()}, and this is process")
            assert ask(client) == b"ping", "the child's end has closed nothing"
            assert ask(connect(gate)) == b"ping"

    def test_a_forked_process_has_gates_of_its_own(self, echo: Address):
        def work() -> bytes:
            with TcpGate(echo) as own, socket.create_connection(own.address, timeout=PATIENCE) as client:
                own.to_client.set(Custom(bytes.upper))
                return ask(client)

        with TcpGate(echo):
            assert in_a_fork(work) == b"PING"

    def test_a_forked_process_has_the_faults_that_are_data_and_can_print_all(self, echo: Address):
        slow = Latency(delay="1ms")
        with TcpGate(echo, name="parents") as gate:

            def work() -> str:
                TcpGate(echo).to_client.set(slow)
                return f"{slow} {slow!r} {gate!r}"

            printed = "<TcpGate parents on no address here, of another process>"
            assert in_a_fork(work) == f"latency:delay=1ms Latency(delay=0.001) {printed}"

    def test_threads_of_a_forked_process_make_their_gates_side_by_side(self, echo: Address):
        def work() -> int:
            sys.setswitchinterval(1e-6)
            made: list[TcpGate] = []
            threads = [threading.Thread(target=lambda: made.append(TcpGate(echo))) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE / 2)
            return len(made)

        with TcpGate(echo):
            for _ in range(10):
                assert in_a_fork(work) == 4

    def test_a_refusal_comes_through_a_pool_of_processes(self, echo: Address):
        context = multiprocessing.get_context("fork")
        with TcpGate(echo) as gate, ProcessPoolExecutor(1, context) as pool:
            global parents_gate
            parents_gate = gate
            with pytest.raises(ForkedError) as refused:
                pool.submit(use_parents_gate).result(PATIENCE)
            assert refused.value.process == os.getpid()

    def test_a_custom_fault_of_the_parent_is_refused(self, echo: Address):
        fault = Custom(bytes.upper)
        name, _ = in_a_fork(lambda: TcpGate(echo).to_client.set(fault))  # type: ignore[misc]
        assert name == ForkedError.__name__

    def test_closing_holds_though_a_forked_process_has_the_descriptors(self, echo: Address, connect: Connect):
        with TcpGate(echo) as gate:
            client, other = connect(gate), connect(gate)
            assert ask(client) == ask(other) == b"ping"
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                os.read(reader, 1)
                os._exit(0)
            try:
                assert gate.close_connections("reset", count=1) == 1
                with pytest.raises(ConnectionResetError):
                    client.recv(1)
                gate.stop()
                assert other.recv(1) == b""
                with pytest.raises(ConnectionRefusedError):
                    connect(gate)
            finally:
                os.write(writer, b"!")
                os.waitpid(child, 0)
                os.close(reader)
                os.close(writer)


def use_parents_gate() -> None:
    parents_gate.heal()


parents_gate: TcpGate


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        timeout=PATIENCE,
        text=True,
        capture_output=True,
    )


GATES = """
import socket, threading
from chaosgate import *
server = socket.create_server(("127.0.0.1", 0))
gate, udp = TcpGate(server.getsockname()), UdpGate("localhost:1")
gate.start(); udp.start()
client = socket.create_connection(gate.address)
"""


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("", id="with gates running"),
        pytest.param("gate.to_client.set(Stall()); client.sendall(b'x')", id="with a fault at work"),
        pytest.param("gate.to_server.set(Custom(bytes.upper))", id="with a function that waits"),
        pytest.param(
            "called = threading.Event()\n"
            "def slow(data): called.set(); threading.Event().wait()\n"
            "gate.to_server.set(Custom(slow)); client.sendall(b'x'); called.wait()",
            id="with a function that never returns",
        ),
        pytest.param(
            "threading.Thread(target=lambda: gate.wait_for_connections(9, within=99), daemon=True).start()",
            id="with a thread that waits",
        ),
        pytest.param(
            "called = threading.Semaphore(0)\n"
            "def slow(data): called.release(); threading.Event().wait()\n"
            "gate.to_server.set(*(Custom(slow, name=str(n)) for n in range(5)))\n"
            "client.sendall(b'x'); called.acquire()",
            id="with several such functions",
        ),
        pytest.param("keep = gate.to_server.add(Stall()); del gate, udp", id="with an entry left"),
    ],
)
def test_the_interpreter_ends_cleanly(rest: str):
    done = run_python(GATES + rest + "\nclient.close(); server.close()")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "wait",
    [
        lambda gate: gate.to_client.add(Stall()).wait_for_hits(within=PATIENCE),
        lambda gate: gate.wait_for_connections(2, within=PATIENCE),
        lambda gate: gate.wait_for_no_connections(within=PATIENCE),
        lambda gate: gate.wait_closed(within=PATIENCE),
        lambda gate: gate.assert_recovers(lambda: 1 / 0, within=PATIENCE),
    ],
)
def test_ctrl_c_ends_every_wait(echo: Address, connect: Connect, wait: Callable[[TcpGate], object]):
    with TcpGate(echo) as gate:
        assert ask(connect(gate)) == b"ping"
        begin = time.monotonic()
        # When the wait has begun, as a rule; it ends one that begins later too.
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            wait(gate)
        assert time.monotonic() - begin < PATIENCE / 2
        assert gate.connection_count == 1


def test_other_signals_are_handled_during_a_wait(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        before = signal.signal(signal.SIGALRM, lambda *_: connect(gate))
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            gate.wait_for_connections(within=PATIENCE)
        finally:
            signal.signal(signal.SIGALRM, before)


def command(*arguments: str) -> list[str]:
    return [os.path.join(os.path.dirname(sys.executable), "chaosgate"), *arguments]


def test_the_package_runs_as_the_command():
    wrong = subprocess.run(
        [sys.executable, "-m", "chaosgate", "nonsense"], capture_output=True, text=True, timeout=PATIENCE
    )
    assert wrong.returncode == 2
    assert wrong.stderr == "error: unrecognized subcommand 'nonsense' (see 'chaosgate --help')\n"


def test_the_command_is_installed():
    (script,) = entry_points(group="console_scripts", name="chaosgate")
    assert script.value == "chaosgate._command:main"
    shown = subprocess.run(command("faults", "latency"), capture_output=True, text=True, timeout=PATIENCE)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "latency:delay=100ms" in shown.stdout
    wrong = subprocess.run(command("faults", "latenzy"), capture_output=True, text=True, timeout=PATIENCE)
    assert wrong.returncode == 2
    assert "latency" in wrong.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_by_a_signal_with_its_totals(echo: Address, end: signal.Signals):
    arguments = command("proxy", "--upstream", f"{echo[0]}:{echo[1]}", "--json")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdout is not None
        assert '"listen' in proxy.stdout.readline()
        proxy.send_signal(end)
        assert '"totals"' in proxy.stdout.read()
        assert proxy.wait(PATIENCE) == 0


def test_ctrl_c_ends_a_command_that_does_not_handle_it():
    with subprocess.Popen(command("demo"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        assert demo.stdout is not None
        assert demo.stdout.read(1)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE) == -signal.SIGINT


def test_a_gate_that_is_dropped_stops(echo: Address):
    gate = TcpGate(echo)
    gate.start()
    address = gate.address
    del gate
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=PATIENCE)
    udp = UdpGate(echo)
    udp.start()
    address = udp.address
    del udp
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(address)


def test_a_client_that_leaves_in_the_middle_of_much_ends_no_process_that_takes_the_signal_of_a_broken_pipe():
    script = """
import signal, socket, struct, threading
from chaosgate import TcpGate
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
listener = socket.create_server(("127.0.0.1", 0))
def leave(server):
    server.recv(8 << 20, socket.MSG_WAITALL)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()
with TcpGate(listener.getsockname()) as gate:
    for _ in range(20):
        client = socket.create_connection((gate.host, gate.port))
        server, _ = listener.accept()
        leaving = threading.Thread(target=leave, args=(server,))
        leaving.start()
        try:
            while True:
                client.send(bytes(1 << 20), socket.MSG_NOSIGNAL)
        except OSError:
            pass
        leaving.join()
        client.close()
print("alive")
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "alive\n", "")
