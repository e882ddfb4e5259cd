"""The words of the console: every phrase in two languages, and a Chinese sentence for every reason to say no."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xiada.console import findings, refusals
from xiada.console.words import COMMANDS, EVENTS, PHRASES, Words, language_of
from xiada.engine import engine as located
from xiada.engine.errors import Refused, VersionConflict
from xiada.engine.events import TYPES
from xiada.engine.lifecycle import STANDARD
from xiada.viz.labels import catalogue

ENGINE = Path(located.__file__).parent
ERRORS = {"Refused", "NotFound", "IllegalTransition", "GuardRefused", "DueRefused", "LimitExceeded", "NotEntitled",
          "VersionConflict", "Malformed", "Tampered", "StoreError", "RenderError"}  # fmt: skip
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")


def fields(pattern: str) -> set[str]:
    """Return the names a pattern is filled by."""
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_is_filled_by_the_same_facts_in_both_languages(key: str) -> None:
    chinese, english = (fields(pattern) for pattern in PHRASES[key])
    assert english <= chinese | {"day", "origin"} or chinese <= english


def test_every_status_trigger_and_event_has_a_word() -> None:
    labels = catalogue("zh")
    assert labels.statuses.keys() >= STANDARD.names
    assert STANDARD.roles.keys() <= labels.triggers.keys() | COMMANDS.keys()
    assert EVENTS.keys() == TYPES.keys()


def test_statuses_read_the_same_in_drawings_and_on_the_console() -> None:
    labels, words = catalogue("zh"), Words("zh")
    assert {name: words.status(name) for name in labels.statuses} == dict(labels.statuses)
    assert {name: words.trigger(name) for name in labels.triggers} == dict(labels.triggers)
    assert {name: words.role(name) for name in labels.roles} == dict(labels.roles)


def test_help_imports_no_drawing() -> None:
    script = "import sys; from xiada.console import main; print([name for name in sys.modules if 'viz' in name])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def codes() -> Iterator[str]:
    """Yield the codes the sources of engine and drawings refuse with, where they are written as literals."""
    for path in sorted([*ENGINE.rglob("*.py"), *(ENGINE.parent / "viz").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = {"refusal": 1, "_refuse": 3, "refuse": 3}.get(name, 0 if name in ERRORS else None)
                if place is not None and len(node.args) > place:
                    found = getattr(node.args[place], "value", None)
                    if isinstance(found, str) and CODE.match(found):
                        yield found


@pytest.mark.parametrize("code", sorted(set(codes())))
def test_every_reason_to_say_no_has_a_chinese_sentence(code: str) -> None:
    assert code in refusals.CHINESE


def test_every_finding_has_a_chinese_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ENGINE / "audit").glob("*.py"))
    found = set(re.findall(r'"(i\d+_[a-z_]+)"', source))
    assert found == findings.CHINESE.keys()
    documented = (ENGINE.parent / "docs" / "audit.md").read_text(encoding="utf-8")
    assert found == set(re.findall(r"`(i\d+_[a-z_]+)`", documented))


def test_everything_a_verification_leaves_unchecked_has_a_sentence() -> None:
    source = (ENGINE / "audit" / "verify.py").read_text(encoding="utf-8") + "all"
    assert set(re.findall(r'yield "([a-z]+)"', source)) | {"all"} == findings.UNCHECKED.keys()


def test_an_error_without_a_sentence_or_without_its_facts_is_told_in_its_own_words() -> None:
    chinese = Words("zh")
    assert refusals.told(Refused("brand_new", "something new", remedy="Look."), chinese) == ("something new", "Look")
    assert refusals.told(Refused("outside_line", "as it was said"), chinese) == ("as it was said", "")


def test_a_conflict_is_told_with_versions_where_they_are_known_and_without_where_not() -> None:
    chinese = Words("zh")
    known = VersionConflict("version_conflict", "x", directive="k/1", version=7, expected=6)
    assert refusals.told(known, chinese)[0] == "k/1在查看之后已有变动（现为第 7 版，不是第 6 版）"
    assert refusals.told(VersionConflict("version_conflict", "x"), chinese)[0] == "该件在查看之后已有变动"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_comes_from_the_locale(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language
