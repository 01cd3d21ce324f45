"""Pages of documentation, as their readers follow them: files that stand in one directory, and commands that
are run there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.\w+)\n")


@dataclass
class Section:
    """What stands below one heading of a page."""

    heading: str
    files: dict[str, str] = field(default_factory=dict)
    """The blocks whose first line is the name of a file, and those of the sections before."""
    commands: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    """The blocks that are neither."""


def sections(page: str) -> Iterator[Section]:
    """Those of a page that have a block."""
    _, *parts = HEADING.split((ROOT / page).read_text())
    files: dict[str, str] = {}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        section = Section(heading)
        for language, block in BLOCK.findall(text):
            if language == "sh":
                section.commands.append(block)
            elif name := FILE.match(block):
                files[name[1]] = block
            else:
                section.unnamed.append(block)
        section.files |= files
        if BLOCK.search(text):
            yield section
