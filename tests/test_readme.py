"""The README says what is true: its example runs and prints what it says, its files are there."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_embedding_example_runs_and_prints_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    runpy.run_path(str(script))
    refusal, states, findings = capsys.readouterr().out.splitlines()
    assert refusal.endswith("The latest due that passes is 2030-06-20.")
    assert states == "[('Province', 'forwarded'), ('North', 'reported'), ('South', 'issued')]"
    assert findings == "[]"


def test_every_file_the_readme_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_has_just_two_commands_that_set_everything_up() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert [command.rpartition("/")[2] for command in commands] == ["xiada demo", "pytest --numprocesses auto"]
