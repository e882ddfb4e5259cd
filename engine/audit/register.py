"""The register of units: who joined the org when, at which level, under whom; in about 50 bytes a unit.

Rule: what is added stays; a unit that is there is not added again. A dictionary of a million units
would take 250 MB in every process of the audit, and the org is all of it that cannot be cut up.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from zlib import crc32

from xiada.engine.audit.sorting import Joined

Superiors = tuple[tuple[str, str], ...]
_LEAST = 1_024


class Register:
    """Units by id: names in one row of bytes, facts in arrays, found by hash.

    Example:
        >>> register = Register()
        >>> register.add(Joined(0, "p", "province", ()))
        >>> register.add(Joined(1, "c", "city", (("main", "p"),)))
        >>> register.find("c").superiors, register.find("x") is None, len(register)
        ((('main', 'p'),), True, 2)
    """

    def __init__(self) -> None:
        self._names, self._ends = bytearray(), array("Q", [0])
        self._indices, self._levels, self._groups = array("Q"), array("I"), array("I")
        self._slots = array("I", [0]) * _LEAST
        self._words: dict[str, int] = {}
        self._superiors: dict[Superiors, int] = {}
        self._by_number: list[str | Superiors] = []

    def __len__(self) -> int:
        return len(self._indices)

    def add(self, unit: Joined) -> None:
        """Add a unit, unless it is there."""
        name = unit.unit.encode()
        place, number = self._place(name)
        if number:
            return
        self._names += name
        self._ends.append(len(self._names))
        self._indices.append(unit.index)
        self._levels.append(self._number(self._words, unit.level))
        self._groups.append(self._number(self._superiors, unit.superiors))
        self._slots[place] = len(self)
        if 2 * len(self) > len(self._slots):
            self._widen()

    def find(self, unit: str) -> Joined | None:
        """Return a unit, None if it is not there."""
        _, number = self._place(unit.encode())
        if not number:
            return None
        level, superiors = self._by_number[self._levels[number - 1]], self._by_number[self._groups[number - 1]]
        return Joined(self._indices[number - 1], unit, level, superiors)  # type: ignore[arg-type]

    def under(self, superiors: Collection[str]) -> Iterator[Joined]:
        """Yield the units that joined directly under one of these, in any line, in the order they joined."""
        groups = {
            number for above, number in self._superiors.items() if any(superior in superiors for _, superior in above)
        }
        for place, group in enumerate(self._groups):
            if group in groups:
                found = self.find(self._names[self._ends[place] : self._ends[place + 1]].decode())
                assert found is not None, "it is there under its name"
                yield found

    def _place(self, name: bytes) -> tuple[int, int]:
        """Return the slot of a name, and the number of its unit from 1; 0 if the slot is free."""
        slots, ends, mask = self._slots, self._ends, len(self._slots) - 1
        place = crc32(name) & mask
        number = slots[place]
        while number and self._names[ends[number - 1] : ends[number]] != name:
            place = (place + 1) & mask
            number = slots[place]
        return place, number

    def _number(self, numbers: dict[str, int] | dict[Superiors, int], value: str | Superiors) -> int:
        """Return the number of a level or of superiors, given once to all that share them."""
        found = numbers.get(value)  # type: ignore[arg-type]
        if found is None:
            found = numbers[value] = len(self._by_number)  # type: ignore[index]
            self._by_number.append(value)
        return found

    def _widen(self) -> None:
        """Double the slots."""
        self._slots = array("I", [0]) * (2 * len(self._slots))
        for number in range(1, len(self) + 1):
            place, _ = self._place(bytes(self._names[self._ends[number - 1] : self._ends[number]]))
            self._slots[place] = number
