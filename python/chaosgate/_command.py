"""The command `chaosgate`: the same as the one that cargo installs."""

import signal
import sys

from chaosgate import _engine


def main() -> None:
    # Python's own handler would run only once the engine has returned.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_engine.run(sys.argv))
