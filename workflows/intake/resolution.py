"""Addressees of a notice, resolved to units of a loaded org below the unit that forwards.

Rule: a name that is a unit's own chooses that unit; a phrase that speaks of many (各地级以上市科协) chooses
by kind and level, and where the org has other words for its kinds or the kind is that of any trade,
by how units are named. A line (条线) the org does not know chooses nobody by kind. Nothing else is
guessed: what matches nothing is said, and those "concerned" (有关) are candidates a person has to
choose from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from xiada.engine.org import Org, Select, Unit, lines_of
from xiada.workflows.intake.values import Addressee, Doubt

MANY = re.compile("各|有关|相关|所属|下属|直属|直管|全国|全省|全市|全县|[省市县]级|地级|省辖|^(?:高校|企业|园区|学会)")
"""Words by which a phrase speaks of many bodies, not of one by name."""

LEVEL_WORDS: Mapping[str, tuple[str, ...]] = {
    "national": ("national", "nation", "state", "central"),
    "province": ("province", "provincial"),
    "city": ("city", "prefecture", "municipal"),
    "county": ("county", "district"),
    "township": ("township", "town", "street"),
}
"""How org files name the levels the intake speaks of."""

KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "society": ("society", "national_society", "provincial_society"),
    "national_society": ("national_society", "society"),
    "provincial_society": ("provincial_society", "society"),
}
"""How org files name the kinds the intake speaks of, where they have other words for them."""

EVERYBODY = re.compile("(?:各(?:有关|相关)?(?:地方?|地区|单位|部门|处室|科室|部室|股室|院系|方面))+")
"""Words that mean whoever is addressed."""

ANY_TRADE = frozenset({"bureau", "office", "unit"})
"""Kinds that bodies of every trade share: they choose nobody, only names do."""

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SIGNS = re.compile(r"[\s、，,；;:：。（）()《》〈〉“”\"'·-]+")
FULL_NAMES: Mapping[str, str] = {
    "科协": "科学技术协会",
    "科委": "科学技术委员会",
    "科技": "科学技术",
    "残联": "残疾人联合会",
    "妇联": "妇女联合会",
    "文联": "文学艺术界联合会",
    "社科联": "社会科学界联合会",
    "侨联": "归国华侨联合会",
    "工商联": "工商业联合会",
    "发展改革": "发展和改革",
    "发改": "发展和改革",
    "卫生计生": "卫生和计划生育",
    "卫健": "卫生健康",
    "人社": "人力资源和社会保障",
}
"""Short names of bodies and trades in full: names are compared in full."""

_ENDS_IN_FULL: Mapping[str, str] = {"委": "委员会", "办": "办公室"}
_BEFORE_NOUN = re.compile(f"^.*(?:{MANY.pattern}|以上)|^(?:自治区|直辖市|兵团|[省市县区州盟旗乡镇地及和])+")


@dataclass(frozen=True, slots=True)
class Matched:
    """An addressee and the units it means.

    Args:
        addressee: The addressee.
        select: The phrase as data.
        units: Ids of the units below the forwarder that answer it, in the org's order; never empty.
    """

    addressee: Addressee
    select: Select
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What became of the addressees of a notice below one unit in one line.

    Args:
        forwarder: The unit above those addressed.
        line: The org's line.
        matched: Addressees that choose units.
        candidates: Those "concerned": units a person has to choose from.
        unmatched: Addressees of this line, or of none, that mean no unit below the forwarder.
        elsewhere: Addressees of another line.
    """

    forwarder: str
    line: str
    matched: tuple[Matched, ...] = ()
    candidates: tuple[Matched, ...] = ()
    unmatched: tuple[Addressee, ...] = ()
    elsewhere: tuple[Addressee, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """Ids of all units chosen, each once, in the order of the addressees."""
        return tuple(dict.fromkeys(unit for one in self.matched for unit in one.units))


def resolve(
    addressees: Iterable[Addressee],
    org: Org,
    forwarder: str,
    line: str,
    line_names: Mapping[str, str] | None = None,
) -> Resolution:
    """Return which units below `forwarder` the addressees mean.

    Args:
        addressees: As found in the notice; those internal to the issuer are passed over.
        org: The org.
        forwarder: Id of the unit that forwards.
        line: The org's line it forwards in.
        line_names: Names of the org's lines as notices write them, by line, where they are known.

    Returns:
        Each addressee in exactly one of the four places.

    Raises:
        NotFound: The forwarder is not in the org.

    Example:
        >>> org = Org([Unit("gd", "广东省科协", "association", "province", "kx"),
        ...            Unit("gz", "广州市科协", "association", "city", "kx", (("kx", "gd"),))])
        >>> cities = Addressee(name="各地级以上市科协", kind="association", level=("city",), line="科协")
        >>> resolve([cities], org, "gd", "kx").units
        ('gz',)
    """
    org.unit(forwarder)
    matched: list[Matched] = []
    candidates: list[Matched] = []
    unmatched: list[Addressee] = []
    elsewhere: list[Addressee] = []
    for one in addressees:
        own_line = line_of(one.line, org, line_names or {}) if one.line is not None else line
        if one.internal:
            continue
        if own_line not in (None, line):
            elsewhere.append(one)
            continue
        found = _match(one, org, forwarder, line, by_kind=own_line is not None)
        if found is None:
            unmatched.append(one)
        else:
            (candidates if one.selective else matched).append(found)
    return Resolution(
        forwarder=forwarder,
        line=line,
        matched=tuple(matched),
        candidates=tuple(candidates),
        unmatched=tuple(unmatched),
        elsewhere=tuple(elsewhere),
    )


def together(resolutions: Iterable[Resolution]) -> tuple[Addressee, ...]:
    """Return the addressees that mean a unit below none of the forwarders, each once.

    Args:
        resolutions: Of the same addressees, below each unit that issues.
    """
    found = list(resolutions)
    placed = {id(one.addressee) for each in found for one in (*each.matched, *each.candidates)}
    return tuple(
        {id(one): one for each in found for one in (*each.unmatched, *each.elsewhere) if id(one) not in placed}.values()
    )


def doubts_of(resolutions: Iterable[Resolution]) -> tuple[Doubt, ...]:
    """Return what a person should decide about addressees: those that mean no unit, and those concerned."""
    found = list(resolutions)
    return (
        *(
            Doubt(code="unknown_addressee", text=f"the org has no unit that answers to {one.name}", span=one.span)
            for one in together(found)
        ),
        *(
            Doubt(
                code="selective_addressee",
                text=f"a person has to choose who {one.addressee.name} are, of {len(one.units)} units",
                span=one.addressee.span,
            )
            for each in found
            for one in each.candidates
        ),
    )


def unit_named(name: str, org: Org) -> Unit | None:
    """Return the one unit that bears a name, as its name or an alias; None if none or several do."""
    wanted = _bare(name)
    named = (unit for unit in org if any(_bare(own) == wanted for own in (unit.name, *unit.aliases)))
    found = [unit for unit in named if not unit.ended]
    return found[0] if len(found) == 1 else None


def line_of(word: str, org: Org, line_names: Mapping[str, str]) -> str | None:
    """Return the org's line a notice calls by a word (科协, 科技), None if none is.

    Its given name decides; failing that, in which line most units have the word in their names.
    """
    for line, name in line_names.items():
        if word in (line, name):
            return line
    if word in org.lines:
        return word
    counts, wanted = dict.fromkeys(org.lines, 0), _bare(word)
    for unit in org:
        if not unit.ended and any(_speaks_of(wanted, _bare(name)) for name in (unit.name, *unit.aliases)):
            for line in lines_of(unit):
                counts[line] += 1
    most = max(counts, key=lambda line: counts[line], default=None)
    return most if most is not None and counts[most] else None


def _speaks_of(word: str, name: str) -> bool:
    """Tell whether a name holds a word otherwise than within a longer one: 科学技术协会 does not speak of 科学技术."""
    for full in FULL_NAMES.values():
        if word in full and word != full:
            name = name.replace(full, "")
    return word in name


def select_of(addressee: Addressee, levels: Collection[str], kinds: Collection[str]) -> Select | None:
    """Return a phrase that speaks of many by kind and level as data; None if it tells no kind in use.

    Args:
        addressee: The phrase.
        levels: The names of levels in use, in the org or as the intake has them.
        kinds: The names of kinds in use.
    """
    if addressee.kind is None or not MANY.search(addressee.name):
        return None
    those = tuple(name for name in KIND_WORDS.get(addressee.kind, (addressee.kind,)) if name in kinds)
    names = tuple(name for level in addressee.level for name in LEVEL_WORDS.get(level, (level,)) if name in levels)
    if not those or (addressee.level and not names):
        return None
    # a level narrows by itself; without one the subordinates are meant, not all below
    return Select(kind=those, level=names, depth=None if names else 1, selective=addressee.selective)


def selected(
    addressee: Addressee,
    org: Org,
    forwarders: Iterable[tuple[str, str]],
    line_names: Mapping[str, str] | None = None,
) -> Select | None:
    """Return the first reading of a phrase that means units below one of the (unit, line) given, None if none does."""
    for forwarder, line in forwarders:
        found = resolve([replace(addressee, internal=False)], org, forwarder, line, line_names)
        for one in (*found.matched, *found.candidates):
            return one.select
    return None


def _match(one: Addressee, org: Org, forwarder: str, line: str, *, by_kind: bool) -> Matched | None:
    """Return the units one addressee means: by name, by kind and level, or by how units are named."""
    for select in _readings(one, list(org.below(forwarder, line, depth=None)), by_kind=by_kind):
        units = select.units(org, forwarder, line)
        if units:
            return Matched(one, select, units)
    return None


def _readings(one: Addressee, below: list[Unit], *, by_kind: bool) -> Iterator[Select]:
    """Yield the ways to read an addressee, the surest first."""
    named = [unit.id for unit in below if _bare(one.name) in {_bare(own) for own in (unit.name, *unit.aliases)}]
    if named:
        yield Select(ids=tuple(named), selective=one.selective)
    select = select_of(one, {unit.level for unit in below}, {unit.kind for unit in below})
    if select is not None and by_kind and one.kind not in ANY_TRADE:
        yield select
        yield Select(kind=select.kind, level=select.level, depth=None, selective=one.selective)
    if MANY.search(one.name):
        alike = _named_alike(one, below)
        if alike:
            yield Select(ids=alike, selective=one.selective)


def _named_alike(one: Addressee, below: list[Unit]) -> tuple[str, ...]:
    """Return the units whose names end with a noun of the phrase, at its levels."""
    levels = {name for level in one.level for name in LEVEL_WORDS.get(level, (level,))}
    nouns = frozenset(_nouns(one.name))
    return tuple(
        unit.id
        for unit in below
        if (not levels or unit.level in levels)
        and any(_ends_with(_bare(own), noun) for own in (unit.name, *unit.aliases) for noun in nouns)
    )


def _ends_with(name: str, noun: str) -> bool:
    """Tell whether a name ends with a noun, and not with a longer one that is a body of its own."""
    return name.endswith(noun) and not any(
        len(full) > len(noun) and name.endswith(full) for full in FULL_NAMES.values()
    )


def _nouns(name: str) -> Iterator[str]:
    """Yield, in full, what the bodies of a phrase are called.

    各地级以上市科技厅(委、局) are 科学技术厅, 科学技术委员会 and 科学技术局; 各省级学会、协会 are 学会 and 协会.
    """
    others = [other for part in _BRACKETS.findall(name) for other in _SIGNS.split(part[1:-1]) if other]
    for part in _BRACKETS.sub("", name).split("、"):
        noun = _SIGNS.sub("", part)
        while (shorter := _BEFORE_NOUN.sub("", noun)) != noun:
            noun = shorter
        if len(noun) > 1:
            yield _bare(noun)
            yield from (_bare(noun[:-1] + other) for other in others)


@lru_cache(maxsize=1 << 17)
def _bare(name: str) -> str:
    """Return a name in full and without signs, for comparison."""
    bare = _SIGNS.sub("", name)
    for short, full in FULL_NAMES.items():
        bare = bare.replace(short, full)
    return bare[:-1] + _ENDS_IN_FULL.get(bare[-1:], bare[-1:])
