"""Golden files: what a drawing came to when somebody last looked at it.

After a change that is meant, rewrite them with `XIADA_REWRITE_GOLDEN=1 pytest tests/test_viz_*.py`, and look at the
difference.
"""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).with_name("golden")


def check_golden(name: str, text: str) -> None:
    """Assert that a text is the one in the golden file of that name."""
    path = GOLDEN / name
    if os.environ.get("XIADA_REWRITE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
