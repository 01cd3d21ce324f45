"""Every block of code and every command of `docs/pytest.md`, the test in the README (`README.md`) with its
conditions, and the one line of `docs/pytest_userver.md`.

`REDIS_URL` and `DATABASE_URL` say where the servers are, which on a page have the ports of their kind.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from ast import literal_eval
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from chaosgate import TcpGate, UdpGate
from pages import ROOT, Section, sections

PAGE = [*sections("docs/pytest.md")]
SERVERS = {"6379": "REDIS_URL", "5432": "DATABASE_URL"}

# What is installed beside them would take part.
PLUGINS = "pytest_chaosgate,pytest_asyncio.plugin,pytest_django.plugin,xdist.plugin"


def skip(request: pytest.FixtureRequest, reason: str) -> NoReturn:
    """As in tests in Rust: whoever runs all tests is told, and with `CI=true` it is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"skipped, which CI=true forbids: {reason}")
    if "CHAOSGATE_SKIPS" in os.environ:
        with Path(os.environ["CHAOSGATE_SKIPS"]).open("a") as skips:
            skips.write(f"{request.node.nodeid}: {reason}\n")
    pytest.skip(reason)


def follow(
    request: pytest.FixtureRequest, directory: Path, files: dict[str, str], commands: list[str]
) -> str:
    """Writes the files and runs the commands, on the servers that there are. Gives what they have printed."""
    for port, variable in SERVERS.items():
        if not any(re.search(rf"\b{port}\b", text) for text in files.values()):
            continue
        if variable not in os.environ:
            skip(request, f"{variable} is not set")
        own = str(urlsplit(os.environ[variable]).port)
        files = {name: re.sub(rf"\b{port}\b", own, text) for name, text in files.items()}
    return run(directory, files, commands)


def run(directory: Path, files: dict[str, str], commands: list[str]) -> str:
    for name, text in files.items():
        (directory / name).write_text(text)
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)],
        cwd=directory,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PATH": f"{directory / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": PLUGINS,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    return done.stdout


def stand_in_for_docker(directory: Path) -> None:
    """Where there is no daemon of Docker: a command that has nothing to do, since the server runs, and a
    container that is this server.
    """
    docker = directory / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text("#!/bin/sh\n")
    docker.chmod(0o755)
    container = directory / "testcontainers" / "community" / "redis.py"
    container.parent.mkdir(parents=True)
    for package in (container.parent.parent, container.parent):
        (package / "__init__.py").touch()
    container.write_text(STAND_IN_CONTAINER)


STAND_IN_CONTAINER = """
from contextlib import AbstractContextManager


class RedisContainer(AbstractContextManager):
    def __init__(self, image): ...
    def __exit__(self, *_): ...

    def get_container_host_ip(self):
        return "127.0.0.1"

    def get_exposed_port(self, port):
        return str(port)
"""


def needs_docker(section: Section) -> bool:
    return any("docker " in text for text in section.commands) or "testcontainers" in section.heading


def has_docker() -> bool:
    try:
        return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("section", PAGE, ids=lambda section: section.heading)
def test_what_a_section_says_works(section: Section, request: pytest.FixtureRequest, tmp_path: Path):
    assert section.commands, "it has files, and says nothing of how to run them"
    assert not section.unnamed, "the first line of a file is its name"
    if needs_docker(section) and has_docker():
        run(tmp_path, section.files, section.commands)
        return
    stand_in_for_docker(tmp_path)
    follow(request, tmp_path, section.files, section.commands)


def test_every_file_of_the_page_is_run_by_a_command():
    files = [name for name in PAGE[-1].files if name.startswith("test_")]
    commands = "".join(command for section in PAGE for command in section.commands)
    assert len(files) > 5
    assert [name for name in files if name not in commands] == []


def test_the_test_in_the_readme_passes(request: pytest.FixtureRequest, tmp_path: Path):
    (in_a_test,) = [section for section in sections("README.md") if section.heading == "In a test"]
    # What this installs is there.
    commands = [line for line in in_a_test.commands[0].splitlines() if not line.startswith("pip install ")]
    assert commands
    assert "1 passed" in follow(request, tmp_path, in_a_test.files, commands)


@pytest.mark.parametrize("gate_type", [TcpGate, UdpGate])
def test_each_condition_of_the_readme_can_be_set(gate_type: type[TcpGate] | type[UdpGate]):
    of_udp = gate_type is UdpGate
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| `(.+)` \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    calls = [call for name, call in rows if name.startswith("udp-") == of_udp]
    assert len(calls) > 10
    with gate_type(9) as gate:
        for call in calls:
            if call.startswith("gate."):
                exec(call, {"gate": gate})
            else:
                gate.to_client.add(literal_eval(call))


def test_the_one_line_of_the_drop_in_imports_it():
    (line,) = re.findall(r"^\+(.+)$", (ROOT / "docs/pytest_userver.md").read_text(), re.MULTILINE)
    names: dict[str, Any] = {}
    exec(line, names)
    assert names["chaos"].TcpGate
