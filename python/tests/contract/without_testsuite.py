"""A plugin: as if yandex-taxi-testsuite were not installed. To be loaded before anything imports that."""

import sys

# An import of it fails from here on.
sys.modules["testsuite"] = None  # type: ignore[assignment]
