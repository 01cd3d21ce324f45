"""A network that fails on command.

A gate stands between a client and a server and passes the traffic. A test tells it, while it runs
and for each direction on its own, how the network shall fail; then it heals, and the test proves
that the service recovers::

    from chaosgate import Latency, Refuse, TcpGate

    with TcpGate("localhost", 5432) as gate:
        service = start_service(gate.host, gate.port)

        with gate.to_client.fault(Latency(delay=0.1)) as slow:
            service.ask()
            slow.wait_for_hits(1, within=2)

        gate.accepting = Refuse
        gate.close_connections("reset")
        gate.assert_recovers(service.ask, within=5)

The gates here are for code that blocks; those of `chaosgate.aio` are for asyncio. A `Client` has gates of a
daemon elsewhere, with the same names. `chaosgate.faults` has all faults. The plugin for pytest is found
by itself.
"""

from chaosgate._accepting import Accept, Accepting, Hold, Mute, Refuse, ResetAtOnce, Timeout
from chaosgate._any_gate import AnyGate
from chaosgate._client._sync import Client, RemoteGate
from chaosgate._custom import Custom
from chaosgate._direction import Entry, Faults
from chaosgate._engine import __version__
from chaosgate._errors import (
    AcceptingError,
    AddressError,
    ChaosgateError,
    DaemonError,
    FaultError,
    ForkedError,
    NameTakenError,
    NoEventLoopError,
    NoSuchFaultError,
    NoSuchGateError,
    NotRecoveredError,
    NotStartedError,
    OptionError,
    ProbeError,
    StartError,
    UnreachableError,
    UnsuitableFaultError,
    WaitError,
)
from chaosgate._fault import Fault
from chaosgate._gate import Gate
from chaosgate._info import Connection, Event, Totals, Volume
from chaosgate._sync import TcpGate, UdpGate
from chaosgate.faults import (
    Bandwidth,
    Blackhole,
    BurstLoss,
    CloseOnData,
    Coalesce,
    Corrupt,
    Drop,
    Duplicate,
    Idle,
    Latency,
    Lifetime,
    LimitBytes,
    Loss,
    Pass,
    Reorder,
    Reset,
    Slice,
    SlowClose,
    Stall,
    Truncate,
)

__all__ = [
    "Accept",
    "Accepting",
    "AcceptingError",
    "AddressError",
    "AnyGate",
    "Bandwidth",
    "Blackhole",
    "BurstLoss",
    "ChaosgateError",
    "Client",
    "CloseOnData",
    "Coalesce",
    "Connection",
    "Corrupt",
    "Custom",
    "DaemonError",
    "Drop",
    "Duplicate",
    "Entry",
    "Event",
    "Fault",
    "FaultError",
    "Faults",
    "ForkedError",
    "Gate",
    "Hold",
    "Idle",
    "Latency",
    "Lifetime",
    "LimitBytes",
    "Loss",
    "Mute",
    "NameTakenError",
    "NoEventLoopError",
    "NoSuchFaultError",
    "NoSuchGateError",
    "NotRecoveredError",
    "NotStartedError",
    "OptionError",
    "Pass",
    "ProbeError",
    "Refuse",
    "RemoteGate",
    "Reorder",
    "Reset",
    "ResetAtOnce",
    "Slice",
    "SlowClose",
    "Stall",
    "StartError",
    "TcpGate",
    "Timeout",
    "Totals",
    "Truncate",
    "UdpGate",
    "UnreachableError",
    "UnsuitableFaultError",
    "Volume",
    "WaitError",
    "__version__",
]
