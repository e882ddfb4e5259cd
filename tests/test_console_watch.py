"""`xiada watch`: drawn anew when something happens and only then; ended by Ctrl-C; a terminal left as it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from console_office import SG, SZ, Office, Said

from xiada.console.arguments import read_actor
from xiada.engine.engine import Engine


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path).under_way()


def watched(office: Office, *deeds: Callable[[], object], words: tuple[str, ...] = (), lang: str = "zh") -> Said:
    """Watch a cascade while something is done in each wait; then Ctrl-C."""
    waits: list[float] = []
    left = iter(deeds)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        deed = next(left, None)
        if deed is None:
            raise KeyboardInterrupt
        deed()

    office.sleep = sleep
    said = office.run("watch", "kx", *words, lang=lang)
    assert len(waits) in (0, len(deeds) + 1) or said.code
    return said


def nothing() -> None:
    """Let the time pass."""


# Into a pipe


def test_one_look_is_one_picture_and_nobody_waits(office: Office) -> None:
    said = watched(office, words=("--once",))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("关于开展推荐工作的通知\n共 6 件")
    assert "没有逾期的。" in said.out
    assert said.out.splitlines()[-7:] == [
        "最近的事件",
        "  2020-06-01 12:00:00  kx/1.1  广东省科协转发给 3 个单位：广州市科协、深圳市科协、[red]韶关市科协[/red]。",
        "  2020-06-01 12:00:00  kx/1.1.1  广东省科协将本件下达给广州市科协，期限 2020-06-10。",
        "  2020-06-01 12:00:00  kx/1.1.2  广东省科协将本件下达给深圳市科协，期限 2020-06-09。",
        "  2020-06-01 12:00:00  kx/1.1.3  广东省科协将本件下达给[red]韶关市科协[/red]，期限 2020-06-03。",
        "  2020-06-01 12:00:00  kx/1.1.1  广州市科协开始执行。",
        "现在 2020-06-01 12:00:00 · 日志序号 15",
    ]


def test_it_is_drawn_anew_when_the_log_has_grown_and_only_then(office: Office) -> None:
    execute = lambda: Office.run(office, "execute", "kx/1.1.3", actor=SG)  # noqa: E731
    said = watched(office, nothing, nothing, execute, nothing)
    assert said.out.count("日志序号 15") == 2, "in the footer and below the picture"
    assert said.out.count("日志序号 16") == 2
    assert said.out.index("日志序号 15") < said.out.index("韶关市科协[/red]开始执行") < said.out.rindex("日志序号 16")


def test_it_is_drawn_anew_when_a_due_passes_and_when_a_day_ends(office: Office) -> None:
    def later(**by: int) -> Callable[[], None]:
        def pass_by() -> None:
            office.clock.moment += timedelta(**by)

        return pass_by

    said = watched(office, later(hours=11), later(hours=1), later(hours=12), later(hours=36), words=("--late",))
    assert said.out.count("现在 ") == 3, "the 1st, the 2nd, the 4th of June"
    assert "逾期 1 件，期限最早的在先" in said.out
    assert "逾期 1 天" in said.out


def test_only_who_is_late_is_shown_where_that_is_asked_for(office: Office) -> None:
    office.clock.moment += timedelta(days=30)
    said = watched(office, words=("--late", "--once"))
    lines = said.out.splitlines()
    assert lines[2] == "逾期 6 件，期限最早的在先"
    assert [line.split()[-1] for line in lines[3:9]] == ["kx/1.1.3", "kx/1.1.2", "kx/1.1.1", "kx/1.1", "kx/1.2", "kx/1"]
    assert "已下达 3" not in said.out, "no legend, for there is no drawing"


def test_a_budget_folds_the_tree(office: Office) -> None:
    said = watched(office, words=("--once", "--budget", "3"), lang="en")
    assert "showing 2 of 6" in said.out or "showing 3 of 6" in said.out
    assert "latest events" in said.out


def test_programs_get_one_document_per_change(office: Office) -> None:
    execute = lambda: office.must("execute", "kx/1.1.3", actor=SG)  # noqa: E731
    said = watched(office, nothing, execute, words=("--json", "--every", "7"))
    first, second = (json.loads(line) for line in said.out.splitlines() if line.startswith('{"cascade"'))
    assert (first["cascade"], first["log_index"], first["counts"]["total"], first["late"]) == ("kx", 15, 6, [])
    assert (second["log_index"], second["events"][-1]["ref"]) == (16, "kx/1.1.3")
    assert second["events"][-1]["type"] == "started"


# What may go wrong


def test_a_cascade_that_is_not_there(office: Office) -> None:
    said = office.run("watch", "nope")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("不予办理：没有级联")


@pytest.mark.parametrize("words", [("--every", "0"), ("--every", "soon"), ("--budget", "0")])
def test_a_line_that_cannot_be_meant(office: Office, words: tuple[str, ...]) -> None:
    assert office.run("watch", "kx", *words).code == 2


def test_a_file_that_is_moved_away_ends_it_with_a_sentence(office: Office) -> None:
    said = watched(office, lambda: office.file.rename(office.file.with_name("moved.db")))
    assert said.code == 4
    assert said.err == f"存储故障：{office.file} 已被移走、删除或换成别的文件。请改看它现在的位置。\n"
    office.file.with_name("moved.db").rename(office.file)
    english = watched(office, lambda: office.file.rename(office.file.with_name("again.db")), lang="en").err
    assert english == (
        f"Store error: {office.file} was moved, removed or replaced while it was watched. Watch it where it is now.\n"
    )


def test_a_damaged_file_ends_it_with_a_sentence(office: Office) -> None:
    def damage() -> None:
        office.must("execute", "kx/1.1.3", actor=SG)
        with sqlite3.connect(office.file) as connection:
            connection.execute("UPDATE event SET body = CAST('{}' AS BLOB) WHERE log_index = 16")
        connection.close()

    said = watched(office, damage)
    assert said.code == 5
    assert said.err.startswith("数据异常：")
    assert len(said.err.splitlines()) == 1


def test_a_writer_never_waits_for_who_watches(office: Office) -> None:
    """A write goes through between any two looks, the watching program having the file open."""

    def write() -> None:
        with Engine.open(str(office.file), clock=office.clock) as engine:
            engine.acknowledge("kx/1.1.2", actor=read_actor(SZ))

    assert watched(office, write, nothing).code == 0
