"""Check how the lessons and guides are written: `python3 -m course prose`.

Every rule is a function that takes a Page and yields (line, what is wrong there). The tests run the
same rules, and show each of them a fault that it must find.
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course.files import ROOT
from course.lesson_text import HTML_IMAGE, described, is_exercise, lessons, pages, shown_lines
from course.outputs import shown_findings
from course.sources import CHECK

LONGEST_CELL, LONGEST_LINE = 14, 100
OUTCOMES, HINTS, QUESTIONS = 3, ["Hint 1", "Hint 2", "Hint 3"], range(4, 7)
GRADED, PARTS = r"Graded problem: .+ \((\d+) points\)", (2, 3)
FEWEST_WORDS = 4  # of an explanation in the quiz: "Yes." explains nothing
WORD_LIST = Path(__file__).with_name("words.txt")
WORD = re.compile(r"(?<![\w\\/.])[A-Za-z]+(?:['’][a-z]+)*(?![\w/]|\.\w)")
# What is easy for the writer is not for the reader, and nothing is gained by saying so.
BELITTLING = re.compile(
    r"\b(obvious(ly)?|clearly(?=,)|simply|(?<!has )(?<!have )just|merely|trivial(ly)?|basically"
    r"|straightforward|of course|(easy|easily|plain) (to see|seen)|needless to say|it is clear)\b",
    re.IGNORECASE,
)
EMOJI = re.compile(r"[\U0001F000-\U0001FAFF☀-⛿✅❌❎✨❓-❗➕-➗⭐⭕\uFE0F]")
REPEATED = re.compile(r"\b([a-z]+)\s+\1\b", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"^(#|todo|xxx+|url|link|path|tbd|\?+|\.\.\.|…)$|\bexample\.(com|org)\b", re.I
)
HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?|localhost(:\d+)?")
HTML_ATTRIBUTE = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)=["']([^"']*)["']""", re.IGNORECASE)
OPTION = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


def main(argv):
    """Print what every rule finds; the exit code is 1 if there is anything. `argv` is empty."""
    found = findings(lessons(ROOT) + pages(ROOT)) + shown_findings(ROOT)
    for sentence in found:
        print(sentence, file=sys.stderr)
    print(f"{len(found)} findings.")
    return 1 if found else 0


def findings(read, rules=None):
    """What the rules, or all, find in Pages: sentences with file and line."""
    found = []
    for page in read:
        applied = GENERAL_RULES + LESSON_RULES * page.is_lesson
        for rule in rules or applied:
            if rule in applied:
                found += [f"{page.name}:{line}: {message}" for line, message in rule(page)]
    return found


def frame(page):
    """A lesson has its title, outcomes, needs and times at the top."""
    number = page.path.name[:2]
    blocks, top = page.blocks, [block for block in page.blocks if not block.section]
    if not (blocks[0].kind == "heading" and re.match(rf"{number} \S", blocks[0].text)):
        yield blocks[0].line, f"the lesson does not begin with the heading “# {number} …”."
    starts = [block.text.split("**")[1] for block in top if block.text.startswith("**")]
    if starts != ["You will", "You need", "Time"]:
        yield top[0].line, f"the top says {starts}, not You will, You need, Time, in this order."
    outcomes = sum(b.kind == "text" and b.line in _items(top) for b in top)
    if outcomes != OUTCOMES:
        yield top[0].line, f"“You will” has {outcomes} outcomes, not {OUTCOMES}."


def ending(page):
    """A lesson has a recap, a quiz, a graded problem, and but for the first a published mistake."""
    wanted = {"Recap": r"Recap$", "Quiz": r"Quiz$", "Graded problem": GRADED}
    if not page.path.name.startswith("00"):
        wanted["Found in the wild"] = r".*Found in the wild"
    headings = [block.text for block in page.of("heading")]
    for title, pattern in wanted.items():
        if not any(re.match(pattern, text) for text in headings):
            yield page.blocks[-1].line, f"there is no heading “{title}”."


def _items(top):
    """The lines of the blocks between “You will” and the next bold start."""
    lines, inside = set(), False
    for block in top:
        if block.text.startswith("**"):
            inside = block.text.startswith("**You will")
        elif inside:
            lines.add(block.line)
    return lines


def headings(page):
    """Headings go down one level at a time; there is one of the first, and none twice."""
    level, seen = 0, {}
    for block in page.of("heading"):
        if block.level > level + 1:
            yield block.line, f"“{block.text}” is a heading of level {block.level} below {level}."
        if block.level == 1 and level:
            yield block.line, f"“{block.text}” is a second title."
        if block.text in seen:
            yield block.line, f"“{block.text}” is the heading of line {seen[block.text]} again."
        level = block.level
        seen[block.text] = block.line


def numbered(page):
    """The sections of a lesson count 1, 2, 3, …; the recap and the graded problem do not."""
    plain = re.compile(f"Recap$|{GRADED}")
    sections = [b for b in page.of("heading") if b.level == 2 and not plain.match(b.text)]
    for expected, block in enumerate(sections, start=1):
        if not block.text.startswith(f"{expected} "):
            yield block.line, f"section “{block.text}” should have the number {expected}."


def images(page):
    """Every image has alternative text."""
    for block in page.blocks:
        for span in block.spans:
            if span.type == "image" and not span.content.strip():
                yield block.line, f"the image {span.attrs['src']} has no alternative text."
        for tag in HTML_IMAGE.findall(block.text) if block.kind in ("html", "text") else []:
            if not described(tag):
                yield block.line, f"{tag} has no alternative text."


def links(page):
    """Every link leads somewhere: a file or heading that is there, a well-formed address."""
    for block in page.blocks:
        if block.kind == "code":
            continue
        targets = [s.attrs.get("href", s.attrs.get("src")) for s in block.spans if _leads(s)]
        for target in targets + HTML_ATTRIBUTE.findall(block.text):
            fault = _fault(page, unquote(target))
            if fault:
                yield block.line, f"the link to “{target}” {fault}."
        if re.search(r"\]\[|\]\(", "".join(s.content for s in block.spans if s.type == "text")):
            yield block.line, "a link is written so that it is none: an address is missing."


def _leads(span):
    return span.type in ("link_open", "image")


def _fault(page, target):
    """What is wrong with a link's target, or None."""
    parts = urlsplit(target)
    if not target.strip() or PLACEHOLDER.search(target):
        return "is a placeholder"
    if parts.scheme in ("http", "https"):
        return None if HOST.fullmatch(parts.netloc) and " " not in target else "is malformed"
    if parts.scheme == "mailto":
        return None
    if parts.scheme or target.startswith(("/", "\\")):
        return "is neither relative nor https"
    if not parts.path:
        return None if parts.fragment in _anchors(page) else "has no such heading here"
    folders = ("lessons", "solutions") if page.is_lesson else (page.path.parent,)
    root = page.path.parent.parent
    missing = [folder for folder in folders if not _exists((root / folder / parts.path).resolve())]
    return f"leads nowhere, seen from {Path(missing[0]).name}/" if missing else None


def _exists(path):
    """True if there is such a file, or will be once the lessons are built."""
    source = path.parent.parent / "solutions" / f"{path.stem}.md"
    is_lesson = path.suffix == ".ipynb" and path.parent.name in ("lessons", "solutions")
    return source.exists() if is_lesson else path.exists()


def _anchors(page):
    """What a link to a heading of this page may say: as JupyterLab and as GitHub write it."""
    titles = [block.text for block in page.of("heading")]
    github = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
    return {title.replace(" ", "-") for title in titles} | set(github)


def manners(page):
    """Nothing is called easy or obvious, and there are no emoji."""
    for block in page.blocks:
        text = block.text if block.kind in ("code", "fence") else block.words
        for match in [*BELITTLING.finditer(text), *EMOJI.finditer(block.text)]:
            yield block.line, f"“{match[0]}” does not belong in a lesson."


def repeated(page):
    """No word stands there twice twice."""
    for block in page.of("text", "heading", "html"):
        for match in REPEATED.finditer(block.words):
            if match[1].lower() not in ("that", "had"):
                yield block.line, f"“{match[0]}” repeats a word."


def code(page):
    """Cells are short, but for those that a learner fills, and lines fit a narrow window."""
    for block in page.of("code"):
        count = len(shown_lines(block))
        if count > LONGEST_CELL and not is_exercise(block):
            yield block.line, f"cell {block.cell.id} has {count} lines, more than {LONGEST_CELL}."
        yield from _long((line.number, line.text) for line in block.cell.lines)
    for block in page.of("fence"):
        yield from _long(enumerate(block.text.splitlines(), start=block.line + 1))


def _long(lines):
    for number, text in lines:
        if len(text) > LONGEST_LINE:
            yield number, f"the line has {len(text)} characters, more than {LONGEST_LINE}."


def exercises(page):
    """An exercise has a heading, three hints, a docstring with an example, and a check below."""
    cells = page.of("code")
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        if not is_exercise(cell) or "nbgrader" in cell.cell.metadata:
            continue
        name, docstring = _signature(cell)
        if cell.heading != f"Exercise: `{name}`":
            yield cell.line, f"{name}: the heading above is not “Exercise: `{name}`”."
        near = [b.text for b in page.of("html") if b.heading == cell.heading]
        hints = [title.split(":")[0] for text in near for title in SUMMARY.findall(text)]
        if [title for title in hints if title.startswith("Hint")] != HINTS:
            yield cell.line, f"{name}: has {hints or 'no hints'}, not three hints."
        for word in ("Return|Yield", "Example"):
            if not re.search(word, docstring):
                yield cell.line, f"{name}: the docstring has no {word.replace('|', ' or ')}."
        checked = following and CHECK.search(following.text)
        if not checked or following.text.strip() != f"{name} = check({name})":
            yield cell.line, f"{name}: the next code cell is not {name} = check({name})."


def graded(page):
    """There is one graded problem of two or three parts; their points add up to the heading's."""
    titles = [b for b in page.of("heading") if re.match("Graded problem", b.text)]
    if len(titles) > 1:
        yield titles[1].line, "there is a second graded problem."
    cells, parts, points = page.of("code"), 0, 0
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        if _grading(cell).get("solution"):
            parts += 1
            points += _grading(following).get("points", 0)
            yield from _part(cell, following)
    for title in titles:
        said = re.fullmatch(GRADED, title.text)
        if parts not in PARTS or not said or title.level != 2:
            yield (
                title.line,
                f"“{title.text}” has {parts} parts, or is not written as it should be.",
            )
        elif int(said[1]) != points:
            yield title.line, f"the parts have {points} points, and the heading says {said[1]}."


def _part(cell, following):
    """What is wrong with an answer's cell and the cell for its points below it."""
    name, docstring = _signature(cell)
    for word in ("Return|Yield", "Example"):
        if not re.search(word, docstring):
            yield cell.line, f"{name}: the docstring has no {word.replace('|', ' or ')}."
    grading = _grading(following)
    ids = _grading(cell).get("grade_id"), grading.get("grade_id")
    if not grading.get("grade") or ids != (name, f"points-{name}"):
        yield cell.line, f"{name}: the next code cell is not the one for its points."
    elif not re.search(
        rf'^examples\(\s*{name},[\s\S]*^grade\({name}, "{name}"\)$', following.text, re.M
    ):
        yield following.line, f"{name}: is not tried on examples and then graded by its name."


def _grading(block):
    """What nbgrader knows of a cell."""
    return block.cell.metadata.get("nbgrader", {}) if block else {}


def _signature(block):
    """The name and the docstring of the function in a cell."""
    defined = [n for n in ast.parse(block.text).body if isinstance(n, ast.FunctionDef)]
    return (defined[0].name, ast.get_docstring(defined[0]) or "") if defined else ("?", "")


def quiz(page):
    """4 to 6 questions; each option explains itself and begins with Yes or No; one Yes."""
    asked = questions(page)
    if len(asked) not in QUESTIONS:
        last = page.blocks[-1].line
        yield last, f"the quiz has {len(asked)} questions, not {QUESTIONS[0]} to {QUESTIONS[-1]}."
    for number, (line, options) in enumerate(asked, start=1):
        right = [explanation for _, explanation in options if explanation.startswith("Yes")]
        if len(right) != 1 or len(options) < 2:
            yield line, f"question {number} has {len(options)} options, {len(right)} of them right."
        for option, explanation in options:
            if not option:
                yield line, f"question {number} has an option without a text."
            if not re.match(r"(Yes|No)\b", explanation) or len(explanation.split()) < FEWEST_WORDS:
                yield line, f"question {number}: the option “{option}” does not explain itself."


def questions(page):
    """The questions of the quiz: a list of (line, [(option, explanation)])."""
    asked = []
    for block in page.blocks:
        if block.heading == "Quiz" and re.match(r"\*\*\d+\.", block.text):
            asked.append((block.line, []))
        elif block.heading == "Quiz" and asked:
            asked[-1][1].append(block.text)
    return [
        (line, [(o.strip(), e.strip()) for o, e in OPTION.findall("\n".join(texts))])
        for line, texts in asked
    ]


def apart(page):
    """After folded text comes a new cell: within one, JupyterLab leaves no space between them."""
    text = page.path.read_text(encoding="utf-8")
    for found in re.finditer(r"^</details>\n+(?!<details|#|```|\+\+\+)(?=\S)", text, re.MULTILINE):
        line = text.count("\n", 0, found.end()) + 1
        yield line, "this follows folded text in the same cell; put a line +++ between them."


def html(page):
    """Markdown and formulas inside a line of HTML would be shown as they are typed."""
    for block in page.of("html"):
        for mark in re.findall(r"`[^`]*`|\*\*[^*]*\*\*|\$[^$\n]+\$|\]\([^)]*\)", block.text):
            yield (
                block.line,
                f"{mark} stands in HTML and is not rendered; leave a line empty before.",
            )
    for block in page.of("unclosed"):
        yield block.line, f"the <details> “{block.text}” is not closed in its cell."


def spelling(page):
    """Every word is in the dictionary or in course/words.txt."""
    for block in page.blocks:
        if block.kind in ("formula", "fence", "unclosed"):
            continue
        text = _said(block.text) if block.kind == "code" else block.words
        for word in unknown(WORD.findall(re.sub(r"\S+://\S+", "", text))):
            yield block.line, f"“{word}” is not in the dictionary."


def _said(source):
    """The comments and docstrings of a code cell, without the names that its code uses."""
    said = re.findall(r"(?<!#)# (.*)$", source, re.MULTILINE)
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a magic
        nodes = []
    said += [ast.get_docstring(n) or "" for n in nodes if isinstance(n, ast.FunctionDef)]
    names = {getattr(n, key, None) for n in nodes for key in ("id", "arg", "attr", "name")}
    return re.sub(r"\w+", lambda word: "·" if word[0] in names else word[0], "\n".join(said))


def unknown(words):
    """Those of the words that neither the dictionary nor the project's list has, sorted."""
    known, own = dictionary()
    plain = {w for w in words if not w.isupper() and len(w) > 1}
    stems = {w: re.sub(r"['’]s$", "", w).replace("’", "'") for w in plain}
    return sorted(
        w for w, stem in stems.items() if stem.lower() not in own and known.unknown([stem])
    )


@cache
def dictionary():
    """The English dictionary, and the project's own words: (SpellChecker, set)."""
    from spellchecker import SpellChecker

    rows = WORD_LIST.read_text(encoding="utf-8").splitlines()
    return SpellChecker(), {row.strip().lower() for row in rows if not row.startswith("#")}


GENERAL_RULES = [headings, images, links, manners, repeated, html, spelling]
LESSON_RULES = [frame, ending, numbered, code, exercises, graded, quiz, apart]
