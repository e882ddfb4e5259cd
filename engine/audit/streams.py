"""Streams that are no directives: the org's units, and the log's own housekeeping.

Rule: a unit joins once, under superiors that have joined before it, so that no circle can arise;
only the registrar adds and changes units, only the unit itself delegates beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xiada.engine.audit.findings import Finding
from xiada.engine.audit.ground import Ground
from xiada.engine.audit.reading import Read, chained, finding
from xiada.engine.audit.skim import Skimmer
from xiada.engine.audit.sorting import REFORMS, ColumnsOf
from xiada.engine.commands import REGISTRAR
from xiada.engine.directive import AUDIT_STREAM
from xiada.engine.errors import Tampered
from xiada.engine.limits import is_identifier
from xiada.engine.ports import UNCHANGED

DELEGATIONS = frozenset({"delegation_granted", "delegation_revoked"})
"""What happens to a unit after it has joined."""


class Place(NamedTuple):
    """Where a stream stands: number in the columns, version, hash and log index of its latest event."""

    number: int
    version: int
    head: bytes
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of it


class Streams:
    """Streams of one partition, each checked by itself.

    Args:
        ground: What concerns more than one family.
        skim: Reads bodies.
    """

    def __init__(self, ground: Ground, skim: Skimmer) -> None:
        self.findings: list[Finding] = []
        self.places: dict[str, Place] = {}
        self.units: dict[str, tuple[object, ...]] = {}
        self._ground, self._skim = ground, skim

    def take(self, index: int, head: bytes, body: bytes, columns: ColumnsOf | None) -> Read | None:
        """Check what every event of such a stream must be; return it if it can be read."""
        try:
            event = self._skim(body, self._ground.log_at(index), index)
        except Tampered as error:
            self.findings.append(Finding("i11_encoding", index, None, error.message))
            return None
        one = Read(index, head, event, body)
        before = self.places.get(one.ref)
        if before is None and not _is_stream(one.ref):
            self._find("i11_encoding", one, "its stream is none that can be")
            return None
        self.findings += chained(one, *((before.version, before.head) if before else (0, None)))
        if columns is not None:
            self._check_columns(one, before, columns)
        self.places[one.ref] = Place(columns[0] if columns else 0, event["ver"], head, index)
        return one

    def _check_columns(self, one: Read, before: Place | None, columns: ColumnsOf) -> None:
        """What the store keeps beside an event is what the event says."""
        number, previous = (before.number, before.index) if before else (columns[0], UNCHANGED)
        ours = (number, one.event["t"], previous, UNCHANGED, one.event["ver"], "")
        theirs = (*columns[:5], (self._ground.statuses or {}).get(columns[5]))
        if ours != theirs:
            self._find("i8_stream", one, "the store finds another event here", ours, theirs)

    def _find(self, code: str, one: Read, message: str, expected: object = "", found: object = "") -> None:
        """Note a defect of one event."""
        self.findings.append(finding(code, one, message, expected, found))

    def entitled(self, one: Read, units: Iterable[str]) -> None:
        """Note it if the actor could act for none of these units, then."""
        self.findings += self._ground.entitled(one, units)

    # The org's

    def take_org(self, index: int, head: bytes, body: bytes, columns: ColumnsOf | None) -> None:
        """Check one event of a unit's stream."""
        before = len(self.places)
        one = self.take(index, head, body, columns)
        if one is None:
            return
        name, added, begins = one.ref.removeprefix("org/"), one.event["type"] == "unit_added", len(self.places) > before
        if added != begins:
            self._find("i3_first_event", one, "a unit joins once, and first", "", one.event["type"])
            return
        reforms = one.event["type"] in REFORMS
        self.entitled(one, (REGISTRAR.unit,) if added or reforms else (REGISTRAR.unit, name))
        if added:
            self._join(one, name)
        elif reforms:
            self._reform(one)
        elif one.event["type"] not in DELEGATIONS:
            self._find("i3_illegal", one, f"'{one.event['type']}' is no event of a unit", "", one.event["type"])

    def _join(self, one: Read, name: str) -> None:
        """Check that the superiors have joined before, and remember the unit."""
        data = one.data
        superiors = tuple([(line, superior) for line, superior in data.get("superiors", ())])
        for line, superior in superiors:
            if not self._ground.course.stands(superior, one.index):
                self._find("i2_superior_unknown", one, f"its superior {superior} in {line} has not joined before it")
        particulars = (data["name"], data["kind"], data["level"], data["line"], superiors)
        names = tuple(data.get("aliases", ()))
        self.units[one.ref] = (name, *particulars, data.get("region"), names, None, False)

    def _reform(self, one: Read) -> None:
        """Remember what has changed of a unit; whether it could is checked where all units are, see `course`."""
        data, kind = one.data, one.event["type"]
        if one.ref not in self.units:
            return
        unit, name, *kinds, superiors, region, aliases, successor, ended = self.units[one.ref]
        if kind == "unit_renamed":
            name, aliases = data["name"], tuple(data.get("aliases", ()))
        elif kind == "unit_moved":
            superiors = tuple(sorted({**dict(superiors), data["line"]: data["superior"]}.items()))  # type: ignore[call-overload]
        else:
            successor, ended = data.get("into", data.get("successor")), True
        self.units[one.ref] = (unit, name, *kinds, superiors, region, aliases, successor, ended)


def _is_stream(ref: str) -> bool:
    """Tell whether a stream can be called so: that of the log itself, or that of a unit."""
    return ref == AUDIT_STREAM or (ref.startswith("org/") and is_identifier(ref.removeprefix("org/")))
