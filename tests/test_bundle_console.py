"""`xiada audit bundle` and `xiada audit import`: what they print, as JSON too, and what they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bundles import rows
from console_office import GZ, Office

from xiada.console import flaws
from xiada.console.refusals import told
from xiada.console.words import Words
from xiada.engine.bundle.layout import FLAWS, flawed


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path).under_way()
    found.must("progress", "kx/1.1.1", "--note", "已过半", actor=GZ)
    return found


def test_a_bundle_goes_out_and_comes_in_again(office: Office, tmp_path: Path) -> None:
    bundle, new = str(tmp_path / "bundle.zip"), tmp_path / "new.db"
    printed = office.must("audit", "bundle", "-o", bundle, "--texts")
    assert re.fullmatch(
        r"已导出 \S+bundle\.zip：日志 xiada\.example/cast/e1 共 \d+ 条事件，日志根 [0-9a-f]{64}\n"
        r"附有可删除的文本，请妥善保管。\n",
        printed,
    )
    said = office.run("audit", "import", bundle, db=new)
    assert said.code == 0, said.err
    assert said.out.startswith(f"已由导出包建立 {new}：日志 xiada.example/cast/e1 共 ")
    assert rows(new) == rows(office.file)


def test_both_say_the_same_in_english_and_as_json(office: Office, tmp_path: Path) -> None:
    bundle, new = str(tmp_path / "bundle"), tmp_path / "new.db"
    printed = office.must("audit", "bundle", "--output", bundle, lang="en")
    assert printed.startswith(f"wrote {bundle}: log xiada.example/cast/e1, size ")
    assert printed.endswith("It holds no erasable texts; to hand them out too, use --texts\n")
    out = office.run("audit", "bundle", "-o", str(tmp_path / "b.zip"), "--json").document
    came = office.run("audit", "import", bundle, "--json", db=new).document
    assert out.pop("texts") is False
    assert out.pop("bundle") == str(tmp_path / "b.zip")
    assert (came.pop("bundle"), came.pop("file")) == (bundle, str(new))
    assert out == came
    assert out["log_size"] == office.size()


def test_what_is_there_is_not_written_over(office: Office, tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    said = office.run("audit", "bundle", "-o", str(tmp_path / "bundle"))
    assert (said.code, said.out) == (4, "")
    assert "已经存在" in said.err
    office.must("audit", "bundle", "-o", str(tmp_path / "b"))
    said = office.run("audit", "import", str(tmp_path / "b"))
    assert said.code == 4
    assert "已经存在" in said.err


def test_a_bundle_that_was_changed_is_refused_and_no_file_is_made(office: Office, tmp_path: Path) -> None:
    bundle, new = tmp_path / "bundle", tmp_path / "new.db"
    office.must("audit", "bundle", "-o", str(bundle))
    [tile] = (bundle / "tile/entries/000.p").iterdir()
    tile.write_bytes(tile.read_bytes().replace(b"gd-kx", b"fj-kx"))
    said = office.run("audit", "import", str(bundle), db=new)
    assert said.code == 5
    assert said.err == (
        f"数据异常：导出包中的 'tile/entries/000.p/{tile.name}' SHA-256 与清单不符。请不要采用，并向提供方重新索取。\n"
    )
    assert not new.exists()


@pytest.mark.parametrize("words", [("bundle",), ("import",), ("import", "nowhere")])
def test_what_is_missing_is_said(office: Office, words: tuple[str, ...]) -> None:
    said = office.run("audit", *words)
    assert (said.code, said.out) == (2, "")


def test_every_flaw_has_its_words_in_chinese() -> None:
    assert flaws.CHINESE.keys() == FLAWS.keys()
    for flaw in FLAWS:
        assert told(flawed(flaw, "keys"), Words("zh"))[0] == f"导出包中的 'keys' {flaws.CHINESE[flaw]}"
