"""`xiada draw` where the disk, the folder or the file says no: one sentence, and never half a file."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from console_office import Office

from xiada.console.files import put
from xiada.engine.engine import Engine
from xiada.engine.errors import StoreError

TREE = ("draw", "tree", "kx", "--format", "dot")
as_nobody = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the rights of root are no rights"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("faults")).under_way()


def refused(office: Office, output: Path, why: str) -> None:
    """Assert that a drawing into a place fails with one sentence, in both languages."""
    chinese, english = why.split(" | ")
    said = office.run(*TREE, "-o", str(output))
    assert (said.code, said.out) == (4, "")
    assert said.err == f"存储故障：{output} 无法写入（{chinese}）。请核对文件夹和权限。\n"
    told = office.run(*TREE, "-o", str(output), lang="en").err
    assert told == f"Store error: {output} cannot be written ({english}). Check the folder and its rights.\n"


def test_a_folder_that_is_not_there(office: Office, tmp_path: Path) -> None:
    refused(office, tmp_path / "no" / "x.dot", "没有这个文件夹 | No such file or directory")
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_a_folder(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x.dot").mkdir()
    refused(office, tmp_path / "x.dot", "是文件夹 | Is a directory")
    assert list((tmp_path / "x.dot").iterdir()) == []


def test_a_file_where_a_folder_should_be(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    refused(office, tmp_path / "file" / "x.dot", "路径中有一段不是文件夹 | Not a directory")
    said = office.run("draw", "--all", str(tmp_path / "file"), "kx")
    assert said.code == 4
    assert said.err == f"存储故障：{tmp_path / 'file'} 无法写入（路径中有一段不是文件夹）。请核对文件夹和权限。\n"
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_name_longer_than_names_may_be(office: Office, tmp_path: Path) -> None:
    refused(office, tmp_path / ("x" * 300), "文件名太长 | File name too long")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk(office: Office) -> None:
    refused(office, Path("/dev/full"), "磁盘已满 | No space left on device")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode), "a device is written into, not replaced"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits here")
def test_a_disk_that_is_full_half_way_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    import resource

    target = tmp_path / "x.svg"
    target.write_text("mine", encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(StoreError, match="File too large"):
            put(str(target), b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_text("utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [target]


@as_nobody
def test_a_folder_one_may_not_write_in(office: Office, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        refused(office, tmp_path / "x.dot", "没有权限 | Permission denied")
    finally:
        tmp_path.chmod(0o700)


@as_nobody
def test_a_file_that_is_write_protected_stays(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "x.dot"
    target.write_text("mine", encoding="utf-8")
    target.chmod(0o400)
    refused(office, target, "没有权限 | Permission denied")
    assert target.read_text("utf-8") == "mine"


def test_a_log_is_never_replaced(office: Office, tmp_path: Path) -> None:
    size = office.size()
    for name in (office.file, Path(f"{office.file}-wal"), Path(f"{office.file}-shm")):
        if name.exists():
            said = office.run(*TREE, "-o", str(name))
            assert (said.code, said.out) == (4, "")
            assert said.err == f"存储故障：{name} 是下达数据库，不能覆盖。请换一个文件名。\n"
    link = tmp_path / "link.dot"
    link.symlink_to(office.file)
    assert office.run(*TREE, "-o", str(link)).code == 4
    with Engine.open(str(office.file)) as engine:
        assert engine.head().size == size


def test_an_earlier_file_is_replaced_whole_with_its_rights_and_nothing_is_left_beside_it(
    office: Office, tmp_path: Path
) -> None:
    target = tmp_path / "x.dot"
    target.write_bytes(b"x" * 1_000_000)
    target.chmod(0o640)
    office.must(*TREE, "-o", str(target))
    assert target.read_bytes().startswith(b"digraph")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(office: Office, tmp_path: Path) -> None:
    link, target = tmp_path / "link.dot", tmp_path / "target.dot"
    link.symlink_to(target)
    office.must(*TREE, "-o", str(link))
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"digraph")


def test_a_drawing_that_fails_leaves_the_earlier_file_as_it_was(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.svg"
    target.write_text("mine", encoding="utf-8")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    said = office.run("draw", "tree", "kx", "-o", str(target))
    assert (said.code, target.read_text("utf-8")) == (4, "mine")


def test_a_name_no_file_can_have() -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        put("a\0b", b"")
