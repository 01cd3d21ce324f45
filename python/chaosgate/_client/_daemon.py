"""One call of a daemon's native interface, over HTTP."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from chaosgate._errors import DaemonError, OptionError, UnreachableError

DEFAULT_URL = "http://localhost:8474"

CONNECTIONS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}

PATIENCE = 10.0
"""How many seconds a daemon may be silent in a call, beside the time that the call is to wait."""


@dataclass(frozen=True)
class Answer:
    """What a call has brought: the document, and its entity tag if it has one."""

    document: Any
    tag: str | None


class Daemon:
    """Where a daemon is, and how it is called. Each call has a connection of its own, so that threads share
    nothing.
    """

    def __init__(self, url: str | None, token: str | None) -> None:
        environment = os.environ.get("CHAOSGATE_URL") or os.environ.get("TOXIPROXY_URL")
        self.url = url or environment or DEFAULT_URL
        self._token = token or os.environ.get("CHAOSGATE_TOKEN")
        self._open()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        if_match: str | None = None,
        wait: float = 0.0,
    ) -> Answer:
        """Has the daemon do it, and gives its answer.

        Raises `DaemonError` if it refuses, and `UnreachableError` if nobody answers.
        """
        headers = {"Content-Type": "application/json", "If-Match": if_match}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        given = {name: value for name, value in headers.items() if value is not None}
        connection = self._open()
        connection.timeout = PATIENCE + wait
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"/api/v1{path}", text, given)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()
        return self._answer(response, content)

    def _open(self) -> HTTPConnection:
        if self.url.startswith("unix:"):
            return UnixConnection(self.url.removeprefix("unix:"))
        try:
            parts = urlsplit(self.url if "://" in self.url else f"http://{self.url}")
            return CONNECTIONS[parts.scheme](parts.hostname or "", parts.port)
        except (KeyError, ValueError):
            ways = "it must be as http://localhost:8474, localhost:8474 or unix:chaosgate.sock"
            raise OptionError(f"url is {self.url!r}: {ways}", field="url", reason=ways) from None

    def _unreachable(self, error: Exception) -> UnreachableError:
        ways = "start one there by chaosgate serve, or say where it is, by Client(URL) or CHAOSGATE_URL"
        return UnreachableError(f"no daemon answers at {self.url}: {error}: {ways}", url=self.url)

    def _answer(self, response: HTTPResponse, content: bytes) -> Answer:
        try:
            document = json.loads(content) if content else None
        except ValueError:
            document = None
        if response.status < 300:
            return Answer(document, response.getheader("ETag"))
        problem = document if isinstance(document, dict) else {}
        no_problem = (
            f"{self.url} answers with {response.status}, which no chaosgate serve of this version does"
        )
        first = (problem.get("mistakes") or [problem])[0]
        raise DaemonError(
            first.get("detail", no_problem),
            status=response.status,
            kind=first.get("kind", ""),
            field=problem.get("field"),
        )


class UnixConnection(HTTPConnection):
    """A connection to a daemon that listens at a path."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
