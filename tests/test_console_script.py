"""The installed program as a process of its own: streams, exit codes, pipes, locale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from console_office import Office

SCRIPT = Path(sys.executable).with_name("xiada")
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the program is not installed beside this Python")


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a bare environment."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [str(SCRIPT), *words], env=kept | variables, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("script")).under_way()


def test_the_help_names_the_commands_and_the_exit_codes() -> None:
    said = run("--help", LANG="C.UTF-8")
    assert (said.returncode, said.stderr) == (0, "")
    assert "Exit codes: 0 done, 1 refused" in " ".join(said.stdout.split())
    for command in ("demo", "init", "issue", "forward", "ack", "status", "audit"):
        assert f" {command} " in said.stdout


def test_answers_go_to_stdout_and_refusals_to_stderr_in_the_language_of_the_locale(office: Office) -> None:
    said = run("status", LANG="zh_CN.UTF-8", XIADA_DB=str(office.file))
    assert (said.returncode, said.stderr) == (0, "")
    assert "已办结" in said.stdout
    said = run("ack", "kx/1.1", LANG="C.UTF-8", XIADA_DB=str(office.file), XIADA_ACTOR="a@gz-kx")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Refused: an actor of gz-kx may not acknowledge kx/1.1. An actor of gd-kx may.\n"


def test_a_reader_that_goes_away_ends_the_program_without_a_word(office: Office) -> None:
    """The pipe is closed before the program writes into it."""
    reader, writer = os.pipe()
    os.close(reader)
    said = subprocess.run(
        [str(SCRIPT), "log", "--db", str(office.file)],
        env=dict(os.environ), stdout=writer, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (said.returncode, said.stderr) == (141, b"")


def test_colour_is_for_terminals_and_for_those_who_force_it(office: Office) -> None:
    variables = {"LANG": "C.UTF-8", "XIADA_DB": str(office.file)}
    assert "\x1b[" not in run("status", **variables).stdout
    assert "\x1b[1;31m" in run("status", FORCE_COLOR="1", TERM="xterm", **variables).stdout
    assert "\x1b[1;31m" not in run("status", FORCE_COLOR="1", TERM="xterm", NO_COLOR="1", **variables).stdout


def test_a_terminal_that_knows_no_chinese_gets_escapes_and_no_traceback(office: Office) -> None:
    said = run("status", LANG="en_US.ISO-8859-1", PYTHONIOENCODING="latin-1", XIADA_DB=str(office.file))
    assert (said.returncode, said.stderr) == (0, "")
    assert "\\u5e7f\\u4e1c" in said.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_below_standard_output_is_one_sentence_and_no_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [str(SCRIPT), "workflow", "list"],
            env=dict(os.environ, LANG="C.UTF-8"), stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert said.returncode == 4
    assert said.stderr == (
        "Store error: standard output cannot be written (No space left on device). "
        "Check the disk, or where the output goes.\n"
    )
