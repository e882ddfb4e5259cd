"""Evidence: what the audit has seen so far, and what lies beside the log.

Rule: everything here was folded from the bytes already checked, or is bytes whose name was
recomputed; the live projection is not evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xiada.engine import codec
from xiada.engine.directive import Directive
from xiada.engine.errors import Tampered, XiadaError
from xiada.engine.events import Issued
from xiada.engine.lifecycle import Lifecycle
from xiada.engine.notice import Notice, read_notice
from xiada.engine.org import Org
from xiada.engine.ports import Authority, Reader
from xiada.engine.records import Recorded
from xiada.engine.replay import Moment


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    Args:
        code: Stable name, beginning with the invariant.
        index: Log index of the first event concerned, None if it is no event.
        ref: The stream concerned.
        message: One sentence.
        expected: What should stand there.
        found: What stands there.
    """

    code: str
    index: int | None
    ref: str | None
    message: str
    expected: str = ""
    found: str = ""


def finding(code: str, recorded: Recorded, message: str, expected: object = "", found: object = "") -> Finding:
    """Return a defect of one event."""
    return Finding(code, recorded.index, recorded.ref, message, str(expected), str(found))


class Evidence:
    """The log as folded so far.

    Args:
        reader: A snapshot, for the bytes beside the log.
        lifecycles: Tables by digest.
        authority: Who may act for whom.
    """

    def __init__(self, reader: Reader, lifecycles: Mapping[str, Lifecycle], authority: Authority) -> None:
        self.reader = reader
        self.moment = Moment(lifecycles)
        self.named: dict[str, tuple[str, int | None, str, str, int]] = {}
        self.last: Recorded | None = None
        self._authority = authority
        self._families: dict[str, list[str]] = {}
        self._notices: dict[str, Notice | None] = {}
        self._org: tuple[int, Org] = (0, Org())

    def fold(self, recorded: Recorded) -> None:
        """Take one event in."""
        if isinstance(recorded.event, Issued) and recorded.event.parent:
            self._families.setdefault(recorded.event.parent, []).append(recorded.ref)
        self.moment.apply(recorded)

    def notice(self, digest: str) -> Notice | None:
        """Return a notice if its bytes are there and are those of its digest."""
        if digest not in self._notices:
            body = self.reader.blob(digest)
            try:
                right = body is not None and codec.named("notice", body) == digest
                self._notices[digest] = read_notice(body) if right and body else None
            except XiadaError:
                self._notices[digest] = None
        return self._notices[digest]

    def side_list(self, name: str | None) -> object:
        """Return a side list if its bytes are there and are those of its name."""
        body = self.reader.blob(name) if name else None
        if body is None or codec.named("list", body) != name:
            return None
        try:
            return codec.decode(body)
        except Tampered:
            return None

    def children(self, ref: str) -> list[Directive]:
        """Return a directive's children at this moment."""
        return [self.moment.states[child] for child in self._families.get(ref, [])]

    def state(self, ref: str | None) -> Directive | None:
        """Return a directive at this moment."""
        return self.moment.states.get(ref or "")

    def org(self) -> Org:
        """Return the org at this moment."""
        count = len(self.moment.units)
        if self._org[0] != count:
            self._org = (count, self.moment.org())
        return self._org[1]

    def unit(self, ref: str | None) -> str | None:
        """Return the unit a directive lies on."""
        state = self.moment.states.get(ref or "")
        return state.unit if state else None

    def entitled(self, recorded: Recorded, units: Iterable[str]) -> Iterator[Finding]:
        """Yield a finding unless the actor could act for one of these units, then."""
        units = tuple(units)

        def delegations() -> Org:
            return Org((), self.moment.delegations)

        if not any(self._authority.entitles(unit, recorded.unit, recorded.behalf, delegations) for unit in units):
            what = f"an actor of {recorded.behalf or recorded.unit} was not entitled"
            yield finding("i9_not_entitled", recorded, what, " or ".join(units), recorded.unit)
