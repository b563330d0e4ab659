"""The page that a student gets back: formulas that need no network, and nothing that does harm."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import Config

from course.grading.page import HARMLESS_ATTRIBUTES, HARMLESS_TAGS, Page, mathml, with_formulas

LESSONS = sorted((Path(__file__).parent.parent / "lessons").glob("*.ipynb"))
TAGS = ["p", "a", "code", "pre", "em", "blockquote", "ul", "li", "details", "summary", "table"]
TAGS += ["thead", "tbody", "tr", "th", "td", "div", "span"]


def page(*texts):
    """The page of a notebook with these Markdown cells, without its head."""
    config = Config()
    config.SanitizeHTML.tags = TAGS
    config.SanitizeHTML.attributes = {"a": ["href"], "details": ["open"]}
    notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    whole, _ = Page(config=config, template_name="classic").from_notebook_node(notebook)
    return whole.partition("<body")[2]


def drawn(tex):
    return mathml(tex) or "unreadable"


# --- formulas


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_formula_of_a_lesson_is_drawn(path):
    cells = nbformat.read(path, as_version=4).cells
    text = page(*[cell.source for cell in cells if cell.cell_type == "markdown"])
    words = re.sub(r"(?s)<(pre|code)\b.*?</\1>|<[^>]*>", "", text)
    assert text.count("<math") > 5
    assert "$" not in words and not re.search(r"\\[a-z]+|\[\dpt\]", words)


def test_formulas_in_a_line_and_on_their_own():
    text = with_formulas("<p>The slope $2x$ of $$x^2$$ is</p>")
    assert re.findall(r'<math display="(\w+)">', text) == ["inline", "block"]
    assert text.startswith("<p>The slope <math") and text.endswith("</math> is</p>")


def test_code_tags_and_single_dollars_stay_as_they_are():
    for text in ("<code>a $x$</code>", '<pre class="b">$x$\n$y$</pre>', "5 $", r"\$5 and \$6"):
        assert with_formulas(text) == text
    assert with_formulas('<a href="$x$">$x$</a>').startswith('<a href="$x$"><math')


def test_what_html_escapes_is_read_as_it_was_written():
    text = with_formulas(r"$\begin{cases} 1 &amp; x &lt; 0\\ 2 &amp; x &gt; 0\end{cases}$")
    assert text.count("<mtd") == 4
    assert text.count("<mo>&lt;</mo>") == text.count("<mo>&gt;</mo>") == 1


def test_names_of_functions_stand_apart_and_primes_are_raised_once():
    gap = '<mspace width="0.17em" />'
    assert f"<mi>y</mi>{gap}<mi>log</mi>{gap}<mi>p</mi>" in drawn(r"y \log p")
    assert gap not in drawn(r"\log(p)") and gap not in drawn("a b")
    assert "<mi>σ</mi><mo>′</mo><mo" in drawn(r"\sigma'(z)")


@pytest.mark.parametrize("tex", [r"\frac{", "x^", r"\left(", "{" * 3000, r"\begin{cases}"])
def test_what_is_no_formula_stays_as_it_was_written(tex):
    assert with_formulas(f"<p>${tex}$</p>") == f"<p>${tex}$</p>"


# --- harm


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1) />}",
        r"\text{<b onclick='alert(1)'>x</b>}",
        r"\style{background:url(x)}{y}",
    ],
)
def test_a_formula_that_could_do_harm_is_not_drawn(tex):
    assert drawn(tex) == "unreadable"
    found = with_formulas(f"<p>${html.escape(tex)}$</p>")
    assert found == f"<p>${html.escape(tex)}$</p>"


def test_a_text_in_a_formula_is_escaped():
    assert "<mtext>&lt;script&gt;</mtext>" in drawn(r"\text{&lt;script&gt;}")


def test_what_is_drawn_holds_harmless_parts_alone():
    for tex in (r"\color{red}{x}", r"\sqrt[3]{x}", r"\overline{x}", r"\binom{n}{k}"):
        for part in ElementTree.fromstring(drawn(tex)).iter():
            assert part.tag in HARMLESS_TAGS and set(part.keys()) <= HARMLESS_ATTRIBUTES


HOSTILE = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1)) ![y](https://example.org/spy.png)",
    '<svg onload="alert(1)"> <img src=x onerror=alert(1)> <iframe src="https://example.org">',
    r"$\text{<img src=x onerror=alert(1)>}$",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_text_is_shown_as_text(source):
    for text in (source, html.escape(source)):
        found = page(text)
        tags = set(re.findall(r"<([a-z]\w*)", found))
        assert tags <= {"p", "a", "div", "main", "body", "math", "m"}
        assert not re.search(r"<[^>]*(?:javascript|onload|onerror|src=)", found)


def test_quotes_and_code_that_were_escaped_come_back():
    found = page(
        "&gt; a quote", "`a &gt; b` and\n\n<details><summary>Hint</summary>\n\n*so*\n\n</details>"
    )
    assert re.search(r"<blockquote>\s*<p>a quote</p>", found)
    assert "<code>a &gt; b</code>" in found
    assert "<summary>Hint</summary>" in found and "<em>so</em>" in found
