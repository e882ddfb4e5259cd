"""The catalogue of presets: workflows that are ready to be looked at, run and copied.

A preset is data with a little code: an org, notices, a lifecycle if not the standard one, a story that
tells it on an empty engine, and checks of what the story leaves behind.

Rule: a preset lives in a module of its own, named here and imported only when asked for, and stands
there as `PRESET`. It drives the engine through its public API and invents no mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from xiada.engine.errors import NotFound
from xiada.engine.lifecycle import STANDARD, Lifecycle
from xiada.engine.limits import shown

if TYPE_CHECKING:
    from xiada.engine.engine import Engine
    from xiada.engine.guards import Guard
    from xiada.engine.notice import Notice
    from xiada.engine.org import Org
    from xiada.workflows.story import Step, StoryClock

MODULES: Mapping[str, str] = {
    "study_prompt": "xiada.workflows.study_prompt",
    "study_broadcast": "xiada.workflows.study_broadcast",
    "joint_forward": "xiada.workflows.joint_forward",
    "meeting_dispatch": "xiada.workflows.meeting_dispatch",
    "campaign_brief": "xiada.workflows.campaign_brief",
    "tasker": "xiada.workflows.tasker",
    "airworthiness": "xiada.workflows.airworthiness",
    "attestation": "xiada.workflows.attestation",
}
"""The module of every preset by its name, in the order they are listed."""

GUARDS: Mapping[str, str] = {
    "items_are_closed": "xiada.workflows.items",
    "accepts_first": "xiada.workflows.tasker_rules",
    "is_assisting": "xiada.workflows.tasker_rules",
    "is_leading": "xiada.workflows.tasker_rules",
    "gives_grounds": "xiada.workflows.tasker_rules",
    "assistants_have_concurred": "xiada.workflows.tasker_rules",
    "record_is_named": "xiada.workflows.airworthiness_rules",
    "inspections_are_recorded": "xiada.workflows.airworthiness_rules",
    "is_in_words": "xiada.workflows.airworthiness_rules",
    "version_is_named": "xiada.workflows.attestation_rules",
}
"""The module of every guard that presets bring: light ones, for whoever opens a log has them imported."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something a person should see in what a preset's notices say, or in what its story left behind.

    Args:
        code: Stable name of what was looked for.
        text_zh: One sentence in Chinese.
        text_en: The same in English.
        refs: The directives it is about.
    """

    code: str
    text_zh: str
    text_en: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A workflow that is ready to run.

    Args:
        name: Its name in the catalogue.
        title_zh: What it is called, in Chinese.
        title_en: The same in English.
        summary_zh: What it shows, in a sentence or two.
        summary_en: The same in English.
        origin: Name of the log its story is told on.
        cascades: Ids of the cascades its story leaves behind, the one to look at first.
        org: Returns the org it runs in.
        run: Tells its story step by step on an empty engine that runs by the clock.
        notices: The notices it issues and forwards by, topmost first.
        rules: What it adds to the rules of the engine, as (Chinese, English) sentences.
        lifecycles: What its cascades run by: the first unless one is issued by another.
        guards: Guards of its own, by the name its lifecycle calls them.
        checks: What a person should see in the log the story has left; None = there is nothing to look for.
        notice: Number of the notice it is modelled on, among those the intake is tested with.
    """

    name: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    origin: str
    cascades: tuple[str, ...]
    org: Callable[[], Org]
    run: Callable[[Engine, StoryClock], Iterator[Step]]
    notices: tuple[Notice, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    lifecycles: tuple[Lifecycle, ...] = (STANDARD,)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    checks: Callable[[Engine], tuple[Check, ...]] | None = None
    notice: str | None = None


def names() -> tuple[str, ...]:
    """Return the names of all presets.

    Example:
        >>> "joint_forward" in names()
        True
    """
    return tuple(MODULES)


def preset(name: str) -> Preset:
    """Return a preset by name; its module is imported now.

    Raises:
        NotFound: There is none of that name.

    Example:
        >>> preset("joint_forward").cascades
        ('kx2020-7',)
    """
    if name not in MODULES:
        raise NotFound(
            "unknown_preset",
            f"there is no preset {shown(name)}",
            preset=shown(name),
            presets=list(MODULES),
            remedy=f"Choose one of {', '.join(MODULES)}.",
        )
    found = import_module(MODULES[name]).PRESET
    assert isinstance(found, Preset), f"{MODULES[name]} has no preset"
    assert found.name == name, f"{found.name} stands in the catalogue as {name}"
    return found


def presets() -> Iterator[Preset]:
    """Yield every preset, importing their modules one by one."""
    return map(preset, MODULES)


def all_guards() -> dict[str, Guard]:
    """Return the guards that presets bring, by name: with them whatever log a story left can be written on.

    Example:
        >>> "items_are_closed" in all_guards()
        True
    """
    return {name: getattr(import_module(module), name) for name, module in GUARDS.items()}
