"""The tests of `chaosgate.chaos` in `contract`, once under each of the plugins that run such tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACT = Path(__file__).parent / "contract"
AUTO = ("-o", "asyncio_mode=auto")


@pytest.mark.parametrize(
    ("plugins", "arguments"),
    [
        pytest.param([], AUTO, id="asyncio-auto"),
        pytest.param([], ("-o", "asyncio_mode=strict"), id="asyncio-strict"),
        pytest.param(["aiohttp"], AUTO, id="aiohttp"),
        pytest.param(["testsuite.pytest_plugin"], AUTO, id="testsuite"),
        # How pytest-asyncio is told of another loop is deprecated, and there is no other way yet.
        pytest.param(["on_uvloop"], (*AUTO, "-W", "ignore::DeprecationWarning"), id="uvloop"),
        pytest.param(
            ["without_testsuite"], (*AUTO, "test_calls.py", "test_given_queues.py"), id="without-testsuite"
        ),
    ],
)
def test_the_contract_holds(plugins: list[str], arguments: tuple[str, ...]):
    chosen = [word for plugin in ("chaosgate", "asyncio", *plugins) for word in ("-p", plugin)]
    # What this run was told is not for that one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TESTSUITE_ALLOW_ROOT": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rxX", "-p", "no:cacheprovider", *chosen, *arguments],
        cwd=CONTRACT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(done.stdout)
    # Also where no test was found it would not be 0.
    assert done.returncode == 0
