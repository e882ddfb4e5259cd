"""A small office for the tests of the console: a file, an org of seven units, a cascade under way, a fixed clock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from xiada.console.context import Context
from xiada.console.main import app
from xiada.engine.engine import Engine

NOON = datetime(2020, 6, 1, 4, tzinfo=UTC)
"""Noon of 2020-06-01 in Guangdong."""

ORG = """\
units:
  - {id: cast, name: 中国科协, kind: association, level: nation, line: kx}
  - {id: gd-kx, name: 广东省科学技术协会, aliases: [广东省科协], level: province, line: kx,
     kind: association, superior: cast}
  - {id: fj-kx, name: 福建省科协, kind: association, level: province, line: kx, superior: cast}
  - {id: gz-kx, name: 广州市科协, kind: association, level: city, line: kx, superior: gd-kx}
  - {id: sz-kx, name: 深圳市科协, kind: association, level: city, line: kx, superior: gd-kx}
  - {id: sg-kx, name: "[red]韶关市科协[/red]", kind: association, level: city, line: kx, superior: gd-kx}
  - {id: gd-phys, name: 广东省物理学会, kind: society, level: province, line: kx, superior: gd-kx}
"""

NOTICE = """\
id: kx2020-7
doc_number: 科协发组字〔2020〕7号
title: 关于开展推荐工作的通知
issuers: [cast]
requirements:
  - {id: r1, text: 严格审核, mandatory: true}
obligations:
  - {id: report, kind: report, due: 2020-06-19}
  - {id: brief, kind: brief, due: {every: "FREQ=MONTHLY;BYMONTHDAY=28"}}
"""

CAST, GD, GZ, SZ, SG = "wang@cast", "li@gd-kx", "a@gz-kx", "b@sz-kx", "c@sg-kx"


@dataclass(slots=True)
class StillClock:
    """A clock that stands until it is set."""

    moment: datetime = NOON

    def now(self) -> int:
        """Return the moment, µs since 1970 UTC."""
        return round(self.moment.timestamp() * 1_000_000)


@dataclass(frozen=True, slots=True)
class Said:
    """What one run of the program came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it said as JSON, on either stream."""
        return json.loads(self.out or self.err)


class Office:
    """A Xiada file in a folder, and the program run on it in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "office.db"
        self.clock = StillClock()
        self.sleep: Callable[[float], None] = time.sleep
        self.org = self.write("org.yaml", ORG)
        self.notice = self.write("notice.yaml", NOTICE)

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file into the folder and return its path."""
        path = self.folder / name
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return str(path)

    def run(self, *words: str, actor: str | None = None, lang: str = "zh", db: Path | None = None) -> Said:
        """Run a command line."""
        context = Context(clock=self.clock, environment={"LANG": f"{lang}_XX.UTF-8"}, sleep=self.sleep)
        line = [*words, *(["--actor", actor] if actor else [])]
        variables = {"XIADA_DB": str(db or self.file), "XIADA_ACTOR": ""}
        result = CliRunner().invoke(app, line, obj=context, env=variables)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def must(self, *words: str, actor: str | None = None, lang: str = "zh") -> str:
        """Run a command line that has to succeed, and return what it printed."""
        said = self.run(*words, actor=actor, lang=lang)
        assert said.code == 0, said.err
        return said.out

    def size(self) -> int:
        """Return the count of events in the log."""
        with Engine.open(str(self.file)) as engine:
            return engine.head().size

    def open_office(self) -> Office:
        """Make the file and load the org."""
        self.must("init", "--origin", "xiada.example/cast", "--org", self.org)
        return self

    def under_way(self) -> Office:
        """Issue the notice and forward it twice: cast (kx/1) -> gd, fj -> three cities; one city is at work."""
        self.open_office()
        self.must("issue", "kx", self.notice, actor=CAST)
        self.must("forward", "kx/1", "--to", "gd-kx", "--to", "fj-kx", "--due", "2020-06-12", actor=CAST)
        cities = ("--to", "gz-kx=2020-06-10", "--to", "sz-kx=2020-06-09", "--to", "sg-kx=2020-06-03")
        self.must("forward", "kx/1.1", *cities, actor=GD)
        self.must("execute", "kx/1.1.1", actor=GZ)
        return self
