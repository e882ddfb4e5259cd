"""`xiada audit verify` from the command line: what it asks, what it says, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from console_office import CAST, Office

from xiada.engine.log.keys import generate_key


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A cascade under way, signed, with an anchor."""
    made = Office(tmp_path).under_way()
    made.must("audit", "keygen", "--anchor", str(made.folder / "held"))
    return made


def test_the_anchors_a_file_remembers_are_asked(office: Office) -> None:
    old = office.folder / "old.db"
    shutil.copy(office.file, old)
    office.must("remind", "kx/1.1", "--reason", "hurry", actor=CAST)
    office.must("audit", "checkpoint")
    said = office.run("audit", "verify", str(old), "--json")
    assert said.code == 5
    assert [found["code"] for found in json.loads(said.out)["findings"]] == ["i11_rollback"]
    assert office.run("audit", "verify").code == 0


def test_a_checkpoint_in_a_file_and_a_trusted_key_leave_less_unchecked(office: Office) -> None:
    [key] = office.must("audit", "keys").splitlines()
    bundle = office.folder / "bundle.zip"
    office.must("audit", "bundle", "-o", str(bundle))
    words = ("audit", "verify", str(bundle), "--json")
    assert json.loads(office.must(*words))["unchecked"] == ["later", "keys", "texts", "answers", "truth"]
    held = ("--checkpoint", str(office.folder / "held"), "--vkey", key)
    assert json.loads(office.must(*words, *held))["unchecked"] == ["texts", "answers", "truth"]


def test_the_independent_verifier_takes_an_anchors_file_too(office: Office) -> None:
    office.must("remind", "kx/1.1", "--reason", "hurry", actor=CAST)
    office.must("audit", "checkpoint")
    bundle, held = office.folder / "bundle", office.folder / "held"
    office.must("audit", "bundle", "-o", str(bundle))
    tool = Path(__file__).parent.parent / "tools" / "xiada_verify.py"
    line = [sys.executable, str(tool), str(bundle), "--checkpoint", str(held)]
    assert subprocess.run(line, check=False, capture_output=True).returncode == 0
    held.write_bytes(held.read_bytes() + b"torn by a cra")
    assert subprocess.run(line, check=False, capture_output=True).returncode == 0
    held.write_bytes(held.read_bytes().replace(b"\n---\n", b"x\n---\n", 1))
    assert subprocess.run(line, check=False, capture_output=True).returncode == 5


def test_a_key_nobody_signed_with_is_a_finding_and_one_that_is_none_is_refused(office: Office) -> None:
    stranger = str(generate_key("xiada.test/stranger", bytes).vkey)
    assert office.run("audit", "verify", "--vkey", stranger).code == 5
    said = office.run("audit", "verify", "--vkey", "not a key")
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"a\n\n\xe2\x80\x94 b AAAA\n"])
def test_a_file_that_holds_no_checkpoint_is_not_taken_for_one(office: Office, content: bytes) -> None:
    file = office.folder / "held-otherwise"
    file.write_bytes(content)
    said = office.run("audit", "verify", "--checkpoint", str(file), "--json")
    found = [one["code"] for one in json.loads(said.out)["findings"]]
    assert (said.code, found) == ((5, ["i11_signature"]) if content else (0, []))


def test_a_checkpoint_file_of_many_megabytes_is_refused_at_once(office: Office) -> None:
    file = office.folder / "long"
    with file.open("wb") as long:
        long.truncate(65 << 20)
    said = office.run("audit", "verify", "--checkpoint", str(file))
    assert said.code == 2
    assert "太长" in said.err


def test_nobody_waits_for_a_pipe(office: Office) -> None:
    pipe = office.folder / "pipe"
    os.mkfifo(pipe)
    said = office.run("audit", "verify", "--checkpoint", str(pipe))
    assert (said.code, said.out) == (2, "")
    (office.folder / "held").unlink()
    pipe.rename(office.folder / "held")
    assert office.run("audit", "verify").code == 1


def test_a_bundle_that_was_touched_is_one_finding(office: Office) -> None:
    bundle = office.folder / "bundle"
    office.must("audit", "bundle", "-o", str(bundle))
    (bundle / "keys").write_text("", encoding="utf-8")
    said = office.run("audit", "verify", str(bundle), lang="en")
    assert said.code == 5
    assert "i11_bundle" in said.out
    assert "anything else in the bundle" in said.out
