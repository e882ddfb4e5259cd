"""Pages for a browser, without one: what is in them, how large they are, and that nothing gets out of its place."""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
import viz_samples as samples
from drawing_kinds import KINDS
from html_pages import (
    HOSTILE,
    SLA,
    asked_only,
    counted,
    data_of,
    hostile,
    looked,
    office,
    replayed,
    still,
    thousand,
    undated,
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st
from lifecycle_samples import NAMES, OTHERWISE
from presets import told
from support import Maker, forwarded, of, one_line

from xiada import viz
from xiada.engine.engine import Engine
from xiada.engine.errors import Malformed
from xiada.engine.lifecycle import STANDARD
from xiada.engine.projections import LightRules
from xiada.viz.html.cascade import _statuses
from xiada.viz.html.page import embedded
from xiada.viz.theme import DARK, PRINT
from xiada.workflows.catalogue import presets

KB = 1000


def of_cascade(lang: viz.Language = "zh", theme: viz.Theme = viz.LIGHT) -> bytes:
    """Return the page of a cascade."""
    return viz.cascade_page(*looked(office()), lang=lang, theme=theme)


def of_drawing(theme: viz.Theme = viz.LIGHT) -> bytes:
    """Return the page of a drawing."""
    return viz.to_html(viz.tree(samples.small(), theme=theme))


MAKERS: Mapping[str, Callable[[], bytes]] = {
    "cascade": of_cascade,
    "cascade, English": lambda: of_cascade("en"),
    "cascade, dark": lambda: of_cascade(theme=DARK),
    "cascade, print": lambda: of_cascade(theme=PRINT),
    "drawing": of_drawing,
    "drawing, dark": lambda: of_drawing(DARK),
}


@pytest.fixture(scope="module", params=MAKERS)
def page(request: pytest.FixtureRequest) -> bytes:
    """A page of each kind; the test runs once on each."""
    return MAKERS[request.param]()


class Reader(HTMLParser):
    """Collects the elements and the texts of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element of a picture."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Expect that the innermost element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember a text."""
        self.texts.append((self.open[-1] if self.open else "", data))


# What is in it


def test_a_page_is_well_formed_and_says_its_language_and_title(page: bytes) -> None:
    read = Reader(page)
    assert read.open == []
    attributes = dict(read.tags[0][1])
    assert attributes["lang"] in ("zh-CN", "en")
    assert any(tag == "title" and text.strip() for tag, text in read.texts)
    ids = [attributes["id"] for _, attributes in read.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_the_policy_names_the_one_script_and_the_one_style_by_their_hashes(page: bytes) -> None:
    [policy] = [attributes["content"] for tag, attributes in Reader(page).tags if "http-equiv" in attributes]
    for kind, pattern in (("script", rb"<script>(.*?)</script>"), ("style", rb"<style>(.*?)</style>")):
        [text] = re.findall(pattern, page, re.DOTALL)
        assert f"{kind}-src 'sha256-{b64encode(hashlib.sha256(text).digest()).decode()}'" in str(policy)
    assert "default-src 'none'; " in str(policy)
    assert "unsafe" not in str(policy)


def test_nothing_in_a_page_refers_to_a_network_and_no_element_carries_code_or_style(page: bytes) -> None:
    assert re.findall(rb"https?:(?!//www\.w3\.org/2000/svg\")", page) == []
    for tag, attributes in Reader(page).tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "action", "href")]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_same_values_give_the_same_bytes(make: Callable[[], bytes]) -> None:
    assert make() == make()


def test_light_and_dark_and_print_are_all_in_the_page_and_one_may_be_chosen() -> None:
    for theme, begins in ((viz.LIGHT, ""), (DARK, ' data-look="dark"'), (PRINT, ' data-look="light"')):
        page = of_cascade(theme=theme)
        assert f'<html lang="zh-CN"{begins}>'.encode() in page
        assert f"--paper: {DARK.paper};".encode() in page
        assert f"--late: {PRINT.late};".encode() in page


def test_the_page_names_cascade_number_instant_log_index_and_root() -> None:
    view, _ = looked(office())
    page = html.unescape(of_cascade("en").decode())
    for part in (view.cascade, view.doc_number, str(view.log_index), view.log_root[:12]):
        assert part in page[page.index("<footer>") :]


@pytest.mark.parametrize("kind", KINDS)
def test_every_drawing_can_be_put_on_a_page(kind: str) -> None:
    view = samples.small()
    read = Reader(viz.to_html(KINDS[kind](view, samples.tracks_of(view))))
    assert "svg" in [tag for tag, _ in read.tags]


# What people wrote


def test_no_name_leaves_its_place_in_either_page() -> None:
    view = hostile()
    plain = samples.view([samples.node("c/1", "根")])
    for page, harmless in (
        (viz.cascade_page(view, still(view)), viz.cascade_page(plain, still(plain))),
        (viz.to_html(viz.tree(view)), viz.to_html(viz.tree(plain))),
    ):
        read, other = Reader(page), Reader(harmless)
        assert {tag for tag, _ in read.tags} <= {tag for tag, _ in other.tags} | {"rect", "text", "path", "g"}
        assert [tag for tag, _ in read.tags].count("script") == 2
        page.decode("utf-8")
        assert b"\x00" not in page


def test_the_data_are_read_back_as_they_were() -> None:
    for value in (*HOSTILE, {"a": [1, None, True, "</SCRIPT >"]}):
        text = embedded(value)
        assert re.search("[<>&\u2028\u2029\ud800-\udfff]", text) is None
        assert data_of(f'<script type="application/json">{{"v":{text}}}</script>'.encode())["v"] == value


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60))
def test_any_text_stays_inside_its_element_and_comes_back(text: str) -> None:
    written = embedded({"text": text})
    assert re.search("[<>&\u2028\u2029\ud800-\udfff]", written) is None
    assert json.loads(written.encode("utf-8")) == {"text": text}


def test_names_are_told_as_drawings_tell_them() -> None:
    view = hostile()
    data = data_of(viz.cascade_page(view, still(view)))
    assert data["names"][1 + HOSTILE.index("nul\x00nul")] == "nulnul"
    assert data["names"][1 + HOSTILE.index("\u202egnp.exe")] == "gnp.exe"
    assert data["names"][1 + HOSTILE.index("")] == f"c/1.{1 + HOSTILE.index('')}"


# The replay


@pytest.mark.parametrize("preset", sorted(one.name for one in presets()))
def test_the_data_of_every_preset_replay_to_what_the_engine_says_at_every_index(preset: str) -> None:
    engine = told(preset).engine
    for cascade in engine.cascades():
        view, tracks = looked(engine, cascade)
        found = list(replayed(data_of(viz.cascade_page(view, tracks)), _statuses(view, tracks)))
        for index, counts in found[:: max(1, len(found) // 12)] + found[-1:]:
            assert counts == counted(engine.view(cascade, at=index)), (cascade, index)


@pytest.mark.parametrize(("make", "cascade"), [(office, "k"), (asked_only, "s")])
def test_the_data_replay_returns_and_new_dues_and_what_is_only_asked(make: type[Engine], cascade: str) -> None:
    engine = make()
    view, tracks = looked(engine, cascade)
    for index, counts in replayed(data_of(viz.cascade_page(view, tracks)), _statuses(view, tracks)):
        assert counts == counted(engine.view(cascade, at=index)), index


def test_a_cascade_that_went_on_by_another_table_replays_to_what_each_table_said(tmp_path: Path) -> None:
    maker = Maker("memory", tmp_path)
    engine = maker(one_line(), lifecycles=(STANDARD, OTHERWISE))
    forwarded(engine, "c1", "c2", "c3")
    engine.execute("k/1.1", actor=of("c1"))
    engine.report("k/1.1", actor=of("c1"))
    engine.waive("k/1.2", "并入", actor=of("p"))
    engine.migrate("k", "otherwise", "另起名称", mapping=NAMES, actor=of("p"))
    maker.clock.advance(days=200)
    view, tracks = looked(engine)
    for index, counts in replayed(data_of(viz.cascade_page(view, tracks)), _statuses(view, tracks)):
        assert counts == counted(engine.view("k", at=index)), index
    maker.close()


@pytest.mark.parametrize("rules", [SLA, LightRules(assumed_sla_days=0)], ids=["days", "at once"])
def test_an_assumed_service_level_is_judged_in_the_replay_too(rules: LightRules) -> None:
    engine = undated()
    view = engine.view("u", rules=rules)
    assert counted(view).overdue == 3
    tracks = engine.at().tracks("u/")
    for index, counts in replayed(data_of(viz.cascade_page(view, tracks)), _statuses(view, tracks)):
        assert counts == counted(engine.view("u", at=index, rules=rules)), index


def test_a_part_has_only_its_own_steps_and_an_earlier_view_none_of_later() -> None:
    engine = office()
    view, tracks = looked(engine)
    data = data_of(viz.cascade_page(view.part(subtree="k/1.1"), tracks))
    assert len(data["names"]) == 3
    assert data["whole"] == len(view.nodes)
    assert len(data["events"]["status"]) == sum(len(tracks[ref]) for ref in ("k/1.1", "k/1.1.1", "k/1.1.2"))
    index = tracks["k/1.1.1"][-1].index - 1
    earlier = data_of(viz.cascade_page(engine.view("k", at=index), tracks))
    assert sum([earlier["events"]["index"][0], *earlier["events"]["index"][1]]) <= index


def test_a_view_without_its_tracks_and_a_budget_of_nothing_are_refused() -> None:
    view, tracks = looked(office())
    with pytest.raises(Malformed, match=r"lack directive 'k/1\.1'"):
        viz.cascade_page(view, {ref: marks for ref, marks in tracks.items() if ref != "k/1.1"})
    with pytest.raises(Malformed, match="of 0 boxes"):
        viz.cascade_page(view, tracks, budget=0)
    with pytest.raises(Malformed, match="no catalogue"):
        viz.cascade_page(view, tracks, lang="fr")  # type: ignore[arg-type]


def test_what_is_drawn_at_first_is_what_the_cascade_tree_draws() -> None:
    view, tracks = looked(office())
    data = data_of(viz.cascade_page(view, tracks, budget=5))
    drawn = {box.key for box in viz.tree(view, budget=5).nodes if not box.key.endswith("+")}
    assert {view.nodes[place].directive.ref for place in data["drawn"]} == drawn


def test_a_thousand_directives_with_all_their_events_are_less_than_200_kb() -> None:
    view, tracks = looked(thousand(), "w")
    assert len(view.nodes) == 1000
    assert sum(map(len, tracks.values())) >= 4400
    assert len(viz.cascade_page(view, tracks)) < 200 * KB
