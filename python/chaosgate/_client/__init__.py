"""Gates of a daemon, over its native interface.

A gate of a daemon is the same `Gate` around another native object: what the engine has in memory is asked for
by calls here, so that faults, entries, recoveries and the plugin for pytest are written once.

| to find | look in |
|---|---|
| one call over HTTP | ``_daemon.py`` |
| what it refuses, as errors | ``_refusals.py`` |
| a fault and an event as the interface writes them | ``_documents.py`` |
| the calls for one gate, and how its lists of faults are changed | ``_calls.py``, ``_lists.py`` |
| what the engine has in ``_engine.pyi`` | ``_gate.py``, ``_faults.py``, ``_entry.py``, ``_waits.py`` |
| what users hold | ``_sync.py`` |
| the same, to be awaited | ``_aio.py``, ``_aio_gate.py``, ``_aio_faults.py``, ``_awaiting.py`` |
"""
