"""Running the lifecycle: through `transitions` for one command, through its table for many.

Rule: both come from the same `Lifecycle`, and a property test holds them equal. This is the only
module that imports transitions; no model is ever registered with its `Machine`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from transitions import EventData, Machine, MachineError

from xiada.engine.errors import IllegalTransition
from xiada.engine.facts import Facts
from xiada.engine.guards import GUARDS, Guard
from xiada.engine.lifecycle import Lifecycle

Runner = Callable[[Facts], str]
"""Takes facts, returns the status the trigger leads to, or raises the refusal."""


def illegal(lifecycle: Lifecycle, facts: Facts) -> IllegalTransition:
    """Return the refusal of a trigger the status does not know."""
    sources = lifecycle.sources(facts.trigger)
    return IllegalTransition(
        "illegal_transition",
        f"{facts.directive.ref} is {facts.directive.status}: '{facts.trigger}' is not possible",
        remedy=f"It is possible while {' or '.join(sources)}." if sources else "No status allows it.",
        directive=facts.directive.ref,
        status=facts.directive.status,
        trigger=facts.trigger,
        possible_in=list(sources),
    )


class Transitions:
    """The lifecycle as a `transitions.Machine`, for single commands.

    Args:
        lifecycle: The definition.
        guards: Predicates by name, beyond those of `guards.py`.
    """

    def __init__(self, lifecycle: Lifecycle, guards: Mapping[str, Guard] = GUARDS) -> None:
        self._lifecycle = lifecycle
        self._machine = Machine(
            model=None,
            states=[status.name for status in lifecycle.statuses],
            initial=lifecycle.statuses[0].name,
            auto_transitions=False,
            send_event=True,
        )
        for row in lifecycle.transitions:
            if row.by != "effect" and row.sources:
                self._machine.add_transition(
                    row.trigger,
                    list(row.sources),
                    row.target,
                    conditions=[_condition(guards[name]) for name in row.guards],
                )

    def __call__(self, facts: Facts) -> str:
        """Return the status the trigger leads to.

        Raises:
            IllegalTransition: The status does not know the trigger.
            Refused: A guard said no.
        """
        event = self._machine.events.get(facts.trigger)
        if event is None:
            raise illegal(self._lifecycle, facts)
        try:
            moved = event.trigger(facts)
        except MachineError:
            raise illegal(self._lifecycle, facts) from None
        if not moved:
            assert facts.refusal is not None, "a guard refused without saying why"
            raise facts.refusal
        return facts.state


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    """Return a guard as transitions calls it: false with the refusal left on the facts."""

    def holds(event: EventData) -> bool:
        facts = event.model
        assert isinstance(facts, Facts)
        facts.refusal = guard(facts)
        return facts.refusal is None

    return holds


class Compiled:
    """The same lifecycle as a dictionary, for batches and replay: about thirty times as fast."""

    def __init__(self, lifecycle: Lifecycle, guards: Mapping[str, Guard] = GUARDS) -> None:
        self._lifecycle = lifecycle
        self._rows = {
            place: (row.target or place[0], tuple(guards[name] for name in row.guards))
            for place, row in lifecycle.table.items()
        }

    def __call__(self, facts: Facts) -> str:
        """Return the status the trigger leads to; raises as `Transitions` does."""
        row = self._rows.get((facts.state, facts.trigger))
        if row is None:
            raise illegal(self._lifecycle, facts)
        target, guards = row
        for guard in guards:
            refusal = guard(facts)
            if refusal is not None:
                raise refusal
        facts.state = target
        return target
