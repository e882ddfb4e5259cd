"""One partition checked from end to end: families, units, rows, sums and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from xiada.engine.audit.ancestors import Asked
from xiada.engine.audit.families import Beside, Families
from xiada.engine.audit.findings import Finding
from xiada.engine.audit.ground import Ground
from xiada.engine.audit.kept import compare_directives, compare_keys, compare_sums, compare_units
from xiada.engine.audit.skim import Skimmer
from xiada.engine.audit.source import Source
from xiada.engine.audit.spill import Item, Spilled
from xiada.engine.audit.streams import Streams

MOST_FINDINGS = 1_000
"""Defects told of one partition; the others are counted."""


class Checked(NamedTuple):
    """What one partition came to.

    Args:
        findings: Defects, the first so many in log order.
        left_out: How many more there were.
        directives: How many directives were checked in it.
        asked: Answers to extensions to be looked at again, see `ancestors`.
    """

    findings: list[Finding]
    left_out: int
    directives: int
    asked: list[Asked]


def check_partition(source: Source, ground: Ground, spilled: Spilled, partition: int) -> Checked:
    """Return what a partition came to.

    Args:
        source: The log, for what lies beside it.
        ground: What concerns more than one family.
        spilled: What was sorted.
        partition: Its number.
    """
    skim = Skimmer()
    families, streams = Families(Beside(source), ground, skim), Streams(ground, skim)

    def items(space: str) -> Iterator[Item]:
        return spilled.items(space, partition)

    for item in items("event"):
        families.take(item)
    families.finish()
    for item in items("org"):
        streams.take_org(*item)
    found = families.findings + streams.findings
    if ground.statuses is not None:
        found += compare_directives(families, items("directive"))
        found += compare_sums(families, items("tally"), items("wait"))
        found += compare_units(streams, items("unit"))
        found += compare_keys(items("key"), items("answer"))
    return Checked(*first(found), families.births, families.asked)


def first(found: Iterable[Finding]) -> tuple[list[Finding], int]:
    """Return the first so many findings in log order, and how many more there were."""
    ordered = sorted(found, key=lambda one: one.order)
    return list(islice(ordered, MOST_FINDINGS)), max(0, len(ordered) - MOST_FINDINGS)
