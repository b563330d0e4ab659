"""The page that a student gets back: its formulas are MathML, which needs no network.

nbgrader's own page loads MathJax from the web. The configuration of a class names `Page`.
"""

import html
import re
from xml.etree import ElementTree

from jinja2 import DictLoader, pass_context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors.sanitize import SanitizeHTML
from traitlets import default

# What is no formula (code, and all tags), or a formula: between two dollars, or between one.
PIECES = re.compile(
    r"<(pre|code)\b.*?</\1>|<[^>]*>"
    r"|(?<!\\)\$\$(?P<block>[^<$]+)\$\$|(?<![\\$])\$(?P<inline>[^<$]+)\$",
    re.DOTALL,
)
# A submission's formulas are drawn, too: nothing in them may lead anywhere or load anything.
HARMLESS_TAGS = set(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
HARMLESS_ATTRIBUTES = set(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence "
    "form height linethickness lspace mathbackground mathcolor mathvariant maxsize minsize "
    "movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy voffset "
    "width".split()
)
NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
# The name of a function, as log, stands apart from a factor before it or after it; a prime is
# drawn raised by itself, and too small to be seen where it is raised once more.
FACTOR, GAP = "m(?:i|n|sub|sup|subsup|frac|row)", r'\1<mspace width="0.17em" />'
TOUCHES = [
    (re.compile(rf"(</{FACTOR}>)(?=<mi>[A-Za-z]{{2,}}</mi>)"), GAP),
    (re.compile(rf"(<mi>[A-Za-z]{{2,}}</mi>)(?=<{FACTOR}\b)"), GAP),
    (re.compile(r"<msup>(<m[io][^>]*>[^<]*</m[io]>)<mi>′</mi></msup>"), r"\1<mo>′</mo>"),
]
# Where nbgrader's page calls for MathJax: what its own style leaves cramped or cut off.
STYLE = """{% macro mathjax(url="") %}<style>
summary { display: list-item; cursor: pointer }
th, td { padding: 0.2em 1em 0.2em 0 }
table, details { margin-bottom: 0.5em }
math { font-size: 110% }
div.output_area pre { white-space: pre-wrap }
</style>{% endmacro %}"""


class Page(HTMLExporter):
    """nbconvert's exporter, with formulas in MathML and without the script that would draw them."""

    exclude_anchor_links = True

    @default("extra_loaders")
    def _no_mathjax(self):
        return [DictLoader({"mathjax.html.j2": STYLE})]

    @pass_context
    def markdown2html(self, context, source):
        """Return the harmless HTML of a Markdown text.

        Grading has sanitized the text, which also escapes its quotes, code and formulas: here the
        HTML is sanitized, so that the text may be as it was.
        """
        rendered = super().markdown2html(context, html.unescape(source))
        return with_formulas(SanitizeHTML(parent=self).sanitize_html_tags(rendered))


def with_formulas(text):
    """Return HTML whose formulas $…$ and $$…$$, outside of code, are MathML."""

    def drawn(piece):
        tex = html.unescape(piece["block"] or piece["inline"] or "")
        return (tex and mathml(tex, block=bool(piece["block"]))) or piece[0]

    return PIECES.sub(drawn, text)


def mathml(tex, block=False):
    """Return a formula in MathML, or None if it cannot be read or might do harm."""
    try:
        text = convert(tex, display="block" if block else "inline").replace(NAMESPACE, "")
        formula = ElementTree.fromstring(text)
    except Exception:  # a student may have written anything
        return None
    parts = list(formula.iter())
    attributes = {name for part in parts for name in part.keys()}
    if not ({part.tag for part in parts} <= HARMLESS_TAGS and attributes <= HARMLESS_ATTRIBUTES):
        return None
    # Written anew: what stands in a text is escaped, whatever the converter did.
    text = ElementTree.tostring(formula, "unicode")
    for place, touched in TOUCHES:
        text = place.sub(touched, text)
    return text
