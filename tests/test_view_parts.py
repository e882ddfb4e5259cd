"""A view narrowed to a part: a subtree, a line, or both."""

from __future__ import annotations

import pytest
import viz_samples as samples

from xiada.engine.errors import NotFound
from xiada.engine.projections import View


def refs(view: View) -> list[str]:
    """Return what is in a view."""
    return [node.directive.ref for node in view.nodes]


def test_a_subtree_is_the_directive_and_all_below_it() -> None:
    part = samples.small().part("kx2020-7/1.1")
    assert refs(part) == ["kx2020-7/1.1", "kx2020-7/1.1.1", "kx2020-7/1.1.2", "kx2020-7/1.1.3"]
    assert (part.subtree, part.total) == ("kx2020-7/1.1", 11)


def test_a_subtree_takes_in_no_neighbour_with_a_longer_number() -> None:
    view = samples.wide(12)
    assert refs(view.part("c/1.1")) == ["c/1.1"]


def test_a_part_of_a_part_still_knows_how_many_there_are_in_all() -> None:
    part = samples.small().part("kx2020-7/1").part("kx2020-7/1.1", "main")
    assert (len(part.nodes), part.total, part.line) == (4, 11, "main")


def test_what_is_not_there_cannot_be_a_part() -> None:
    view = samples.small()
    with pytest.raises(NotFound, match="kx2020-7/9"):
        view.part("kx2020-7/9")
    with pytest.raises(NotFound, match="Use one of main"):
        view.part(line="side")


def test_the_log_index_is_that_of_the_last_event_seen() -> None:
    assert samples.small().log_index == samples.small().log_size - 1
