"""What may be asked of a drawing: its kind, its form, and the options that are its own.

Rule: a word that is none of the choices is refused naming them; an option that says nothing about a drawing is refused
naming those it is for, so that nobody believes it was heeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar, get_args

from xiada.engine.errors import Malformed
from xiada.engine.limits import shown
from xiada.viz.drawing import Kind

Choice = TypeVar("Choice", bound=str)
Form = Literal["svg", "png", "pdf", "dot", "html", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMS: tuple[Form, ...] = get_args(Form)
_SUFFIXES: Mapping[str, Form] = {
    "": "svg", ".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot",
    ".html": "html", ".htm": "html", ".txt": "text",
}  # fmt: skip

OWN: Mapping[str, tuple[Kind, ...]] = {
    "--subtree": ("tree", "full", "matrix", "icicle", "timeline", "lifecycle", "chain", "compare"),
    "--line": ("tree", "full", "matrix", "icicle", "timeline", "lifecycle", "compare"),
    "--budget": ("tree", "compare"),
    "--open": ("tree",),
    "--layout": ("full",),
    "--since": ("compare",),
    "--against": ("compare",),
    "--event": ("path",),
    "--rows": ("timeline",),
    "--page": ("timeline",),
    "--paper": ("tree",),
    "--assume-days": ("tree", "full", "matrix", "icicle", "timeline", "lifecycle", "chain", "compare"),
}
"""Options that not every drawing has, and whose they are."""


def form_of(output: str | None, asked: str | None) -> Form:
    """Return the form asked for, else the one a file's name ends in, else SVG; `-` alone means text.

    Raises:
        Malformed: There is no such form.
    """
    if asked is not None:
        return chosen(asked, "--format", FORMS)
    if output == "-":
        return "text"
    suffix = _suffix(output or "")
    if suffix not in _SUFFIXES:
        raise _no_choice("-o", suffix, FORMS)
    return _SUFFIXES[suffix]


def _suffix(output: str) -> str:
    """Return what a file's name ends in, in small letters.

    Example:
        >>> _suffix("a.b/c"), _suffix("a/b.SVG"), _suffix(".svg")
        ('', '.svg', '')
    """
    stem, dot, suffix = output.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def chosen(value: str, option: str, choices: Sequence[Choice]) -> Choice:
    """Return the choice that a word is.

    Raises:
        Malformed: It is none, naming them.

    Example:
        >>> chosen("a4", "--paper", ("a3", "a4"))
        'a4'
    """
    for choice in choices:
        if choice == value:
            return choice
    raise _no_choice(option, value, choices)


def _no_choice(option: str, value: str, choices: Sequence[str]) -> Malformed:
    """Return the error for a word that is none of the choices."""
    return Malformed(
        "no_such_choice",
        f"{option}: there is no {shown(value)}",
        remedy=f"Use one of {', '.join(choices)}.",
        place=option,
        value=value,
        choices=", ".join(choices),
    )


def check_options(kind: Kind, form: Form, given: Iterable[str]) -> None:
    """Refuse options that say nothing about a kind in a form.

    Args:
        kind: What is drawn.
        form: As what.
        given: The options that were given, by name.

    Raises:
        Malformed: One of them belongs to other kinds or another form.
    """
    for option in given:
        kinds = OWN.get(option, KINDS)
        if kind not in kinds:
            raise foreign_option(option, kind, kinds)
    if "--paper" in given and form != "pdf":
        raise foreign_option("--paper", form, ("pdf",))
    if "--open" in given and kind == "tree" and form == "html":
        raise foreign_option("--open", "html", tuple(one for one in FORMS if one != "html"))


def foreign_option(option: str, to: str, owners: Sequence[str]) -> Malformed:
    """Return the error for an option that belongs to something else."""
    return Malformed(
        "foreign_option",
        f"{option} is not for {to}",
        remedy=f"Leave it out; it is for {', '.join(owners)}.",
        option=option,
        what=to,
        owners=", ".join(owners),
    )
