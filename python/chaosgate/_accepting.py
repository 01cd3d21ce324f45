"""How a gate takes new clients."""

from __future__ import annotations

from enum import Enum
from typing import Literal


class Accepting(Enum):
    """What becomes of clients that connect from now on. Connections that stand already go on.

    A UDP gate has the first three, which concern the datagrams of all clients.
    """

    ACCEPT = "accept"
    """They are connected to the server."""
    HOLD = "hold"
    """Clients connect, and nobody answers. They are served once the gate accepts again."""
    REFUSE = "refuse"
    """They get "connection refused", as if no server ran."""
    RESET = "reset"
    """They are accepted and reset at once."""
    MUTE = "mute"
    """They are accepted, and nothing is ever read or written. They are reset when this ends."""
    TIMEOUT = "timeout"
    """Their connects time out, as if the server were unreachable. On Linux only."""


AcceptingName = Accepting | Literal["accept", "hold", "refuse", "reset", "mute", "timeout"]
"""A way of accepting, or its name."""

Accept = Accepting.ACCEPT
Hold = Accepting.HOLD
Refuse = Accepting.REFUSE
ResetAtOnce = Accepting.RESET
Mute = Accepting.MUTE
Timeout = Accepting.TIMEOUT
