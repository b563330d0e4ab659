"""Take a lesson, or another Markdown page, apart into blocks: headings, text, formulas, code.

What reads the prose (`course prose`, `course times` and their tests) works on these blocks, so that
none of them has to know Markdown.
"""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course.lesson_names import find_sources
from course.markers import SOLUTION, Line, regions
from course.sources import read_cells

MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
TAG = re.compile(r"<(/?)(details|summary)>", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt=(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)
HTML_MATH = re.compile(r"\$([^$\n]+)\$")
PAGES = ("README.md", "docs/*.md", "benchmarks/*.md")


@dataclass
class Block:
    """A piece of a page: where it stands, what it is, and what is in it.

    `kind` is "heading", "text", "formula", "html", "fence", "code", or "unclosed" for a <details>
    that the cell does not close; `section` is the title of the second-level heading above it;
    `heading` the title of the nearest one; `folded` the summary of the <details> around it, or "".
    """

    kind: str
    line: int
    text: str
    section: str
    heading: str
    folded: str
    level: int = 0
    spans: list = field(default_factory=list)
    cell: object = None

    @property
    def words(self):
        """The words of a text, heading or HTML; `·` stands for code and for a formula."""
        if self.kind == "html":
            return HTML_MATH.sub(" · ", TAGS.sub(" ", self.text))
        return "".join(_word(span) for span in self.spans)

    @property
    def formulas(self):
        """The formulas in it, as LaTeX without dollars: a list of str."""
        if self.kind == "formula":
            return [self.text]
        if self.kind == "html":
            return HTML_MATH.findall(self.text)
        return [span.content for span in self.spans if span.type.startswith("math_")]


@dataclass
class Page:
    """A lesson's source or another page: its name in messages, its path, its blocks."""

    name: str
    path: object
    blocks: list
    is_lesson: bool = False

    def of(self, *kinds):
        """The blocks of these kinds."""
        return [block for block in self.blocks if block.kind in kinds]


def lessons(root):
    """Every lesson source of the checkout at `root`: a list of Page."""
    return [read_lesson(path, path.relative_to(root).as_posix()) for path in find_sources(root)]


def pages(root):
    """The README and the guides of the checkout at `root`: a list of Page."""
    found = sorted(path for pattern in PAGES for path in root.glob(pattern))
    return [read_page(path, path.relative_to(root).as_posix()) for path in found]


def read_lesson(path, name):
    """The lesson source at `path` as a Page; LessonError if the pipeline would refuse it."""
    reader = _Reader()
    for cell in read_cells(path, name):
        if cell.kind == "markdown":
            reader.read(cell.lines)
        elif cell.kind == "code":
            reader.add("code", cell.line, cell.text, cell=cell)
    return Page(name, path, reader.blocks, is_lesson=True)


def read_page(path, name):
    """The Markdown file at `path` as a Page."""
    rows = path.read_text(encoding="utf-8").split("\n")
    reader = _Reader()
    reader.read([Line(i + 1, row) for i, row in enumerate(rows)])
    return Page(name, path, reader.blocks)


def is_exercise(block):
    """True if a learner writes code into this cell."""
    return any(region.kind == SOLUTION for region in regions(block.cell.lines, ""))


def is_graded(block):
    """True if a grader uses this cell: for an answer, or for the points that it gets."""
    return "nbgrader" in block.cell.metadata


def shown_lines(block):
    """The lines of a code cell that hold something, as the learner gets them."""
    return [line for line in block.cell.learner if line.text.strip()]


def _word(span):
    if span.type in ("code_inline", "math_inline", "math_inline_double", "image"):
        return "·"
    return " " if span.type in ("softbreak", "hardbreak") else span.content * (span.type == "text")


def described(tag):
    """True if an <img> tag has alternative text."""
    alt = ALT.search(tag)
    return bool(alt and alt[2].strip())


class _Reader:
    """Collects blocks, and remembers under which headings and in which <details> it is."""

    def __init__(self):
        self.blocks, self.section, self.heading, self.folds = [], "", "", []

    def add(self, kind, line, text, **more):
        folded = self.folds[-1] if self.folds else ""
        block = Block(kind, line, text, self.section, self.heading, folded, **more)
        self.blocks.append(block)
        return block

    def read(self, lines):
        tokens = MARKDOWN.parse("\n".join(line.text for line in lines))
        before = None
        for token in tokens:
            line = lines[token.map[0]].number if token.map else 0
            if token.type == "inline" and before.type == "heading_open":
                self.enter(int(before.tag[1]), line, token)
            elif token.type == "inline":
                self.add("text", line, token.content, spans=token.children)
            elif token.type.startswith("math_block"):
                self.add("formula", line, token.content)
            elif token.type in ("fence", "code_block"):
                self.add("fence", line, token.content)
            elif token.type == "html_block":
                self.add("html", line, token.content)
                self.fold(token.content)
            before = token
        if self.folds:
            self.add("unclosed", lines[-1].number, self.folds[-1])
            self.folds.clear()

    def enter(self, level, line, token):
        block = self.add("heading", line, token.content, level=level, spans=token.children)
        self.heading = block.heading = token.content
        if level <= 2:
            self.section = block.section = token.content if level == 2 else ""

    def fold(self, html):
        """Follow the <details> that a piece of HTML opens and closes."""
        position = 0
        for tag in TAG.finditer(html):
            closes, name = bool(tag[1]), tag[2].lower()
            if name == "details" and not closes:
                self.folds.append("?")
            elif name == "details" and self.folds:
                self.folds.pop()
            elif name == "summary" and closes and self.folds:
                self.folds[-1] = html[position : tag.start()].strip()
            position = tag.end()
