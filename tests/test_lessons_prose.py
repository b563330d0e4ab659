"""The lessons and guides keep the rules of how they are written, and the rules find faults."""

import re
from pathlib import Path

import nbformat
import pytest

from course import outputs, prose, times
from course.lesson_text import lessons, pages, read_lesson, read_page

ROOT = Path(__file__).resolve().parent.parent
RULES = prose.GENERAL_RULES + prose.LESSON_RULES


@pytest.fixture(scope="module")
def written():
    """All lessons and guides of the course, read once."""
    return lessons(ROOT) + pages(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_lessons_and_guides_keep(written, rule):
    found = prose.findings(written, [rule])
    assert not found, "\n".join(found)


def test_every_picture_is_described_and_every_number_in_the_prose_is_computed():
    found = outputs.shown_findings(ROOT)
    assert not found, "\n".join(found)


def test_the_times_that_the_lessons_state_are_those_that_are_measured():
    found = [fault for lesson in lessons(ROOT) for fault in times.differences(lesson)]
    assert not found, "\n".join(found)


def test_the_times_of_one_lesson_are_printed_and_an_unknown_one_is_refused(capsys):
    assert times.main(["00"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("solutions/00_start_here.md\n") and "01_forward" not in told.out
    assert times.main(["00", "77"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("course: there is no lesson '77'; there are 00") and not told.out


# What follows tests the rules themselves: a small lesson that keeps all of them, and faults.

QUESTION = """**{n}. Which one?**

<details><summary>This</summary>

Yes, because it is $n = {n}$.

</details>
<details><summary>That</summary>

No, it is the other one.

</details>

"""
PART = '''```{{code-cell}} ipython3
---
id: answer-{name}
nbgrader: {{grade: false, grade_id: {name}, locked: false, schema_version: 3, solution: true}}
---
def {name}(x):
    """Return it. Example: {name}(1) is 3."""
    ### BEGIN SOLUTION
    return 3 * x
    ### END SOLUTION
```

```{{code-cell}} ipython3
---
id: points-{name}
nbgrader: {{grade: true, grade_id: points-{name}, locked: true, points: {points}}}
---
examples({name}, ((1,), 3))
### BEGIN HIDDEN TESTS
from graded import grade
grade({name}, "{name}")
### END HIDDEN TESTS
```

'''
GOOD = (
    '''---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# 01 A small lesson

**You will**

- learn;
- laugh;
- leave.

**You need** nothing.

**Time** 20 minutes.

| section | reading | exercises |
|---|---|---|
| 1 Doubling | | 5 min |
| Recap | | 2 min |
| Graded problem: thrice (5 points) | | 12 min |

```{code-cell} ipython3
from nnlib.exercises import check
from nnlib.widgets import explore
```

## 1 Doubling

**Predict.** What is twice 16? A neuron has a slope of $y = 2x$, and NumPy says 32.5.

![A curve that climbs](../README.md) and [the next part](#Recap), or <https://www.python.org>.

### Exercise: `double`

<details><summary>Hint 1: a nudge</summary>

Add.

</details>
<details><summary>Hint 2: where to look</summary>

At `x`.

</details>
<details><summary>Hint 3: the formula</summary>

$$2x$$

</details>

```{code-cell} ipython3
def double(x):
    """Return twice x. Example: double(1) is 2."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} ipython3
double = check(double)
```

### Found in the wild

Nothing.

```{code-cell} ipython3
:id: plain
double(16.25)  # a comment
```

## Recap

### Quiz

'''
    + "+++\n\n".join(QUESTION.format(n=n) for n in range(1, 5))
    + "## Graded problem: thrice (5 points)\n\n"
    + PART.format(name="triple", points=2)
    + PART.format(name="thrice", points=3)
    + "**Next:** nothing.\n"
)

FAULTS = [
    ("frame", "# 01 A small", "# 02 A small", "does not begin"),
    ("frame", "- leave.\n", "", "2 outcomes"),
    ("frame", "- leave.\n", "- leave;\n- go.\n", "4 outcomes"),
    ("frame", "**You need** nothing.", "Nothing.", "You need"),
    ("ending", "### Quiz", "### Queries", "“Quiz”"),
    ("ending", "## Recap", "## 2 End", "“Recap”"),
    ("ending", "### Found in the wild", "### Found", "in the wild"),
    ("ending", "## Graded problem: thrice (5 points)", "## Thrice", "“Graded problem”"),
    ("apart", "+++\n\n**2.", "**2.", "put a line +++ between them"),
    ("headings", "### Exercise", "#### Exercise", "level 4 below 2"),
    ("headings", "## Recap", "# Recap", "second title"),
    ("headings", "### Quiz", "### Recap", "again"),
    ("numbered", "## 1 Doubling", "## 2 Doubling", "the number 1"),
    ("images", "![A curve that climbs]", "![ ]", "README.md has no alternative"),
    ("images", "Nothing.\n", '<img src="x.png">\n', "no alternative"),
    ("images", "Nothing.\n", 'Nothing <img src="x.png" alt=""> here.\n', "no alternative"),
    ("links", "(../README.md)", "(../READYOU.md)", "leads nowhere"),
    ("links", "(../README.md)", "(words.txt)", "leads nowhere"),
    ("links", "(#Recap)", "(#recall)", "no such heading"),
    ("links", "(#Recap)", "(02_next.ipynb)", "leads nowhere"),
    ("links", "(#Recap)", "()", "placeholder"),
    ("links", "(#Recap)", "(TODO)", "placeholder"),
    ("links", "(#Recap)", "(https://example.com/a)", "placeholder"),
    ("links", "(#Recap)", "(https:/python.org)", "malformed"),
    ("links", "(#Recap)", "(https://python)", "malformed"),
    ("links", "(#Recap)", "(/root/README.md)", "neither"),
    ("links", "(#Recap)", "(ftp://python.org)", "neither"),
    ("links", "(#Recap)", "[recap]", "written so that it is none"),
    ("links", "Nothing.\n", '<a href="gone.html">here</a>\n', "leads nowhere"),
    ("manners", "Nothing.\n", "Obviously nothing.\n", "Obviously"),
    ("manners", "Nothing.\n", "That is easy to see.\n", "easy to see"),
    ("manners", "# a comment", "# simply this", "simply"),
    ("manners", "Nothing.\n", "It is just a sum.\n", "just"),
    ("manners", "Nothing.\n", "Nothing 🎉.\n", "🎉"),
    ("manners", "## 1 Doubling", "## 1 Doubling ✅", "✅"),
    ("repeated", "Nothing.\n", "Nothing of the\nthe kind.\n", "repeats a word"),
    ("html", "This</summary>\n\nYes", "This</summary>Yes", "$n = 1$ stands in HTML"),
    ("html", "Hint 1: a nudge", "Hint 1: a `nudge`", "`nudge` stands in HTML"),
    ("html", "No, it is the other one.\n\n</details>", "No.\n\n+++", "not closed"),
    ("spelling", "Nothing.\n", "Nothing recieved.\n", "recieved"),
    ("spelling", "# a comment", "# a commment", "commment"),
    ("spelling", "Return twice", "Retrun twice", "Retrun"),
    ("spelling", "Hint 1: a nudge", "Hint 1: a nugde", "nugde"),
    ("spelling", "## 1 Doubling", "## 1 Dubbling", "Dubbling"),
    ("code", "double(16.25)", "\n".join(["double(1)"] * 15), "cell plain has 15 lines"),
    ("code", "double(16.25)", "double(" + "1 + " * 25 + "1)", "characters"),
    ("code", "Nothing.\n", "```\nshort\n" + "x" * 101 + "\n```\n", "101 characters"),
    ("exercises", "### Exercise: `double`", "### Exercise: `triple`", "the heading above"),
    ("exercises", "Hint 3: the formula", "The formula", "not three hints"),
    ("exercises", "Example: double(1) is 2.", "", "has no Example"),
    ("exercises", "Return twice x.", "Twice x.", "has no Return or Yield"),
    ("exercises", "double = check(double)", "check(double)", "is not double = check(double)"),
    (
        "graded",
        "## Graded problem: thrice (5 points)",
        "## Graded problem: thrice",
        "is not written as it should be",
    ),
    ("graded", "## Graded problem", "### Graded problem", "is not written as it should be"),
    (
        "graded",
        "problem: thrice (5 points)\n\n",
        "problem: thrice (6 points)\n\n",
        "have 5 points, and the heading says 6",
    ),
    ("graded", "points: 3}", "points: 4}", "have 6 points, and the heading says 5"),
    ("graded", PART.format(name="triple", points=2), "", "has 1 parts"),
    ("graded", "**Next:**", "## Graded problem: more (5 points)\n\n**Next:**", "second graded"),
    ("graded", "Example: triple(1) is 3.", "", "has no Example"),
    ("graded", "Return it.", "It.", "has no Return or Yield"),
    ("graded", "grade_id: points-triple", "grade_id: points", "is not the one for its points"),
    ("graded", "grade_id: triple", "grade_id: twice", "is not the one for its points"),
    ("graded", "examples(triple", "print(triple", "is not tried on examples"),
    ("graded", 'grade(triple, "triple")', "grade(triple)", "and then graded by its name"),
    ("quiz", "**4. Which one?**", "**Which one?**", "has 3 questions"),
    ("quiz", "Yes, because it is $n = 2$.", "No, it is not that one.", "0 of them right"),
    ("quiz", "Yes, because it is $n = 2$.", "Yes.", "“This” does not explain itself"),
    ("quiz", "No, it is the other one.", "Yes, it is the other one.", "2 of them right"),
    ("quiz", "No, it is the other one.", "It is the other one.", "“That” does not explain"),
    ("quiz", "<summary>That</summary>", "<summary></summary>", "without a text"),
]


@pytest.fixture
def lesson(tmp_path):
    """A function that makes a Page of a lesson's text, in a checkout of its own."""
    (tmp_path / "README.md").write_text("# Here\n")
    (tmp_path / "lessons").mkdir()
    (tmp_path / "solutions").mkdir()

    def make(text):
        path = tmp_path / "solutions" / "01_small.md"
        path.write_text(text, encoding="utf-8")
        return read_lesson(path, "01_small.md")

    return make


def test_a_lesson_that_keeps_all_rules_is_not_blamed(lesson):
    page = lesson(GOOD)
    assert [fault for rule in RULES for fault in rule(page)] == []
    assert times.differences(page) == []


@pytest.mark.parametrize(("rule", "old", "new", "message"), FAULTS)
def test_a_fault_is_found_at_its_line(lesson, rule, old, new, message):
    assert GOOD.count(old) >= 1
    page = lesson(GOOD.replace(old, new, 1))
    found = [f"{line}: {fault}" for line, fault in getattr(prose, rule)(page) if message in fault]
    assert found
    end = len(GOOD.splitlines()) + 15
    assert all(0 < int(fault.split(":")[0]) <= end for fault in found)


def test_the_line_of_a_fault_is_the_line_of_its_paragraph(lesson):
    page = lesson(GOOD.replace("Nothing.\n", "One line.\nSimply two.\n", 1))
    [(line, _)] = prose.manners(page)
    assert page.path.read_text(encoding="utf-8").splitlines()[line - 1] == "One line."


def test_every_rule_has_a_fault_that_it_must_find():
    assert {rule.__name__ for rule in RULES} == {rule for rule, *_ in FAULTS}


def test_words_that_belittle_nobody_are_let_through(lesson):
    text = "You have just seen it; the network has just changed, and wins clearly. A simple sum."
    assert list(prose.manners(lesson(GOOD.replace("Nothing.\n", f"{text}\n", 1)))) == []


def test_a_guide_is_read_like_a_lesson_but_needs_no_frame(tmp_path):
    path = tmp_path / "docs" / "guide.md"
    path.parent.mkdir()
    path.write_text("# Guide\n\nA [file](gone.md), teh end.\n\n```\nnot prose: teh\n```\n")
    page = read_page(path, "docs/guide.md")
    faults = [fault for rule in prose.GENERAL_RULES for fault in rule(page)]
    assert [line for line, _ in faults] == [3, 3]
    assert "leads nowhere, seen from docs/" in faults[0][1] and "“teh”" in faults[1][1]


def image_output(html):
    data = {"image/png": "AAAA", "text/plain": "a curve", "text/html": html}
    return nbformat.v4.new_output("display_data", data={k: v for k, v in data.items() if v})


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<img alt="The loss falls." src="x">', 0),
        ('<img alt="" src="x">', 1),
        ('<img src="x">', 1),
        ('<img alt="One." src="x"><img src="y">', 1),
        ("<div>no picture</div>", 1),
        (None, 1),
    ],
)
def test_a_picture_in_an_output_without_alternative_text_is_found(html, faults):
    cell = nbformat.v4.new_code_cell("plot()", id="the-cell", outputs=[image_output(html)])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert [where for where, _ in outputs.undescribed(notebook)] == ["the-cell"] * faults


@pytest.mark.parametrize(("alt", "faults"), [("a curve", 0), ("", 1)])
def test_a_picture_attached_to_a_text_without_alternative_text_is_found(alt, faults):
    cell = nbformat.v4.new_markdown_cell(f"![{alt}](attachment:a.png)")
    cell["attachments"] = {"a.png": {"image/png": "AAAA"}}
    assert len(outputs.undescribed(nbformat.v4.new_notebook(cells=[cell]))) == faults


@pytest.mark.parametrize(
    ("said", "shown", "faults"),
    [
        ("The loss is 0.25.", "loss 0.2499", []),
        ("The loss is 0.25.", "loss 0.2449", ["0.25"]),
        ("It reads 97 % right.", "accuracy 0.9697", []),
        ("It reads 97 % right.", "accuracy 0.9597", ["97%"]),
        ("It has 1,135 parameters.", "1135", []),
        ("It has 1,135 parameters.", "1134", ["1,135"]),
        ("At $x = -0.59$ it crosses.", "x = -0.59", []),
        ("At $x = -0.59$ it crosses.", "x = 0.95", ["-0.59"]),
        ("Lesson 06 has 10 digits, or 1,000 of them.", "", []),
    ],
)
def test_a_number_in_the_prose_that_no_cell_computes_is_found(lesson, said, shown, faults):
    page = lesson(GOOD.replace("Nothing.\n", f"{said}\n", 1).replace(" 32.5", " much"))
    outputs_of_it = [nbformat.v4.new_output("stream", name="stdout", text=shown)]
    cell = nbformat.v4.new_code_cell("print(loss)", outputs=outputs_of_it)
    found = outputs.uncomputed(page, nbformat.v4.new_notebook(cells=[cell]))
    assert [number for _, number in found] == faults


def test_times_follow_the_rules_that_are_written_down(lesson):
    measured = times.measured(lesson(GOOD))
    reading, doing = measured["1 Doubling"]
    assert doing == times.EXERCISE + times.SOLUTION_LINE + times.PREDICTION
    assert measured["Recap"][1] == 4 * times.QUESTION
    part = times.EXERCISE + times.SOLUTION_LINE + times.GRADED
    assert measured["Graded problem: thrice (5 points)"][1] == 2 * part
    longer = lesson(GOOD.replace("Nothing.\n", "word " * 150 + ".\n", 1))
    assert times.measured(longer)["1 Doubling"][0] == pytest.approx(reading + 1, abs=0.02)
    longer = lesson(GOOD.replace("double(16.25)", "\n".join(["double(1)"] * 11), 1))
    assert times.measured(longer)["1 Doubling"][0] == pytest.approx(reading + 1)
    longer = lesson(GOOD.replace("Nothing.\n", "```\n" + "x = 1\n" * 10 + "```\n", 1))
    assert times.measured(longer)["1 Doubling"][0] == pytest.approx(reading + 1, abs=0.02)
    longer = lesson(GOOD.replace("Add.\n", "word " * 150 + "\n", 1))
    assert times.measured(longer)["1 Doubling"][0] == pytest.approx(reading)
    for call in ("explore(double)", "widgets.draw_digit(double)"):
        figure = lesson(GOOD.replace("double(16.25)", call, 1))
        assert times.measured(figure)["1 Doubling"][1] == doing + times.FIGURE


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("**Time** 20 minutes.", "**Time** 40 minutes.", "says 40 minutes in all, measured 20"),
        ("**Time** 20 minutes.", "**Time** short.", "says no"),
        ("| 1 Doubling | | 5 min |", "| 1 Doubling | | 1 min |", "says 1 min for exercises"),
        ("| 1 Doubling | | 5 min |", "| 1 Doubling | 9 min | 5 min |", "says 9 min for reading"),
        ("| 1 Doubling | | 5 min |", "| 1 Halving | | 5 min |", "no row for the section"),
        ("| 1 Doubling | | 5 min |", "| 1 Halving | | 5 min |", "there is no such section"),
    ],
)
def test_a_table_of_times_that_is_off_is_found(lesson, old, new, message):
    assert re.search(message, "\n".join(times.differences(lesson(GOOD.replace(old, new)))))


def test_the_table_that_is_printed_is_one_that_the_lesson_may_state(lesson):
    page = lesson(GOOD)
    head = GOOD.index("**Time**")
    tail = GOOD.index("\n\n```{code-cell}")
    printed = times.table(times.measured(page) | {"2 Nothing": (0, 0)})
    assert "| 2 Nothing | | |" in printed.splitlines()
    restated = lesson(GOOD[:head] + times.table(times.measured(page)) + GOOD[tail:])
    assert times.differences(restated) == []
