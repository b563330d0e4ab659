"""Every lesson works in JupyterLab in a real browser: Run All, its interactive figures, a digit."""

import json
import math
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from ipykernel.kernelspec import get_kernel_dict
from machine import chromium

from course import forked
from course.lab import SETTINGS as LAB_SETTINGS
from course.notebooks import MUST_RAISE, WIDGET_VIEW, kernel_environment
from course.requirements import ROOT

LESSONS = sorted(path.stem for path in (ROOT / "solutions").glob("*.md"))
DIGITS = "06_digits_classifier"
LEARNERS = f"lessons/{DIGITS}.ipynb"  # runs in the kernel that a learner gets
# The browser reaches this machine alone; no page lives long enough to make up for optimising it.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
FLAGS = ("--disable-gpu", ALONE, "--js-flags=--no-opt")
# How long to wait for what never comes; nothing is expected to take this long.
HANGS = 120
# No blinking cursor, for which a browser draws 60 pictures each second.
SETTINGS = {"codemirror-extension/plugin": {"defaultConfig": {"cursorBlinkRate": 0}}}
CONTROL = "canvas, [role=slider], select, button:has-text('Start')"

# Strokes on the pad, as shares of its width and height.
STROKES = {
    "0": [(0.5 + 0.2 * math.sin(t / 4), 0.5 - 0.33 * math.cos(t / 4)) for t in range(26)],
    "1": [(0.36, 0.3), (0.5, 0.14), (0.5, 0.5), (0.5, 0.86)],
    "3": [(0.34, 0.2), (0.46, 0.13), (0.6, 0.18), (0.64, 0.3), (0.57, 0.42), (0.46, 0.47)]
    + [(0.6, 0.52), (0.67, 0.65), (0.6, 0.8), (0.46, 0.86), (0.33, 0.8)],
}

# The application itself says what became of the cells: on the page there are only those in view.
OPEN = """async (path) => {
  const panel = await jupyterapp.commands.execute("docmanager:open", { path });
  await Promise.all([panel.revealed, panel.context.ready, panel.sessionContext.ready]);
  await panel.sessionContext.session.kernel.info;
}"""
# Run All ends early at a cell that is meant to raise; the kernel's answer comes after all cells.
RUN_ALL = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await jupyterapp.commands.execute("notebook:run-all-cells");
  await panel.sessionContext.session.kernel.requestKernelInfo();
  return panel.content.model.toJSON();
}"""
SCROLL = """(index) => jupyterapp.shell.currentWidget.content.scrollToItem(index, "start")"""
CLOSE = """async () => {
  for (const panel of [...jupyterapp.shell.widgets("main")].filter((each) => each.context)) {
    await panel.sessionContext.shutdown();
    panel.dispose();
  }
}"""
IN_TIME = """(argument) => Promise.race([(%s)(argument), new Promise((_, fail) =>
  setTimeout(() => fail(new Error("not done in %d s")), %d))])"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page of a real browser with a JupyterLab of its own on copies of all notebooks."""
    with chromium(*FLAGS) as browser, jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        opened = browser.new_page(viewport={"width": 1000, "height": 600})
        opened.set_default_timeout(1000 * HANGS)
        opened.goto(address)
        opened.wait_for_function("window.jupyterapp")
        in_time(opened, "() => jupyterapp.restored")
        yield opened


@contextmanager
def jupyterlab(folder):
    """The address of a JupyterLab that runs meanwhile, with all its files in `folder`."""
    for name in ("lessons", "solutions"):
        shutil.copytree(ROOT / name, folder / "work" / name)
    fork_kernels(folder)
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(command(folder), env=environment(folder), stdout=log, stderr=log)
    try:
        yield address(server, folder)
    finally:
        server.terminate()
        try:
            server.wait(HANGS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def fork_kernels(folder):
    """Let notebooks have forked kernels, which take less time: all but the one lesson that gets
    what its learner gets.

    tests/test_notebooks.py looks after the imports that a lesson lacks, which a fork would hide.
    """
    spec = folder / "DATA" / "kernels" / forked.NAME / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(get_kernel_dict() | {"metadata": forked.provisioner()}))
    (folder / "CONFIG").mkdir()
    told = "from course import forked\nforked.provisioner()\n"
    (folder / "CONFIG" / "jupyter_server_config.py").write_text(told)
    for path in set((folder / "work").rglob("*.ipynb")) - {folder / "work" / LEARNERS}:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"]["name"] = forked.NAME
        path.write_text(json.dumps(notebook), encoding="utf-8")


def command(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "-y"]
    options += [f"--ServerApp.root_dir={folder / 'work'}", "--expose-app-in-browser"]
    options += [f"--IdentityProvider.token={secrets.token_hex()}"]
    return [sys.executable, "-m", "jupyterlab", *options]


def environment(folder):
    """Nothing of a person's own settings; those that `course lab` gives."""
    for name, settings in SETTINGS.items():
        file = folder / "SETTINGS" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings))
    jupyter = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    lab = {f"JUPYTERLAB_{kind}_DIR": str(folder / kind) for kind in ("SETTINGS", "WORKSPACES")}
    course = {"JUPYTER_CONFIG_PATH": str(LAB_SETTINGS)}
    return kernel_environment() | jupyter | lab | course


def address(server, folder):
    """The page of the server as soon as it listens: it writes down then where it is."""
    end = time.monotonic() + HANGS
    while server.poll() is None and time.monotonic() < end:
        for written in (folder / "RUNTIME").glob("jpserver-*.json"):
            try:
                at = json.loads(written.read_text())
            except ValueError:
                continue  # only half of it is written
            return f"{at['url']}lab?token={at['token']}&reset"
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start: {(folder / 'log').read_text()[-2000:]}")


def in_time(page, script, argument=None):
    """What the page's `script` gives; an error if it does not end."""
    return page.evaluate(IN_TIME % (script, HANGS, 1000 * HANGS), argument)


@contextmanager
def ran(page, path):
    """The cells of the notebook at `path` after Run All; it stays open meanwhile."""
    try:
        in_time(page, OPEN, path)
        yield in_time(page, RUN_ALL)["cells"]
    finally:
        in_time(page, CLOSE)


def troubles(cells):
    """What went wrong in a run, in words, for each cell in which something did."""
    for number, cell in enumerate(cells):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        errors = [out for out in cell["outputs"] if out["output_type"] == "error"]
        wanted = MUST_RAISE in cell["metadata"].get("tags", [])
        if cell["execution_count"] is None:
            yield f"cell {number} ({cell['id']}) did not run"
        elif wanted and not errors:
            yield f"cell {number} ({cell['id']}) raised nothing"
        elif errors and not wanted:
            yield f"cell {number} ({cell['id']}): {errors[0]['ename']}: {errors[0]['evalue']}"


def figures(page, cells):
    """(cell id, its outputs on the page) of each interactive figure, scrolled into view."""
    for number, cell in enumerate(cells):
        if any(WIDGET_VIEW in out.get("data", {}) for out in cell.get("outputs", [])):
            in_time(page, SCROLL, number)
            cell_on_page = page.locator(f".jp-Notebook [data-windowed-list-index='{number}']")
            yield cell["id"], cell_on_page.locator(".jp-OutputArea").first


def picture(outputs):
    """The source and the alternative text of the last picture: the one that answers."""
    return outputs.locator("img").last.evaluate("image => [image.src, image.alt]")


def drive(control):
    """Move a control as a person would, away from the end where it may stand."""
    kind = control.evaluate("element => element.tagName")
    if kind == "CANVAS":
        draw(control, STROKES["1"])
    elif kind == "SELECT":
        first = control.evaluate("element => element.selectedIndex") == 0
        control.select_option(index=1 if first else 0)
    elif kind == "BUTTON":
        control.click()
    else:
        now, end = map(control.get_attribute, ("aria-valuenow", "aria-valuemax"))
        control.press("ArrowLeft" if now is not None and now == end else "ArrowRight")


def draw(pad, points):
    """Draw one stroke with the mouse."""
    pad.scroll_into_view_if_needed()
    box, mouse = pad.bounding_box(), pad.page.mouse
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place)
    mouse.up()


def comes(page, true):
    """Whether `true()` holds, now or some time later."""
    end = time.monotonic() + HANGS / 4
    while not true() and time.monotonic() < end:
        page.wait_for_timeout(50)
    return true()


def assert_it_answers(page, cell, outputs):
    """A move of the figure's first control changes the picture and brings no error."""
    control = outputs.locator(CONTROL).first
    control.wait_for()
    before = picture(outputs)
    drive(control)
    assert comes(page, lambda: picture(outputs) != before), f"{cell}: the same picture"
    assert not outputs.get_by_role("alert").all_inner_texts(), cell


NAMELESS = """elements => elements
    .filter(e => !(e.ariaLabel || e.title || e.labels?.length || e.textContent.trim()))
    .map(e => e.outerHTML)"""


def assert_its_controls_have_names(page, cell, outputs):
    """A screen reader says of every control what it is."""
    controls = outputs.locator("[role=slider], .widget-readout, button, select, canvas")
    comes(page, lambda: not controls.evaluate_all(NAMELESS))
    assert not controls.evaluate_all(NAMELESS), cell


def assert_it_is_read(page, outputs, digit, points):
    """A digit that is drawn on the empty pad is read as that digit."""
    outputs.get_by_role("button", name="Clear").click()
    assert comes(page, lambda: "nothing is drawn" in picture(outputs)[1]), "not cleared"
    draw(outputs.locator("canvas"), points)
    read = comes(page, lambda: picture(outputs)[1].endswith(f", for {digit}."))
    assert read, f"a drawn {digit}: {picture(outputs)[1]}"


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_its_figures_answer(page, name):
    moved, pads = 0, 0
    with ran(page, f"lessons/{name}.ipynb") as cells:
        assert not list(troubles(cells))
        for cell, outputs in figures(page, cells):
            assert_it_answers(page, cell, outputs)
            assert_its_controls_have_names(page, cell, outputs)
            moved += 1
            if outputs.locator("canvas").count():
                pads += 1
                for digit, points in STROKES.items():
                    assert_it_is_read(page, outputs, digit, points)
    assert moved, "no figure to move"
    assert pads or name != DIGITS, "no pad to draw on"


@pytest.mark.parametrize("name", LESSONS)
def test_a_solved_notebook_runs(page, name):
    with ran(page, f"solutions/{name}.ipynb") as cells:
        assert not list(troubles(cells))


def test_nobody_is_asked_about_news_nor_is_any_fetched(page):
    plugin = "@jupyterlab/apputils-extension:notification"
    told = in_time(page, "(id) => jupyterapp.serviceManager.settings.fetch(id)", plugin)
    settings = json.loads(told["raw"] or "{}")
    assert not settings  # what follows is the course's, not a person's
    news = told["schema"]["properties"]
    assert (news["fetchNews"]["default"], news["checkForUpdates"]["default"]) == ("false", False)
    assert page.get_by_text("Jupyter news").count() == 0
