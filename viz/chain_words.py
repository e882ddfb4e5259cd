"""What is said of a chain, in one language: on paper and in a terminal alike.

Rule: lengths of time are said as everywhere (`durations`); names of units in sentences come already fitted by
whoever shows them, for only they know the room.
"""

from __future__ import annotations

from dataclasses import dataclass

from xiada.engine.due import show
from xiada.engine.projections import View
from xiada.viz.axis import Axis, axis_of
from xiada.viz.custody import Chain, Link
from xiada.viz.durations import SECOND_US, spoken
from xiada.viz.labels import Labels
from xiada.viz.plate import late_words
from xiada.viz.text import shown

OWN, WAITING = "●", "…"
"""The glyphs of time in own hands, and of waiting for those below."""

HINDERING = 5
"""So many of those the holder waits for are listed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A chain with the words for it."""

    chain: Chain
    view: View
    labels: Labels

    def axis(self) -> Axis:
        """Return the axis all levels stand on: from the first issue to the last due or end."""
        states = [link.node.directive for link in self.chain.links]
        times = [state.issued_at for state in states]
        times += [stretch.end for link in self.chain.links for stretch in link.stretches]
        return axis_of(times, [state.due for state in states], self.view.now, self.view.zone)

    def span(self, us: int, units: int = 2) -> str:
        """Return a length of time in words."""
        return spoken(us // SECOND_US, self.labels, units=units)

    def date(self, t: int) -> str:
        """Return an instant as a day."""
        return show(t, self.view.zone)[:10]

    def title(self) -> str:
        """Return what the drawing shows."""
        last = self.chain.links[-1].node
        return self.labels.say("chain_title", name=shown(last.name), title=shown(self.view.title) or self.view.cascade)

    def holder(self, name: str) -> str:
        """Return who holds the paper now and for how long, the holder's name as given."""
        chain, say = self.chain, self.labels.say
        if chain.holder is None:
            return say("chain_over")
        link, held = chain.links[chain.holder], self.held()
        if link.open_children:
            return say("chain_waits", name=name, count=link.open_children, span=held)
        return say("chain_with", name=name, span=held)

    def held(self) -> str:
        """Return for how long the holder has held it."""
        return self.span(max(0, self.view.now - self.chain.held_since))

    def most(self, name: str) -> str:
        """Return which level used most, its name as given; empty if none used any time."""
        chain = self.chain
        if chain.most is None:
            return ""
        used, whole = self.span(chain.links[chain.most].used_us), self.span(chain.whole_us)
        return self.labels.say("chain_most", name=name, used=used, whole=whole, percent=chain.percent(chain.most))

    def whole(self) -> str:
        """Return how long the whole is."""
        pattern = "chain_elapsed" if self.chain.left_us is None else "chain_whole"
        return self.labels.say(pattern, whole=self.span(self.chain.whole_us))

    def left(self) -> str:
        """Return what is left of the whole, or by how much it is overrun; empty if it has no end."""
        left = self.chain.left_us
        if left is None:
            return ""
        return self.labels.say("chain_over_by" if left < 0 else "chain_left", span=self.span(abs(left)))

    def marks(self, place: int) -> list[str]:
        """Return the marks of a level: that the paper is there now, that it used most."""
        found, say = [], self.labels.say
        if place == self.chain.holder:
            count = self.chain.links[place].open_children
            found.append(say("chain_mark_waits" if count else "chain_mark_with", count=count, span=self.held()))
        if place == self.chain.most and len(self.chain.links) > 1:
            found.append(say("chain_mark_most"))
        return found

    def facts(self, place: int) -> list[str]:
        """Return what is to be known of a level, the most telling first."""
        link, say = self.chain.links[place], self.labels.say
        found = [self._used(place)]
        if link.waiting_below:
            found.append(say("chain_below", count=link.waiting_below))
        found += self._reserve(link)
        if link.own_us and link.waiting_us:
            found.append(say("chain_own_waiting", own=self.span(link.own_us), waiting=self.span(link.waiting_us)))
        if link.passed_at is not None and link.used_us:
            found.append(say("chain_passed", date=self.date(link.passed_at)))
        if link.ended_at is not None:
            found.append(say("chain_ended", date=self.date(link.ended_at)))
        return [*found, say("chain_issued", date=self.date(link.node.directive.issued_at))]

    def _used(self, place: int) -> str:
        """Return how much of the whole a level used."""
        link, say = self.chain.links[place], self.labels.say
        if link.used_us:
            return say("chain_used", used=self.span(link.used_us), percent=self.chain.percent(place))
        return say("chain_used_none" if link.passed_at is None else "chain_used_nothing")

    def _reserve(self, link: Link) -> list[str]:
        """Return how much sooner a level is due than the one above, if both have a date."""
        if link.reserve_us is None:
            return []
        if link.reserve_us <= 0:
            return [self.labels.say("chain_no_reserve")]
        return [self.labels.say("chain_reserve", span=self.span(link.reserve_us))]

    def late(self, link: Link) -> str:
        """Return by how much a level is late, or came late; empty if neither."""
        return late_words(link.node, self.labels)

    def hindering(self, name: str) -> str:
        """Return the heading of those the holder waits for, its name as given; empty if there are none."""
        count = len(self.chain.hindering)
        if not count:
            return ""
        pattern = "chain_hindering" if count > HINDERING else "chain_hindering_all"
        return self.labels.say(pattern, name=name, count=count, shown=HINDERING)

    def shown(self) -> int:
        """Return how many directives are shown."""
        return len(self.chain.links) + min(HINDERING, len(self.chain.hindering))

    def tip(self, place: int) -> str:
        """Return what a pointer or a screen reader tells of a level's time."""
        link = self.chain.links[place]
        return self.labels.say(
            "chain_tip",
            name=shown(link.node.name),
            used=self.span(link.used_us),
            percent=self.chain.percent(place),
            own=self.span(link.own_us),
            waiting=self.span(link.waiting_us),
            below=link.waiting_below,
        )
