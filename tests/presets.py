"""What the tests of the presets share: a story told once on a log in memory, and the facts of the real notices."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support import ROOT, CountedEntropy

from xiada.engine.engine import Engine, Ports
from xiada.engine.stores import create_store
from xiada.workflows.catalogue import Preset, preset
from xiada.workflows.story import Step, StoryClock

NOTICES = ROOT.parent / "shared" / "notices"
absent = pytest.mark.skipif(not NOTICES.exists(), reason="the real notices are not beside this checkout")


class Told(NamedTuple):
    """A story that was told."""

    preset: Preset
    engine: Engine
    steps: tuple[Step, ...]

    def statuses(self, cascade: str) -> Counter[str]:
        """Return how many directives of a cascade stand at each status."""
        return Counter(node.directive.status for node in self.engine.view(cascade).nodes)

    def check(self, code: str) -> Any:
        """Return the one check of a code."""
        assert self.preset.checks is not None
        [found] = [one for one in self.preset.checks(self.engine) if one.code == code]
        return found

    def units(self, refs: tuple[str, ...]) -> list[str]:
        """Return the units directives lie on."""
        return [self.engine.directive(ref).unit for ref in refs]

    def refusals(self) -> list[str]:
        """Return the codes of what was refused, in order."""
        return [step.refusal.code for step in self.steps if step.refusal]


def stage(one: Preset, url: str = "memory:") -> tuple[Engine, StoryClock]:
    """Return an empty engine for a preset's story, with the clock it runs by."""
    clock = StoryClock()
    ports: Ports = {"clock": clock, "entropy": CountedEntropy(), "lifecycles": one.lifecycles, "guards": one.guards}
    return Engine(create_store(url, one.origin), **ports), clock


@cache
def told(name: str) -> Told:
    """Return a preset's story told to its end, once for all tests; nobody writes to its log."""
    one = preset(name)
    engine, clock = stage(one)
    return Told(one, engine, tuple(one.run(engine, clock)))


def told_until(name: str, moment: str) -> Told:
    """Return a preset's story told as far as a moment, on a log of the test's own."""
    one = preset(name)
    engine, clock = stage(one)
    steps: list[Step] = []
    for step in one.run(engine, clock):
        steps.append(step)
        if step.moment == moment:
            break
    return Told(one, engine, tuple(steps))


def facts(number: str) -> list[dict[str, Any]]:
    """Return what is known of a real notice, segment by segment."""
    found: list[dict[str, Any]] = json.loads((NOTICES / f"{number}.expected.json").read_text(encoding="utf-8"))[
        "segments"
    ]
    return found


def notice_text(number: str) -> str:
    """Return the text of a real notice."""
    return Path(NOTICES / f"{number}.txt").read_text(encoding="utf-8")
