"""docs/workflows.md says what is true: every preset is in it, and its example runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from support import ROOT

from xiada.workflows.catalogue import names, preset

DOCUMENT = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names())
def test_every_preset_is_described_with_the_guards_it_brings(name: str) -> None:
    assert f"| `{name}` |" in DOCUMENT
    assert f"### {name}" in DOCUMENT
    assert all(guard in DOCUMENT for guard in preset(name).guards)


def test_the_example_of_a_workflow_of_ones_own_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = next(found for found in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL) if "def run" in found)
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    runpy.run_path(str(script))
    told = capsys.readouterr().out.splitlines()
    assert told == ["sent to the cities", "the cities have reported", "{('city', 'reported'): 2}"]
