"""`xiada audit export`: every format from the command line, whole or not at all, over nothing that is there."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from pathlib import Path

import pytest
from console_office import Office

FILES = ("ocel-json", "ocel-sqlite", "xes", "csv", "jsonl", "cloudevents")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("exports")).under_way()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", FILES)
def test_a_format_is_one_file_and_nothing_beside_it(form: str, office: Office, tmp_path: Path) -> None:
    said = office.must("audit", "export", form, "-o", str(tmp_path / "log"))
    assert said.startswith(f"已导出 {tmp_path / 'log'}（{form}）：")
    assert names(tmp_path) == ["log"]
    assert (tmp_path / "log").stat().st_size > 1_000


def test_parquet_is_a_folder(office: Office, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    office.must("audit", "export", "parquet", "-o", str(tmp_path / "log"))
    assert names(tmp_path / "log") == ["cascade=__HIVE_DEFAULT_PARTITION__", "cascade=kx"]


def test_json_lines_are_those_of_the_log_command(office: Office, tmp_path: Path) -> None:
    office.must("audit", "export", "jsonl", "-o", str(tmp_path / "log"))
    assert (tmp_path / "log").read_text("utf-8") == office.must("log", "--json")
    office.must("audit", "export", "jsonl", "kx", "-o", str(tmp_path / "kx"))
    assert (tmp_path / "kx").read_text("utf-8") == office.must("log", "kx", "--json")


def test_a_program_is_told_how_many_events_there_are(office: Office, tmp_path: Path) -> None:
    found = json.loads(office.must("audit", "export", "xes", "-o", str(tmp_path / "log"), "--json"))
    assert found == {
        "file": str(tmp_path / "log"), "format": "xes", "cascade": None,
        "events": office.size() - 7, "left_out": 7,
    }  # fmt: skip


def test_what_xes_leaves_out_is_said(office: Office, tmp_path: Path) -> None:
    said = office.run("audit", "export", "xes", "-o", str(tmp_path / "log"), lang="en")
    assert said.err == "not of any directive (of the org, of the log itself), so left out here: 7 events\n"
    assert office.run("audit", "export", "xes", "kx", "-o", str(tmp_path / "kx")).err == ""


def test_a_cascade_alone_has_its_own_events_only(office: Office, tmp_path: Path) -> None:
    office.must("audit", "export", "csv", "kx", "-o", str(tmp_path / "kx.csv"), "--bom")
    with (tmp_path / "kx.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["cascade"] for row in rows} == {"kx"}
    assert len(rows) == office.size() - 7


def test_the_units_and_notices_of_a_cascade_have_names_in_ocel(office: Office, tmp_path: Path) -> None:
    office.must("audit", "export", "ocel-sqlite", "kx", "-o", str(tmp_path / "kx.sqlite"))
    connection = sqlite3.connect(tmp_path / "kx.sqlite")
    units = {name for (name,) in connection.execute("SELECT name FROM object_unit")}
    titles = connection.execute("SELECT doc_number, title FROM object_notice").fetchall()
    types = {name for (name,) in connection.execute("SELECT DISTINCT ocel_type FROM event")}
    connection.close()
    assert "[red]韶关市科协[/red]" in units
    assert "广东省物理学会" not in "".join(units)
    assert titles == [("科协发组字〔2020〕7号", "关于开展推荐工作的通知")]
    assert "unit_added" not in types


def test_a_target_that_is_there_is_replaced_only_if_asked(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "log"
    target.write_text("earlier")
    said = office.run("audit", "export", "csv", "-o", str(target))
    assert (said.code, target.read_text()) == (4, "earlier")
    assert said.err == f"存储故障：{target} 已经存在。请换一个名称，或加 --force。\n"
    office.must("audit", "export", "csv", "-o", str(target), "--force")
    assert target.read_text("utf-8").startswith("index,")
    assert names(tmp_path) == ["log"]


def test_a_log_is_never_replaced(office: Office) -> None:
    before = office.file.read_bytes()
    for name in (office.file, Path(f"{office.file}-wal")):
        Path(f"{office.file}-wal").touch()
        said = office.run("audit", "export", "ocel-sqlite", "-o", str(name), "--force", "--json")
        assert (said.code, said.document["code"]) == (4, "target_foreign")
    assert office.file.read_bytes() == before


def test_a_folder_is_replaced_only_by_parquet_and_only_if_it_is_an_earlier_export(
    office: Office, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    target = tmp_path / "log"
    office.must("audit", "export", "parquet", "-o", str(target))
    office.must("audit", "export", "parquet", "-o", str(target), "--force")
    assert office.run("audit", "export", "csv", "-o", str(target), "--force").code == 4
    (target / "diary.txt").write_text("mine")
    said = office.run("audit", "export", "parquet", "-o", str(target), "--force", lang="en")
    assert "is no earlier export, so it is not replaced" in said.err
    assert (target / "diary.txt").read_text() == "mine"
    assert names(tmp_path) == ["log"]


def test_an_export_that_fails_leaves_nothing_behind(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = office.run("audit", "export", "parquet", "-o", str(tmp_path / "log"))
    assert said.err == "存储故障：写 Parquet 需要 pyarrow，尚未安装。请运行 pip install 'xiada[parquet]'。\n"
    assert (said.code, names(tmp_path)) == (4, [])


def test_a_folder_that_is_not_there_is_said(office: Office, tmp_path: Path) -> None:
    said = office.run("audit", "export", "csv", "-o", str(tmp_path / "none" / "log"), "--json")
    assert (said.code, said.document["code"]) == (4, "cannot_write")


@pytest.mark.parametrize(
    ("line", "code", "exit_code"),
    [
        (("csv", "nobody"), "unknown_cascade", 1),
        (("xes", "--bom"), "other_format", 2),
        (("csv", "--case", "cascade"), "other_format", 2),
        (("xml",), "usage", 2),
    ],
)
def test_what_makes_no_sense_is_refused(
    line: tuple[str, ...], code: str, exit_code: int, office: Office, tmp_path: Path
) -> None:
    said = office.run("audit", "export", *line, "-o", str(tmp_path / "log"), "--json")
    assert (said.document["code"], said.code) == (code, exit_code)
    assert names(tmp_path) == []
