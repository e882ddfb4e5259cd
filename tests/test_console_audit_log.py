"""`xiada audit`: keys, checkpoints, anchors, receipts, restores and erasures, from the command line."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from console_office import CAST, GD, GZ, Office, Said
from typer.testing import CliRunner

from xiada.console.context import Context
from xiada.console.main import app
from xiada.engine.engine import Engine
from xiada.engine.log.checkpoint import open_checkpoint
from xiada.engine.log.keys import parse_vkey
from xiada.engine.log.note import open_note


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A cascade under way, unsigned."""
    return Office(tmp_path).under_way()


@pytest.fixture
def signed(office: Office) -> Office:
    """The same, signed, with an anchor."""
    office.must("audit", "keygen", "--anchor", str(office.folder / "held"))
    return office


def run(office: Office, *words: str, **environment: str) -> Said:
    """Run a command line with variables of the environment."""
    context = Context(clock=office.clock, environment={"LANG": "zh_CN.UTF-8", **environment})
    result = CliRunner().invoke(app, list(words), obj=context, env={"XIADA_DB": str(office.file), "XIADA_ACTOR": ""})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def document(office: Office, *words: str) -> dict[str, object]:
    """Run a command with --json and return what it said."""
    found: dict[str, object] = json.loads(office.must(*words, "--json"))
    return found


def newest(office: Office) -> str:
    """Return the newest note of the anchor."""
    return (office.folder / "held").read_text().split("---\n")[-2]


def vkeys(office: Office) -> list[str]:
    """Return the log's keys."""
    return office.must("audit", "keys").splitlines()


# Keys


def test_a_key_is_made_for_its_owner_alone_and_signs_at_once(office: Office) -> None:
    said = office.must("audit", "keygen", "--anchor", str(office.folder / "held"))
    key = office.folder / "office.db.key"
    assert str(key) in said
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert vkeys(office)[0] in said
    checkpoint, _ = open_checkpoint(newest(office), [parse_vkey(vkeys(office)[0])])
    assert (checkpoint.origin, checkpoint.size) == ("xiada.example/cast/e1", office.size())


def test_every_later_command_signs_and_anchors_by_itself(signed: Office) -> None:
    signed.must("issue", "m", signed.notice, actor=CAST)
    assert newest(signed).split("\n")[1] == str(signed.size())
    signed.must("ack", "kx/1.1", actor=GD)
    assert newest(signed).split("\n")[1] == str(signed.size()), "what waits is published when the command ends"
    before = newest(signed)
    signed.must("status", "kx")
    signed.must("log")
    assert newest(signed) == before
    assert signed.run("audit", "verify", str(signed.file), "--checkpoint", str(signed.folder / "held")).code == 0


def test_what_was_done_to_the_log_itself_is_listed_by_its_own_stream(signed: Office) -> None:
    signed.must("audit", "rotate")
    for lang, word in (("zh", "启用密钥"), ("en", "key rotated")):
        lines = signed.must("log", "log/audit", lang=lang).splitlines()
        assert [key in line and word in line for key, line in zip(vkeys(signed), lines, strict=True)] == [True, True]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_second_key_is_not_made_but_rotated_to(signed: Office, lang: str) -> None:
    said = signed.run("audit", "keygen", lang=lang)
    assert said.code == 1
    assert "xiada audit rotate" in said.err


def test_a_key_that_is_there_is_taken_and_one_others_can_read_is_not(office: Office) -> None:
    office.must("audit", "keygen", "--key", str(office.folder / "mine"))
    (office.folder / "other").mkdir()
    other = Office(office.folder / "other").under_way()
    (office.folder / "mine").chmod(0o644)
    said = other.run("audit", "keygen", "--key", str(office.folder / "mine"))
    assert (said.code, "chmod 600" in said.err) == (1, True)
    assert other.must("audit", "keys") == ""
    (office.folder / "mine").chmod(0o600)
    other.must("audit", "keygen", "--key", str(office.folder / "mine"))
    assert vkeys(other) == vkeys(office)


def test_a_key_for_an_anchor_that_will_not_do_is_not_remembered(office: Office) -> None:
    foreign = office.write("foreign", "export PATH\n")
    said = office.run("audit", "keygen", "--anchor", foreign)
    assert (said.code, "不能用来存放检查点" in said.err) == (1, True)
    assert Path(foreign).read_text() == "export PATH\n"
    assert office.must("audit", "keys") == ""
    office.must("audit", "keygen", "--anchor", str(office.folder / "held"))
    assert len(vkeys(office)) == 1


def test_rotating_writes_a_new_key_and_remembers_it(signed: Office) -> None:
    found = document(signed, "audit", "rotate")
    assert found["key"] == str(signed.folder / "office.db.key-2")
    assert found["vkey"] == vkeys(signed)[-1]
    both = tuple(map(parse_vkey, vkeys(signed)))
    assert open_note(newest(signed), both).verified == both
    signed.must("issue", "m", signed.notice, actor=CAST)
    assert open_note(newest(signed), both).verified == both[1:]
    signed.must("audit", "rotate", "--key", str(signed.folder / "third"))
    assert (signed.folder / "third").exists()
    assert len(vkeys(signed)) == 3


def test_a_rotation_that_was_interrupted_is_finished_by_running_it_again(
    signed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xiada.engine.publishing.publish import Checkpoints

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "publish", cut)
        assert signed.run("audit", "rotate").code == 130
    assert len(vkeys(signed)) == 2
    signed.must("audit", "rotate")
    assert len(vkeys(signed)) == 2
    both = tuple(map(parse_vkey, vkeys(signed)))
    assert open_note(newest(signed), both).verified == both
    signed.must("issue", "m", signed.notice, actor=CAST)
    assert signed.run("audit", "verify", str(signed.file)).code == 0


def test_without_its_key_a_signed_file_is_looked_at_but_not_written_to(signed: Office) -> None:
    (signed.folder / "office.db.key").rename(signed.folder / "away")
    signed.must("status", "kx")
    size = signed.size()
    said = signed.run("ack", "kx/1.1", actor=GD)
    assert (said.code, "没有密钥文件" in said.err) == (1, True)
    assert signed.size() == size
    assert run(signed, "ack", "kx/1.1", "--actor", GD, XIADA_KEY=str(signed.folder / "away")).code == 0
    assert newest(signed).split("\n")[1] == str(size + 1)
    assert run(signed, "execute", "kx/1.1.2", "--actor", "b@sz-kx", XIADA_KEY="").code == 0
    assert newest(signed).split("\n")[1] == str(size + 1), "an empty variable: not signed"


def test_the_environment_says_other_anchors(signed: Office) -> None:
    two = [str(signed.folder / name) for name in ("one", "two")]
    assert run(signed, "issue", "m", signed.notice, "--actor", CAST, XIADA_ANCHOR=os.pathsep.join(two)).code == 0
    assert [Path(path).read_text().count("---\n") for path in two] == [1, 1]
    assert (signed.folder / "held").read_text().count("---\n") == 1


def test_a_file_that_remembers_nonsense_is_opened_all_the_same(signed: Office) -> None:
    with Engine.open(str(signed.file)) as engine:
        engine.remember({"anchors": "{no list"})
    signed.must("ack", "kx/1.1", actor=GD)
    assert newest(signed).split("\n")[1] == str(signed.size() - 1)


# Checkpoints


def test_a_checkpoint_is_printed_as_it_was_signed(signed: Office) -> None:
    said = signed.run("audit", "checkpoint")
    assert said.out == newest(signed)
    assert "已存有最新的检查点" in said.err
    found = document(signed, "audit", "checkpoint")
    assert found["note"] == newest(signed)
    assert found["anchors"] == [{"anchor": str(signed.folder / "held"), "in_step": True, "error": None}]


@pytest.mark.parametrize("command", ["checkpoint", "keys"])
@pytest.mark.parametrize(("lang", "words"), [("zh", "没有签过名"), ("en", "never signed")])
def test_a_log_that_was_never_signed_says_so(office: Office, command: str, lang: str, words: str) -> None:
    said = office.run("audit", command, lang=lang)
    assert (said.code, said.out) == (0, "")
    assert words in said.err


@pytest.mark.parametrize(("lang", "words"), [("zh", "注意：检查点未能存入"), ("en", "Note: the anchor")])
def test_an_anchor_that_fails_is_told_beside_the_answer(signed: Office, lang: str, words: str) -> None:
    found = json.dumps([str(signed.folder / "nowhere" / "held")])
    with Engine.open(str(signed.file)) as engine:
        engine.remember({"anchors": found})
    said = signed.run("issue", "m", signed.notice, actor=CAST, lang=lang)
    assert said.code == 0
    assert words in said.err


# Receipts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_receipt_is_written_and_checked_offline(signed: Office, lang: str) -> None:
    file = str(signed.folder / "kx1.tlog-proof")
    said = signed.must("audit", "receipt", "kx/1", "-o", file, lang=lang)
    assert file in said
    nowhere = signed.folder / "nowhere.db"
    checked = signed.run("audit", "check-receipt", file, "--vkey", vkeys(signed)[0], db=nowhere, lang=lang)
    assert checked.code == 0
    assert "kx/1" in checked.out
    assert vkeys(signed)[0] in checked.out
    assert not nowhere.exists()


def test_a_receipt_by_index_goes_to_the_screen(signed: Office) -> None:
    text = signed.must("audit", "receipt", "3")
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert document(signed, "audit", "receipt", "3")["receipt"] == text
    file = signed.write("receipt", text)
    found = document(signed, "audit", "check-receipt", file)
    assert (found["log"], found["signed_by"]) == ("xiada.example/cast/e1", vkeys(signed))
    assert found["event"]["index"] == 3  # type: ignore[index]


@pytest.mark.parametrize("change", [("index 3", "index 4"), ("e1\n", "e2\n"), ("— ", "- "), ("extra ", "extra A")])
def test_a_receipt_that_does_not_hold_ends_with_exit_code_5(signed: Office, change: tuple[str, str]) -> None:
    file = signed.write("receipt", signed.must("audit", "receipt", "3").replace(*change))
    said = signed.run("audit", "check-receipt", file, "--vkey", vkeys(signed)[0])
    assert (said.code, said.out) == (5, "")
    assert said.err.startswith("数据异常")


def test_a_receipt_nobody_answers_for_is_not_believed(signed: Office) -> None:
    file = signed.write("receipt", signed.must("audit", "receipt", "3"))
    said = signed.run("audit", "check-receipt", file, db=signed.folder / "nowhere.db")
    assert (said.code, "没有给出公钥" in said.err) == (2, True)
    stranger = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert signed.run("audit", "check-receipt", file, "--vkey", stranger).code == 5
    assert signed.run("audit", "check-receipt", file, "--vkey", "nonsense").code == 2
    assert signed.run("audit", "check-receipt", str(signed.folder / "none")).code == 2


@pytest.mark.parametrize("place", ["99999", "kx/1.9", "org/nobody"])
def test_there_is_no_receipt_of_what_is_not_there(signed: Office, place: str) -> None:
    assert signed.run("audit", "receipt", place).code == 1


def test_a_receipt_cannot_be_written_into_nowhere(signed: Office) -> None:
    said = signed.run("audit", "receipt", "3", "-o", str(signed.folder / "no" / "file"))
    assert (said.code, "无法写入" in said.err) == (4, True)


def test_an_unsigned_log_gives_no_receipts(office: Office) -> None:
    said = office.run("audit", "receipt", "3")
    assert (said.code, "没有用来签名的密钥" in said.err) == (1, True)


# Restores


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_older_copy_is_refused_and_then_declared(signed: Office, lang: str) -> None:
    shutil.copy(signed.file, signed.folder / "old.db")
    signed.must("execute", "kx/1.1.2", actor="b@sz-kx")
    shutil.copy(signed.folder / "old.db", signed.file)
    for words in (("status", "kx"), ("ack", "kx/1.1", "--actor", GD)):
        said = signed.run(*words, lang=lang)
        assert said.code == 4
        assert "xiada audit declare-restore" in said.err
    assert signed.run("audit", "verify", str(signed.file)).code == 5
    assert run(signed, "audit", "verify", XIADA_ANCHOR="").code == 0, "in itself it is sound"
    said = signed.run("audit", "declare-restore", "--reason", "the disk failed", lang=lang)
    assert said.code == 0, said.err
    assert "xiada.example/cast/e2" in said.out
    assert newest(signed).startswith("xiada.example/cast/e2\n")
    signed.must("ack", "kx/1.1", actor=GD, lang=lang)
    assert "e2" in newest(signed)
    assert "the disk failed" in signed.must("log", "--from", "0", lang=lang)
    assert signed.run("audit", "verify", str(signed.file)).code == 0
    shutil.copy(signed.folder / "old.db", signed.file)
    assert signed.run("status", "kx").code == 4


def test_where_nothing_is_lost_nothing_is_declared(signed: Office) -> None:
    said = signed.run("audit", "declare-restore", "--reason", "for fun")
    assert (said.code, "无须声明" in said.err) == (1, True)


# Texts


def text_of(office: Office) -> tuple[str, int]:
    """Report progress with a text; return its commitment and log index."""
    office.must("progress", "kx/1.1.1", "--note", "张三的电话", actor=GZ)
    event = json.loads(office.must("log", "kx/1.1.1", "--json").splitlines()[-1])
    return event["body"]["text"], event["index"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("by", ["commitment", "index"])
def test_a_text_is_erased_by_what_the_log_says_of_it(signed: Office, lang: str, by: str) -> None:
    commitment, index = text_of(signed)
    place = commitment if by == "commitment" else str(index)
    said = signed.must("audit", "erase", place, "--reason", "本人要求", lang=lang)
    assert commitment[:16] in said
    again = signed.must("audit", "erase", place, "--reason", "本人要求", lang=lang)
    assert again != said
    assert "张三".encode() not in signed.file.read_bytes()
    assert signed.run("audit", "verify", str(signed.file)).code == 0
    assert "本人要求" in signed.must("log", lang=lang)


def test_the_unit_itself_may_erase_its_text_and_others_may_not(signed: Office) -> None:
    commitment, index = text_of(signed)
    assert signed.run("audit", "erase", str(index), "--reason", "x", actor="b@sz-kx").code == 1
    found = signed.run("audit", "erase", str(index), "--reason", "x", "--key", "once", "--json", actor=GZ).document
    assert (found["commitment"], found["repeated"], len(found["events"])) == (commitment, False, 1)
    found = signed.run("audit", "erase", str(index), "--reason", "x", "--key", "once", "--json", actor=GZ).document
    assert (found["repeated"], len(found["events"])) == (True, 1)


@pytest.mark.parametrize(("place", "code"), [("00" * 32, "unknown_text"), ("3", "no_text"), ("zz", "bad_commitment")])
def test_what_is_no_text_is_not_erased(signed: Office, place: str, code: str) -> None:
    said = signed.run("audit", "erase", place, "--reason", "x", "--json")
    assert said.document["code"] == code
