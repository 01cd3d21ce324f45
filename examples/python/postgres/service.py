"""A small service in front of PostgreSQL: notes by their key.

It knows nothing of gates. It does what a service has to do to survive its database: every question
has a time limit, and a connection on which one has failed is thrown away.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException, Request

TIME_LIMIT = 0.5
"""How many seconds a question to the database may take."""

POOL_SIZE = 4


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"],
        min_size=POOL_SIZE,
        max_size=POOL_SIZE,
        timeout=TIME_LIMIT,
        command_timeout=TIME_LIMIT,
    )
    await pool.execute("CREATE TABLE IF NOT EXISTS notes (key text PRIMARY KEY, note text NOT NULL)")
    app.state.pool = pool
    yield
    pool.terminate()


app = FastAPI(lifespan=lifespan)


@asynccontextmanager
async def database(request: Request) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the pool; 503 if the database does not answer as it should."""
    try:
        async with request.app.state.pool.acquire(timeout=TIME_LIMIT) as connection:
            try:
                yield connection
            except Exception:
                # What is left on it would be taken for the answer to the next question.
                connection.terminate()
                raise
    except Exception as error:
        raise HTTPException(503, f"the database does not answer: {error!r}") from error


@app.get("/notes/{key}")
async def read(key: str, request: Request) -> str:
    async with database(request) as connection:
        note: str | None = await connection.fetchval("SELECT note FROM notes WHERE key = $1", key)
    if note is None:
        raise HTTPException(404, f"no note {key}")
    return note


@app.put("/notes/{key}")
async def write(key: str, request: Request) -> None:
    note = (await request.body()).decode()
    upsert = "INSERT INTO notes VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET note = $2"
    async with database(request) as connection:
        await connection.execute(upsert, key, note)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Whoever has started it connects at once, and is served when it is ready.
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
