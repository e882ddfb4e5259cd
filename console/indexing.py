"""The index of a folder of drawings: one small page of links for a browser, without script.

Rule: names of people's making stand in it escaped; links are names of files beside it; it fetches nothing.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby
from string import Template
from typing import NamedTuple
from urllib.parse import quote

from xiada.console.words import Words
from xiada.viz.html.page import colours, policy
from xiada.viz.page import TAGS
from xiada.viz.text import shown
from xiada.viz.theme import DARK, LIGHT, PRINT

_STYLE = """\
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60em; padding: 24px 16px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 var(--fonts); }
h1 { font-size: 22px; margin: 0 0 16px; }
h2 { font-size: 18px; margin: 24px 0 4px; overflow-wrap: anywhere; }
p { margin: 0 0 8px; color: var(--muted); }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 8px;
  grid-template-columns: repeat(auto-fill, minmax(17em, 1fr)); }
a { display: block; padding: 8px 12px; border: 1px solid var(--rule); border-radius: 4px; background: var(--plate);
  color: var(--ink); }
a:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
"""
_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$cascades
</main>
</body>
</html>
""")


class Entry(NamedTuple):
    """A drawing in the folder.

    Args:
        cascade: Of which cascade.
        title: The cascade's title and number.
        stands: Of which instant and log index.
        kind: Which drawing, `page` for the page to leaf through.
        file: Its name in the folder.
    """

    cascade: str
    title: str
    stands: str
    kind: str
    file: str


def index_page(entries: Sequence[Entry], words: Words) -> bytes:
    """Return the index of drawings, those of a cascade being side by side, as HTML in UTF-8."""
    style = colours((LIGHT, DARK, PRINT), ((), (), ())) + _STYLE
    parts = [_cascade(list(some), words) for _, some in groupby(entries, key=lambda entry: entry.cascade)]
    page = _PAGE.substitute(
        language=TAGS[words.language],
        policy=policy("", style),
        title=words.say("index_title"),
        style=style,
        cascades="\n".join(parts),
    )
    return page.encode()


def _cascade(entries: Sequence[Entry], words: Words) -> str:
    """Return the part of one cascade."""
    title, stands = html.escape(shown(entries[0].title)), html.escape(shown(entries[0].stands))
    links = "\n".join(_link(entry, words) for entry in entries)
    return f"<section>\n<h2>{title}</h2>\n<p>{stands}</p>\n<ul>\n{links}\n</ul>\n</section>"


def _link(entry: Entry, words: Words) -> str:
    """Return the link to one drawing."""
    return f'<li><a href="{html.escape(quote(entry.file))}">{html.escape(words.say(f"index_{entry.kind}"))}</a></li>'
