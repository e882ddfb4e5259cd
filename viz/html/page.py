"""A page as one file: its markup, its style, its data and its script, and a policy that lets in nothing else.

Rule: the page fetches nothing and sends nothing; script and style run by their hashes alone; data stand in
a block of JSON in which nothing can end the block. Texts of people reach the markup through `html.escape`,
and the script puts them in as text.

Source: Content Security Policy Level 3 (W3C), 2.3; Trusted Types (W3C), 4.1; HTML Living Standard, 4.12.1.3
(restrictions on script contents).
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template

from xiada.viz.theme import DARK, LIGHT, PRINT, Look, Theme

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page is made of.

    Args:
        language: As a language tag.
        title: Of the window.
        template: Name of the file with the markup of the body.
        fills: What is filled into the markup: plain text by name, escaped here.
        picture: Markup of a picture we made ourselves, filled in as it is; empty if the script draws.
        data: What the script reads.
        scripts: Names of the script's files, joined in order.
        looks: What the statuses look like in each theme, the n-th being class `sn`.
        themes: Light, dark and for print.
        chosen: `auto`, `light` or `dark`: what the page starts with.
    """

    language: str
    title: str
    template: str
    fills: Mapping[str, str]
    picture: str = ""
    data: Mapping[str, object]
    scripts: tuple[str, ...]
    looks: tuple[tuple[Look, ...], ...] = ((), (), ())
    themes: tuple[Theme, Theme, Theme] = (LIGHT, DARK, PRINT)
    chosen: str = "auto"


_DOCUMENT = Template("""\
<!DOCTYPE html>
<html lang="$language"$chosen>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>$style</style>
</head>
<body>
$body
<script type="application/json">$data</script>
<script>$script</script>
</body>
</html>
""")


def document(page: Page) -> bytes:
    """Return a page as the bytes of its file; the same page gives the same bytes."""
    script = _script(page.scripts)
    style = colours(page.themes, page.looks) + part("page.css")
    assert "</script" not in script.lower(), "the script would end itself"
    assert "</style" not in style.lower(), "the style would end itself"
    chosen = "" if page.chosen == "auto" else f' data-look="{html.escape(page.chosen)}"'
    fills = {name: html.escape(text) for name, text in page.fills.items()}
    written = _DOCUMENT.substitute(
        language=html.escape(page.language),
        chosen=chosen,
        policy=policy(script, style),
        title=html.escape(page.title),
        style=style,
        body=Template(part(page.template)).substitute(fills, picture=page.picture),
        data=embedded(page.data),
        script=script,
    )
    return written.encode("utf-8")


def policy(script: str, style: str) -> str:
    """Return what the page may do: run this script, use this style; no text of it is ever read as markup or code.

    Example:
        >>> policy("", "").split("; ")[:2]
        ["default-src 'none'", "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]
    """
    return "; ".join((
        "default-src 'none'",
        f"script-src 'sha256-{_hash(script)}'",
        f"style-src 'sha256-{_hash(style)}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ))  # fmt: skip


def _hash(text: str) -> str:
    """Return the SHA-256 of a text as a policy writes it."""
    return b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def embedded(value: object) -> str:
    r"""Return a value as JSON that stays inside its element, whatever texts it holds.

    Example:
        >>> print(embedded({"name": "</script>\u2028"}))
        {"name":"\u003c/script\u003e\u2028"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@lru_cache
def part(name: str) -> str:
    """Return one of the files that lie beside this module."""
    return (files("xiada.viz.html") / name).read_text(encoding="utf-8")


def _script(names: Iterable[str]) -> str:
    """Return the files of a script as one, in a scope of its own."""
    return "\n".join(('"use strict";', "(() => {", *map(part, names), "})();", ""))


def colours(themes: tuple[Theme, Theme, Theme], looks: Iterable[tuple[Look, ...]]) -> str:
    """Return the style that names the colours of light, dark and print: as the system is set, or as chosen.

    Args:
        themes: Light, dark and for print.
        looks: Those of the statuses, for each theme.
    """
    light, dark, ink = (_variables(theme, own) for theme, own in zip(themes, looks, strict=True))
    count = len(next(iter(looks), ()))
    return "\n".join((
        f":root {{ color-scheme: light; {light} }}",
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-look="light"]) {{ color-scheme: dark; {dark} }} }}',
        f':root[data-look="dark"] {{ color-scheme: dark; {dark} }}',
        f"@media print {{ :root:root, :root:root[data-look] {{ color-scheme: light; {ink} }} }}",
        *(f".s{n} {{ --fill: var(--fill{n}); --on: var(--on{n}); --frame: var(--frame{n}); }}" for n in range(count)),
        "",
    ))  # fmt: skip


def _variables(theme: Theme, looks: Iterable[Look]) -> str:
    """Return the colours of a theme as style variables."""
    named = {
        "fonts": theme.fonts,
        "paper": theme.paper,
        "plate": theme.plate,
        "folded": theme.folded,
        "ink": theme.ink,
        "muted": theme.muted,
        "rule": theme.line,
        "late": theme.late,
        "late-ink": theme.late_ink,
    }
    for number, look in enumerate(looks):
        named |= {f"fill{number}": look.fill, f"on{number}": look.ink, f"frame{number}": look.frame or "transparent"}
    return " ".join(f"--{name}: {value};" for name, value in named.items())
