"""Themes measured: contrast of every text and line as it stands, and colours as the colour-blind see them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import TypeAlias

import pytest
import viz_samples as samples
from drawing_checks import grounds
from drawing_kinds import KINDS

from xiada.engine.lifecycle import STANDARD, Lifecycle, Status, Transition
from xiada.engine.projections import View
from xiada.viz.theme import DARK, LIGHT, PRINT, THEMES, Theme

Colour: TypeAlias = tuple[float, float, float]

TEXT, LARGE_TEXT, MARK = 4.5, 3.0, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11."""

VISIONS: Mapping[str, Sequence[Colour]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""On linear RGB. Source: Machado, Oliveira, Fernandes 2009, severity 1.0."""

OWN = Lifecycle(
    "own", 1,
    (*map(Status, ("draft", "under review", "approved", "applied", "审核")), Status("filed", closed=True)),
    (Transition("issue", (), "draft", by="superior", event="issued"),),
)  # fmt: skip
"""A table that shares no status with the standard one; two of its statuses begin alike."""


def linear(colour: str) -> Colour:
    """Return a colour's linear red, green and blue. Source: IEC 61966-2-1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2."""
    lights = sorted(
        sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: str, vision: str = "normal") -> Colour:
    """Return a colour in CIELAB under D65, as it is seen with a vision."""
    rgb = linear(colour)
    red, green, blue = (min(1.0, max(0.0, sum(map(math.prod, zip(row, rgb, strict=True))))) for row in VISIONS[vision])
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def hue_mean(one: float, other: float, *, grey: bool) -> float:
    """Return the mean of two hues in degrees, going the short way round."""
    if grey:
        return one + other
    if abs(one - other) <= 180:
        return (one + other) / 2
    return (one + other + 360) / 2 if one + other < 360 else (one + other - 360) / 2


def ciede2000(one: Colour, other: Colour) -> float:
    """Return how different two colours look. Source: Sharma, Wu, Dalal 2005."""
    light_1, a_1, b_1 = one
    light_2, a_2, b_2 = other
    chroma = (math.hypot(a_1, b_1) + math.hypot(a_2, b_2)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    a_1, a_2 = a_1 * stretch, a_2 * stretch
    chroma_1, chroma_2 = math.hypot(a_1, b_1), math.hypot(a_2, b_2)
    hue_1, hue_2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a_1, b_1), (a_2, b_2)))
    grey = chroma_1 * chroma_2 == 0
    turn = 0.0 if grey else (hue_2 - hue_1 + 180) % 360 - 180
    by_light, by_chroma = light_2 - light_1, chroma_2 - chroma_1
    by_hue = 2 * math.sqrt(chroma_1 * chroma_2) * math.sin(math.radians(turn / 2))
    light, chroma, hue = (light_1 + light_2) / 2, (chroma_1 + chroma_2) / 2, hue_mean(hue_1, hue_2, grey=grey)
    wave = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    rotation *= math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2))))
    light_part = by_light / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    chroma_part = by_chroma / (1 + 0.045 * chroma)
    hue_part = by_hue / (1 + 0.015 * chroma * wave)
    return math.sqrt(light_part**2 + chroma_part**2 + hue_part**2 + rotation * chroma_part * hue_part)


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.8361, -74.0200), (50.0, 0.0, -82.7485), 3.4412),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_of_difference_gives_the_published_figures(one: Colour, other: Colour, published: float) -> None:
    assert ciede2000(one, other) == pytest.approx(published, abs=0.00005)
    assert ciede2000(other, one) == pytest.approx(published, abs=0.00005)


def test_the_measures_of_contrast_and_lightness_give_the_published_figures() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert seen("#FF0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.02)


def own_view() -> View:
    """Return a view that runs by a table of its own, somebody at every status, some late."""
    names = [status.name for status in OWN.statuses]
    nodes = [samples.node("c/1", "根", names[0])]
    nodes += [samples.node(f"c/1.{n}", f"第{n}市", name, samples.LATE) for n, name in enumerate(names, 1)]
    return samples.view(nodes, lifecycle=OWN)


VIEWS = {"standard": samples.small(), "own": own_view()}


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", VIEWS)
def test_every_text_can_be_read_on_what_it_stands_on(kind: str, table: str, theme: Theme) -> None:
    view = VIEWS[table]
    drawing = KINDS[kind](view, samples.tracks_of(view), theme=theme)
    for cell, ground in grounds(drawing):
        large = cell.size >= 18 or (cell.bold and cell.size >= 14)
        found = contrast(cell.ink, ground)
        assert found >= (LARGE_TEXT if large else TEXT), (cell.text, cell.ink, ground, round(found, 2))


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("kind", KINDS)
def test_every_border_and_line_can_be_seen_on_the_page(kind: str, theme: Theme) -> None:
    view = samples.small()
    drawing = KINDS[kind](view, samples.tracks_of(view), theme=theme)
    strokes = {box.stroke for box in (*drawing.nodes, *drawing.captions) if box.stroke}
    strokes |= {line.stroke for line in drawing.edges}
    grounds_of_theme = {theme.paper, theme.plate, theme.folded}  # a gap between marks, or a band below them
    for stroke in strokes - grounds_of_theme:
        assert contrast(stroke, drawing.paper) >= MARK, stroke


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_marks_can_be_seen_on_every_ground_of_a_theme(theme: Theme) -> None:
    for ground in (theme.paper, theme.plate, theme.folded):
        assert contrast(theme.line, ground) >= MARK
        assert contrast(theme.late, ground) >= MARK
        assert contrast(theme.ink, ground) >= TEXT
        assert contrast(theme.muted, ground) >= TEXT
    assert contrast(theme.late_ink, theme.late) >= TEXT
    for look in (*theme.looks.values(), *theme.spare, theme.other):
        assert contrast(look.ink, look.fill) >= TEXT
        assert look.frame is None or contrast(look.frame, theme.paper) >= MARK


def worst_pair(colours: Iterable[str], vision: str) -> tuple[float, tuple[str, str]]:
    """Return the two colours that are least different with a vision, and how different they are."""
    pairs = combinations(dict.fromkeys(colours), 2)
    return min((ciede2000(seen(one, vision), seen(other, vision)), (one, other)) for one, other in pairs)


LEAST = {"normal": 15.4, "protanopia": 14.3, "deuteranopia": 14.6, "tritanopia": 12.1}
"""As measured; between statuses, spare looks, and late. Below about 2 nobody sees a difference side by side."""


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_statuses_and_late_are_told_apart_by_the_colour_blind(theme: Theme, vision: str) -> None:
    looks = (*theme.looks.values(), *theme.spare)
    found, pair = worst_pair([*(look.fill for look in looks), theme.late], vision)
    assert found >= LEAST[vision] - 0.05, pair


def test_in_print_no_two_statuses_are_of_one_grey() -> None:
    greys = {look.fill for look in (*PRINT.looks.values(), *PRINT.spare)} | {PRINT.late}
    lights = sorted(seen(grey)[0] for grey in greys)
    assert all(above - below >= 10 for below, above in pairwise(lights))


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_status_has_a_glyph_of_its_own(theme: Theme) -> None:
    for table in (STANDARD, OWN):
        looks = [theme.for_table(table).look(status.name) for status in table.statuses]
        assert len({look.glyph for look in looks}) == len(looks)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_statuses_of_ones_own_get_looks_that_differ(theme: Theme) -> None:
    looks = [theme.for_table(OWN).look(status.name) for status in OWN.statuses]
    assert len({look.fill for look in looks}) == len(looks)
    assert [look.glyph for look in looks] == ["dr", "ur", "ap", "4", "审", "fi"]


def test_a_table_that_mixes_own_and_standard_statuses_leaves_the_standard_ones_as_they_are() -> None:
    mixed = Lifecycle("mixed", 1, (*STANDARD.statuses, Status("approved")), STANDARD.transitions)
    theme = LIGHT.for_table(mixed)
    assert all(theme.look(status.name) == LIGHT.look(status.name) for status in STANDARD.statuses)
    assert theme.look("approved").fill not in {look.fill for look in LIGHT.looks.values()}


def test_looks_do_not_run_out() -> None:
    table = Lifecycle("long", 1, tuple(Status(f"s{n}") for n in range(30)), ())
    looks = [LIGHT.for_table(table).look(status.name) for status in table.statuses]
    assert len({look.glyph for look in looks}) == 30
