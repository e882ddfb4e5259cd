"""`xiada intake` and the pipe into `xiada issue`: what it prints, where it refuses, and that it never falls over."""

from __future__ import annotations

import ast
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from intake_files import TEXT, chinese_pdf, paragraph, pdf, word
from support import ROOT
from typer.testing import CliRunner

from xiada.console import incoming, refusals
from xiada.console.context import Context
from xiada.console.intake_telling import meaning_of
from xiada.console.main import app
from xiada.console.noticefile import read_notice_file
from xiada.console.words import Words
from xiada.console.words_intake import DOUBTS, FACTS, INTAKE
from xiada.engine.due import SHANGHAI, show
from xiada.engine.engine import Engine
from xiada.workflows.intake import deciding
from xiada.workflows.intake.parsing import read_notice_text
from xiada.workflows.intake.values import document

NOTICES = ROOT.parent / "shared" / "notices"
SOURCES = sorted(Path(deciding.__file__).parent.glob("*.py"))
ORG = """\
name: artificial
lines: {kx: 科协}
units:
  - {id: p, name: 某省科学技术协会, aliases: [某省科协, 省科协], kind: association, level: province, line: kx}
  - {id: c1, name: 甲市科学技术协会, kind: association, level: city, line: kx, superior: p}
  - {id: c2, name: 乙市科学技术协会, kind: association, level: city, line: kx, superior: p}
"""
NEWS = """\
某省科协召开党组会议

11月3日，某省科协召开党组会议。会议指出，要做好年度工作。会议强调，各级科协组织要抓好落实，认真总结经验，改进工作作风，推动各项任务落到实处。
"""


class Desk:
    """A folder with an org and a text, and the program run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.org = self.write("org.yaml", ORG.encode())
        self.text = self.write("text.txt", TEXT.encode())
        self.db = str(folder / "k.db")

    def write(self, name: str, content: bytes) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def run(self, *words: str, given: bytes | None = None, lang: str = "zh", db: str | None = None) -> Any:
        """Run a command line, with bytes on standard input."""
        context = Context(environment={"LANG": f"{lang}_XX.UTF-8"})
        variables = {"XIADA_DB": db or "xiada.db", "XIADA_ACTOR": ""}
        result = CliRunner().invoke(app, list(words), obj=context, env=variables, input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def made(self, *words: str) -> str:
        """Return the notice file made of a text that raises no doubts."""
        result = self.run("intake", *words, "--accept", "see", "--org", self.org)
        assert result.exit_code == 0, result.stderr
        return str(result.stdout)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


# The answer


def test_into_a_pipe_goes_the_notice_file_that_issue_reads(desk: Desk) -> None:
    file = desk.write("made.yaml", desk.made(desk.text, "--yes").encode())
    notice = read_notice_file(file)
    assert (notice.doc_number, notice.title) == ("某科协发〔2021〕12号", "关于报送年度工作总结的通知")
    assert (notice.issuers, str(notice.issued_on)) == (("p",), "2021-11-01")
    assert [str(one.due.on) for one in notice.obligations if hasattr(one.due, "on")] == ["2021-12-10"]


@pytest.mark.parametrize("source", ["--org", "--db"])
def test_a_text_goes_through_the_pipe_into_a_cascade(desk: Desk, source: str) -> None:
    assert desk.run("init", "--origin", "xiada.example/k", "--org", desk.org, "--db", desk.db).exit_code == 0
    made = desk.run(
        "intake",
        desk.text,
        "--yes",
        source,
        desk.org if source == "--org" else desk.db,
        "--id",
        "n1",
        "--accept",
        "see",
    )
    assert made.exit_code == 0, made.stderr
    issued = desk.run("issue", "k", "-", "--actor", "li@p", "--db", desk.db, given=made.stdout.encode())
    assert issued.exit_code == 0, issued.stderr
    with Engine.open(desk.db) as engine:
        directive = engine.directive("k/1")
        assert (directive.unit, show(directive.due, SHANGHAI)) == ("p", "2021-12-10")


def test_notice_and_issue_read_standard_input_in_yaml_and_in_json(desk: Desk) -> None:
    yaml = desk.made(desk.text, "--yes").encode()
    assert desk.run("notice", "-", given=yaml).exit_code == 0
    as_json = b'{"id": "n", "doc_number": "1", "title": "t", "issuers": ["p"], "issuers": ["p"]}'
    assert "issuers" in desk.run("notice", "-", given=as_json).stderr
    assert desk.run("notice", "-", given=as_json.replace(b', "issuers": ["p"]}', b"}")).exit_code == 0
    assert desk.run("notice", "-", given=b"x" * 4_000_001).exit_code == 2


def test_json_is_exactly_what_the_intake_found(desk: Desk) -> None:
    result = desk.run("intake", desk.text, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(json.dumps(document(read_notice_text(TEXT))))


@pytest.mark.parametrize(("lang", "words"), [("zh", "应办 1 项"), ("en", "obligations: 1")])
def test_people_are_told_what_is_owed_and_by_which_units(desk: Desk, lang: str, words: str) -> None:
    result = desk.run("intake", desk.text, "--look", "--org", desk.org, lang=lang)
    assert result.exit_code == 0
    for expected in (words, "2021-12-10", "甲市科学技术协会", "某科协发〔2021〕12号"):
        assert expected in result.stdout


def test_the_text_may_come_by_standard_input(desk: Desk) -> None:
    result = desk.run("intake", "-", "--accept", "see", "--org", desk.org, given=TEXT.encode("gb18030"))
    assert result.exit_code == 0
    assert "关于报送年度工作总结的通知" in result.stdout


# Doubts


def undated(text: str = TEXT) -> bytes:
    """Return the notice without a year in its due."""
    return text.replace("于2021年12月10日", "于12月11日").encode()


def test_without_a_terminal_an_open_doubt_is_refused_and_told(desk: Desk) -> None:
    result = desk.run("intake", desk.write("t.txt", undated()), "--org", desk.org)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "year_assumed" in result.stderr
    piped = desk.run("intake", "-", "--org", desk.org, given=undated())
    assert "标准输入" in piped.stderr


def test_yes_and_accept_close_doubts_and_the_file_says_so(desk: Desk) -> None:
    text = desk.write("t.txt", undated())
    refused = desk.run("intake", text, "--yes", "--org", desk.org)
    assert refused.exit_code == 1, "while doubts are open"
    assert "year_assumed" in refused.stderr
    made = desk.made(text, "--yes")
    assert made.startswith("# ")
    assert "year_assumed" in made
    codes = re.findall(r"^# ([a-z_]+):", made, re.MULTILINE)
    for accepted in ([part for code in codes for part in ("--accept", code)], ["--accept", ",".join(codes)]):
        assert desk.run("intake", text, "--yes", *accepted, "--org", desk.org).stdout == made


def test_without_an_org_the_issuer_is_a_doubt_that_a_person_decides(desk: Desk) -> None:
    result = desk.run("intake", desk.text, "--yes", "--json")
    assert result.exit_code == 0
    refused = desk.run("intake", desk.text, "--accept", "see")
    assert refused.exit_code == 1
    assert "unknown_issuer" in refused.stderr
    named = desk.run("intake", desk.text, "--yes", "--accept", "see", "--issuer", "p")
    assert named.exit_code == 0
    assert 'issuers: ["p"]' in named.stdout
    accepted = desk.run("intake", desk.text, "--yes", "--accept", "see,unknown_issuer")
    assert (accepted.exit_code, accepted.stdout) == (2, ""), "accepting it does not say who issues"


def test_a_title_and_an_id_may_be_said_beforehand(desk: Desk) -> None:
    made = desk.made(desk.text, "--yes", "--title", "另一个标题", "--id", "of-my-own")
    assert 'title: "另一个标题"' in made
    assert 'id: "of-my-own"' in made


def test_a_unit_the_org_has_not_and_a_document_that_is_not_there_are_refused(desk: Desk) -> None:
    assert desk.run("intake", desk.text, "--org", desk.org, "--issuer", "nobody").exit_code == 1
    assert desk.run("intake", desk.text, "--segment", "9").exit_code == 2


# At a terminal


class Keyboard(io.StringIO):
    """Standard input and output of a person."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


def test_at_a_terminal_a_person_is_asked_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(incoming.sys, "stdin", Keyboard(" 2021-12-10 \n"))
    terminal = incoming.Terminal()
    assert terminal.ask("When\x1b? ") == "2021-12-10"
    terminal.tell("shown")
    with pytest.raises(EOFError):
        terminal.ask("And? ")
    assert capsys.readouterr() == ("", "When\\x1b? shown\nAnd? ")
    assert incoming.at_terminal(Keyboard())
    assert not incoming.at_terminal(io.StringIO())
    assert not incoming.at_terminal(None)


@pytest.mark.parametrize(("answers", "code", "ending"), [("y\n\n" * 3, 0, "contacts"), ("n\n", 0, ""), ("", 0, "")])
def test_the_whole_command_at_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answers: str, code: int, ending: str
) -> None:
    import sys

    text = desk.write("t.txt", undated())
    screen, keys = Keyboard(), Keyboard(answers)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stdin", keys)
    with pytest.raises(SystemExit) as left:
        app(["intake", text, "--org", desk.org, "--db", "xiada.db"], obj=Context(environment={}))
    assert left.value.code == code
    assert "obligations: 1" in screen.getvalue()
    assert ("issuers: [" in screen.getvalue()) == bool(ending)


# No directive


def test_news_of_a_meeting_is_refused_with_what_was_found_instead(desk: Desk) -> None:
    news = desk.write("news.txt", NEWS.encode())
    for words in ((), ("--look",), ("--json",)):
        result = desk.run("intake", news, *words)
        assert result.exit_code == 1
    result = desk.run("intake", news)
    assert "没有找到指令，因为：" in result.stderr
    assert "某省科协召开党组会议" in result.stderr
    english = desk.run("intake", news, lang="en")
    assert "no directive found, because: " in english.stderr
    told = json.loads(desk.run("intake", news, "--json").stderr)
    assert told["code"] == "no_directive"


def test_where_a_meeting_decided_something_it_is_said_how_to_give_that_out(desk: Desk) -> None:
    decided = "会议要求，各级科协组织要精心部署。\n一要抓好理论武装。\n二要办好科普活动。\n"
    news = desk.write("news.txt", f"某省科协召开党组会议\n\n7月16日，某省科协召开党组会议。\n{decided}".encode())
    assert "xiada dispatch" in desk.run("intake", news).stderr
    assert "Give its decisions out with xiada dispatch" in desk.run("intake", news, lang="en").stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Notice to all departments: please hand in your annual report by 10 December 2021.\n" * 5, "not_chinese"),
        (b"1,200 33.5 88\n7,410 21.0 12\n" * 40, "numbers"),
    ],
)
def test_a_notice_in_english_and_a_table_of_numbers_are_no_directive(desk: Desk, content: bytes, why: str) -> None:
    result = desk.run("intake", desk.write("t.txt", content), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stderr)["data"]["why"] == why
    assert json.loads(result.stdout) == {"segments": []}


# Bad input


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_document"),
        (b"\xff\xd8\xff\xe0" + bytes(2_000), "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "old_word"),
        (TEXT.encode() + b"\x00", "control_character"),
        (pdf([b"0 0 m"]), "picture"),
        (pdf([b"0 0 m"])[:50], "broken_document"),
        (word(paragraph("一"), more=[("word/a.bin", bytes(9_000_000))]), "unpacks_too_large"),
    ],
)
def test_what_is_no_text_is_refused_in_both_languages_and_as_json(desk: Desk, content: bytes, code: str) -> None:
    file = desk.write("t.bin", content)
    assert json.loads(desk.run("intake", file, "--json").stderr)["code"] == code
    for lang in ("zh", "en"):
        result = desk.run("intake", file, lang=lang)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "{" not in result.stderr


def test_a_file_of_fifty_megabytes_is_refused_by_its_size_alone(desk: Desk) -> None:
    path = desk.folder / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    result = desk.run("intake", str(path), "--json")
    assert json.loads(result.stderr)["code"] == "file_too_large"
    assert desk.run("intake", "-", given=b"x" * 20_000_001).exit_code == 2


def test_a_file_that_is_not_there_or_a_folder_is_refused(desk: Desk) -> None:
    for name in ("missing.txt", str(desk.folder), "nul\x00.txt"):
        result = desk.run("intake", name)
        assert result.exit_code == 2


def test_a_pipe_nobody_writes_into_is_an_empty_document_and_nobody_waits_for_it(desk: Desk) -> None:
    os.mkfifo(desk.folder / "pipe")
    assert "文稿是空的" in desk.run("intake", str(desk.folder / "pipe")).stderr


def test_a_pipe_somebody_writes_into_is_read(desk: Desk) -> None:
    ends = os.pipe()
    os.write(ends[1], TEXT.encode())
    os.close(ends[1])
    found = desk.run("intake", f"/dev/fd/{ends[0]}", "--json").stdout
    os.close(ends[0])
    assert json.loads(found) == document(read_notice_text(TEXT))


def test_a_control_character_is_refused_with_its_place(desk: Desk) -> None:
    file = desk.write("a.txt", b"text\x00more")
    assert "第 5 个字符是控制字符 U+0000" in desk.run("intake", file).stderr


def test_a_text_of_very_many_documents_is_refused(desk: Desk) -> None:
    text = "广东省科协关于报送总结的通知\n各市科协：\n请于6月10日前报送总结。\n" * 1_001
    assert "1,001 份文件" in desk.run("intake", desk.write("a.txt", text.encode())).stderr


def test_a_file_nobody_may_read_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(desk.text).chmod(0)
    try:
        with Path(desk.text).open("rb"):
            pytest.skip("whoever runs this may read everything")
    except PermissionError:
        result = desk.run("intake", desk.text)
    assert result.exit_code == 2
    assert "无法读取" in result.stderr


def test_every_encoding_and_kind_of_file_gives_the_same_notice_file(desk: Desk) -> None:
    expected = desk.made(desk.text, "--yes")
    contents = [TEXT.encode(name) for name in ("gb18030", "utf-16", "utf-8-sig")]
    contents += [
        TEXT.replace("\n", "\r\n").encode(),
        word("".join(map(paragraph, TEXT.splitlines()))),
        chinese_pdf(TEXT),
    ]
    for content in contents:
        assert desk.made(desk.write("t", content), "--yes") == expected


# Codes and words


def said_codes() -> set[str]:
    """Return the codes of doubts the sources of the intake can say: in a Doubt, or as (code, sentence)."""
    found = {"unknown_issuer"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Doubt":
                found |= {str(getattr(one.value, "value", "")) for one in node.keywords if one.arg == "code"}
            elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and path.name != "abstaining.py":
                code, text = node.elts
                if isinstance(code, ast.Constant) and is_sentence(text):
                    found.add(str(code.value))
    return {code for code in found if re.fullmatch("[a-z]+(_[a-z]+)*", code)}


def is_sentence(node: ast.AST) -> bool:
    """Tell whether an expression is a sentence about the text."""
    return (
        isinstance(node, ast.JoinedStr) or getattr(node, "id", "") == "text" or " " in str(getattr(node, "value", ""))
    )


def test_every_doubt_the_intake_can_say_is_weighed_worded_and_documented() -> None:
    assert said_codes() == deciding.MATTERS.keys() == DOUBTS.keys()
    table = (ROOT / "docs" / "intake.md").read_text("utf-8")
    assert said_codes() == set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE))
    decided = set(re.findall(r"^\| `([a-z_]+)` \| decide \|", table, re.MULTILINE))
    assert decided == {code for code, matter in deciding.MATTERS.items() if matter.decide}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("请于6月10日前报送总结。", "year_assumed：原文没有写年份；年份推定自发文日期，为 2020 年"),
        ("请于2020年6月25日前报送总结。", "non_working_day：期限 2020-06-25（星期四）不是工作日"),
        ("请于2020年6月12日（星期四）前报送总结。", "weekday_differs：2020-06-12 是星期五，与所写的星期不符"),
        ("请于2020年1月10日前报送总结。", "due_before_issue：期限早于发文日期 2020-05-01"),
    ],
)
def test_a_doubt_is_told_in_chinese_with_its_facts(desk: Desk, body: str, told: str) -> None:
    text = f"关于报送总结的通知\n各市科协：\n{body}\n某省科协\n2020年5月1日\n"
    assert told in desk.run("intake", desk.write("a.txt", text.encode()), "--look").stdout


def test_a_question_is_not_ended_with_a_stop_too(desk: Desk) -> None:
    assert desk.run("intake", "/dev/zero", lang="en").stderr.endswith("Is this a notice?\n")


def test_a_day_made_up_for_a_holiday_is_a_working_day(desk: Desk) -> None:
    text = "关于报送总结的通知\n各市科协：\n请于2020年6月28日前报送总结。\n某省科协\n2020年5月1日\n"
    assert "non_working_day" not in desk.run("intake", desk.write("a.txt", text.encode()), "--look").stdout


@pytest.mark.skipif(not NOTICES.is_dir(), reason="the real notices are not here")
def test_every_doubt_of_the_ten_notices_that_has_facts_says_them_in_chinese() -> None:
    found = [doubt for file in sorted(NOTICES.glob("*.txt")) for one in read_notice_text(file.read_text("utf-8"))
             for doubt in one.doubts if doubt.code in FACTS]  # fmt: skip
    assert len(found) > 10
    untold = [doubt.text for doubt in found if meaning_of(Words("zh"), doubt) == DOUBTS[doubt.code]]
    assert untold == []


def test_every_correction_has_its_words() -> None:
    for matter in deciding.MATTERS.values():
        if matter.corrects:
            assert {f"intake_correct_{matter.corrects}", f"intake_ask_{matter.corrects}"} <= INTAKE.keys()


def test_every_reason_the_intake_refuses_with_has_a_chinese_sentence() -> None:
    found = set()
    for path in [*SOURCES, *(ROOT / "console").glob("intak*.py"), ROOT / "console" / "incoming.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Malformed", "Refused", "StoreError"):
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    assert {"no_directive", "picture", "open_doubts"} < found
    assert found <= refusals.CHINESE.keys()


# The ten notices


@pytest.mark.skipif(not NOTICES.is_dir(), reason="the shared notices are not there")
@pytest.mark.parametrize(
    ("name", "code"),
    [(f"{number:03}", 1 if number == 3 else 0) for number in range(5)]
    + [(f"sample-{number}", 0) for number in ("01", "09", "14", "28", "34")],
)
def test_the_ten_notices_are_told_and_drafted_without_a_fall(desk: Desk, name: str, code: int) -> None:
    file = str(NOTICES / f"{name}.txt")
    assert desk.run("intake", file, "--look").exit_code == code
    assert desk.run("intake", file, "--json").exit_code == code
    every = [word for one in deciding.MATTERS for word in ("--accept", one)]
    said = ["--issuer", "p", "--title", "标题", "--org", desk.org, *every]
    made = desk.run("intake", file, *said)
    assert made.exit_code == code
    if code == 0:
        assert desk.run("notice", "-", given=made.stdout.encode()).exit_code == 0
