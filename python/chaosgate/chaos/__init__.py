"""A drop-in for userver's ``pytest_userver.chaos``: change the import, and nothing else.

    from chaosgate import chaos

    gate_config = chaos.GateRoute(name="db", host_to_server="localhost", port_to_server=5432)
    async with chaos.TcpGate(gate_config, loop) as gate:
        await gate.to_server_drop()

| to find | look in |
|---|---|
| the gates, and what they can be told | ``_gates.py`` |
| the methods of theirs that are made from the behaviours | ``_methods.py`` |
| the behaviours, each with its check and its faults | ``_behaviours.py`` |
| what every ``to_*`` and ``set_*_interceptor`` gives | ``_calls.py`` |
| the same of a behaviour, and of an interceptor | ``_hits.py``, ``_invocations.py`` |
| that they are coroutine functions, and act at once | ``_coroutines.py`` |
| interceptors of one's own, and the sockets that they have | ``_interceptors.py`` |
| names of the contract | ``_names.py`` |

What differs from the model, and what is better, is in ``docs/pytest_userver.md``.
"""

from chaosgate.chaos._gates import BaseGate, TcpGate, UdpGate
from chaosgate.chaos._messages import _get_message_task, _wait_for_data
from chaosgate.chaos._names import (
    MAX_DELAY,
    RECV_MAX_SIZE,
    Address,
    BaseError,
    ConnectionClosedError,
    EvLoop,
    GateException,
    GateInterceptException,
    GateRoute,
    Interceptor,
    Socket,
)

__all__ = [
    "MAX_DELAY",
    "RECV_MAX_SIZE",
    "Address",
    "BaseError",
    "BaseGate",
    "ConnectionClosedError",
    "EvLoop",
    "GateException",
    "GateInterceptException",
    "GateRoute",
    "Interceptor",
    "Socket",
    "TcpGate",
    "UdpGate",
    "_get_message_task",
    "_wait_for_data",
]
