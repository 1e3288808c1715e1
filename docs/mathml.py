r"""Formulas as MathML, which every browser of today shows by itself: no script, no font, no network.

The names of our variables and figures are whole words: `open\_cost_o` is one name with an index, not ten letters.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z](?:[A-Za-z]|\\_)+")


def mathml(latex: str, display: str) -> str:
    """A formula in LaTeX as a `<math>` element, `inline` or as a `block`."""
    named = WORD.sub(lambda word: rf"\text{{{word[0].replace(chr(92), '')}}}", latex)
    return convert(named, display=display)


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="math">{mathml(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
