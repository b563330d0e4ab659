"""A function behind the wall is judged as if it ran here: same verdict, same mistake named.

The functions of the course itself, right and wrong ones, are sent behind the wall as source.
"""

import contextlib
import inspect
import random
import time
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

import graded
import nnlib
from course.grading.limits import Limits
from course.grading.session import Session
from course.grading.standin import ProcessEnded, StandIn, _error
from nnlib.exercises import diagnose, engine
from nnlib.exercises.guard import TimeUp

SEEDS = (2, 3)
PATIENT = Limits(submission=600, starts=100)
LIBRARY = """\
import importlib.util, sys
for name in [n for n in sys.modules if n.partition(".")[0] in ("nnlib", "graded")]:
    del sys.modules[name]
class Sources:
    found = {}
    def find_spec(self, name, path=None, target=None):
        if name in self.found:
            package = name in ("nnlib", "nnlib.exercises", "graded")
            return importlib.util.spec_from_loader(name, self, is_package=package)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.__file__ = f"/nowhere/{module.__name__}.py"
        exec(compile(self.found[module.__name__], module.__file__, "exec"), module.__dict__)
sys.meta_path.insert(0, Sources())
"""
PICK = """\
import importlib
from nnlib.exercises import engine
def pick(module, name):
    importlib.import_module(module)
    made = engine.find(name)
    functions = [made.reference, *made.alternatives]
    functions += [mistake.function for mistake in made.mistakes.values()]
    for number, function in enumerate(functions):
        globals()[f"{name}__{number}"] = function
"""
BY_NAME = {made.name: made for made in graded.load() + engine.exercises()}


def library():
    """Two cells: the course's own library, and what is picked of it. After every cell the process
    looks at all functions that there are."""
    lines = [LIBRARY]
    for package in (nnlib, graded):
        root = Path(package.__file__).parent
        for path in [*root.glob("*.py"), *root.glob("exercises/*.py")]:
            name = ".".join([package.__name__, *path.relative_to(root).with_suffix("").parts])
            name = name.removesuffix(".__init__")
            lines.append(f"Sources.found[{name!r}] = {path.read_text(encoding='utf-8')!r}")
    picks = [f"pick({made.reference.__module__!r}, {name!r})" for name, made in BY_NAME.items()]
    return ["\n".join(lines), "\n".join([PICK, *picks])]


@pytest.fixture(scope="module")
def course():
    """A session in which every function of every exercise lies under a name of its own."""
    with Session(library(), limits=PATIENT) as session:
        assert [result["error"] for result in session.results if result["error"]] == []
        yield session


def chosen(made):
    """Reference, other right versions and three mistakes: (number, function)."""
    right = [made.reference, *made.alternatives]
    wrong = [mistake.function for mistake in made.mistakes.values()]
    places = sorted({0, len(wrong) // 2, len(wrong) - 1})
    return [*enumerate(right), *((len(right) + i, wrong[i]) for i in places)]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_exercise_is_judged_as_if_it_ran_here(name, course):
    made = BY_NAME[name]
    for number, function in chosen(made):
        here = diagnose(function, made, SEEDS)
        there = diagnose(StandIn(course, f"{name}__{number}"), made, SEEDS)
        verdicts = [(d.status, d.mistake, d.remarks) for d in (here, there)]
        assert verdicts[0] == verdicts[1], f"version {number} of {name}"
        right = number <= len(made.alternatives)
        assert (there.status == "passed") == right


# --- one feature at a time -------------------------------------------------------------------

FEATURES = '''\
import functools, random, sys, warnings
import numpy as np

class Mine(ValueError): pass
def plain(a, b=2, *rest, key=None, **more): return a
def stub(x):
    """Not written."""
    ...
def warns(x):
    warnings.warn("be careful", RuntimeWarning)
    return np.log(np.zeros(1))
def prints(x):
    print("hello", x)
    return x
def in_place(x):
    x += 1
    return x
def in_dict(x):
    x["a"] = x["a"] + 1
    x["new"] = 5
def in_list(x):
    x.append(4)
def yields(x):
    yield from x
def yields_then_stops(x):
    yield 1
    raise ValueError("in the middle")
def draws(rng): return rng.random(3)
def draws_globally(x): return np.random.rand(), random.random()
def calls(f, x): return f(x), f(x + 1)
def calls_wrongly(f, x): return f(x, 1, 2)
def same(x): return x
def raises_key(x): return {}["missing"]
def raises_axis(x): return np.sum(np.zeros(3), axis=5)
def raises_linalg(x): return np.linalg.inv(np.zeros((2, 2)))
def raises_unicode(x): return b"\\xff".decode()
def raises_name(x): return nump.zeros(3)
def raises_attribute(x): return np.zeros(3).sgn()
def raises_own(x): raise Mine("own words")
def raises_exit(x): sys.exit(3)
def raises_interrupt(x): raise KeyboardInterrupt
def raises_numpy(x): raise np.exceptions.AxisError(1, 1)
def asks(x): return input("?")
partial = functools.partial(lambda factor, x: factor * x, 3)
'''


@pytest.fixture(scope="module")
def features():
    with Session([FEATURES], limits=PATIENT) as session:
        yield lambda name: StandIn(session, name)


@pytest.fixture(scope="module")
def here():
    space = {"__name__": "features"}
    exec(FEATURES, space)
    return types.SimpleNamespace(**space)


def test_the_signature_is_the_functions_own(features, here):
    there = inspect.signature(features("plain"))
    assert [(p.name, p.kind) for p in there.parameters.values()] == [
        (p.name, p.kind) for p in inspect.signature(here.plain).parameters.values()
    ]


def test_a_stub_is_known_and_what_is_missing_too(features):
    assert features("stub").is_stand_in
    assert not features("plain").is_stand_in
    assert not features("nothing").exists


def test_warnings_and_printing_happen_here(features, capsys):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert features("warns")(1) == -np.inf
    assert [(w.category, str(w.message)) for w in seen] == [
        (RuntimeWarning, "be careful"),
        (RuntimeWarning, "divide by zero encountered in log"),
    ]
    features("prints")(7)
    assert capsys.readouterr().out == "hello 7\n"


def test_changes_of_arguments_happen_here(features):
    array, table, items = np.arange(3.0), {"a": np.ones(2)}, [1]
    features("in_place")(array)
    features("in_dict")(table)
    features("in_list")(items)
    assert array.tolist() == [1, 2, 3]
    assert table["a"].tolist() == [2, 2] and table["new"] == 5
    assert items == [1, 4]


def test_iterators_come_as_iterators_with_their_errors(features):
    found = features("yields")([1, 2])
    assert hasattr(found, "__next__") and list(found) == [1, 2]
    with pytest.raises(ValueError, match="in the middle"):
        features("yields_then_stops")(1)


def test_a_generator_of_random_numbers_goes_on_where_the_function_left_it(features):
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    assert features("draws")(theirs).tolist() == ours.random(3).tolist()
    assert theirs.bit_generator.state == ours.bit_generator.state


def test_global_random_numbers_follow_the_seed(features):
    for seed in (0, 5):
        np.random.seed(seed)  # noqa: NPY002
        random.seed(seed)
        expected = np.random.rand(), random.random()  # noqa: NPY002
        np.random.seed(seed)  # noqa: NPY002
        assert features("draws_globally")(0) == expected


def test_functions_go_in_and_are_called_here(features):
    seen = []

    def f(x, *more):
        seen.append(x)
        return 2 * x

    assert features("calls")(f, 3) == (6, 8)
    assert seen == [3, 4]

    def picky(x):
        return x

    with pytest.raises(RuntimeError, match="TypeError"):
        features("calls_wrongly")(picky, 3)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -(2**200), 1.5, 2j, "é", ..., [1, [2, (3,)]], {"a": {1: 2}}, np.float32(2)],
    ids=repr,
)
def test_values_come_back_as_they_went(features, value):
    found = features("same")(value)
    assert type(found) is type(value) and found == value


ERRORS = [line.split("(")[0][4:] for line in FEATURES.splitlines() if "def raises" in line]


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_the_same_kind_with_the_same_words(features, here, name):
    found = []
    for function in (getattr(here, name), features(name)):
        with pytest.raises(BaseException) as caught:
            function(1)
        found.append(caught.value)
    ours, theirs = found
    if isinstance(ours, KeyboardInterrupt):  # nobody pressed a key
        ours = SystemExit("KeyboardInterrupt")
    builtin = [kind for kind in type(ours).__mro__ if kind.__module__ == "builtins"]
    assert isinstance(theirs, builtin[0]) or isinstance(ours, UnicodeDecodeError)
    assert type(theirs).__name__ == type(ours).__name__
    assert str(theirs) == str(ours)
    assert getattr(theirs, "name", None) == getattr(ours, "name", None)


def test_input_has_nobody_to_ask(features):
    with pytest.raises(EOFError, match=r"input\(\) was called"):
        features("asks")(1)


def test_a_partial_function_is_a_function(features):
    assert features("partial")(2) == 6


# --- functions that are given in are misused -------------------------------------------------

MISUSE = """\
import sys, threading
import numpy as np

def recurses(f, x): return f(lambda y: f(y))
def often(f, x):
    while True: f(x)
def giant(f, x):
    while True: f(np.zeros(900_000))
def odd(f, x):
    for given in (None, "x" * 10**6, [[]] * 1000, {}, object(), np.zeros((0, 3)), 10**100):
        try: f(given)
        except RuntimeError: pass
    f(x=1, **{"y z": 2})
def later(f, x):
    global kept
    kept = f
    return 1
def after(f, x): return kept(x)
def from_a_thread(f, x):
    thread = threading.Thread(target=lambda: [f(x) for _ in range(50)])
    thread.start()
    return [f(x) for _ in range(50)] and 1
"""


@pytest.fixture
def misuse():
    with Session([MISUSE], limits=Limits(call=0.5, patience=4, received=32 * 1024**2)) as session:
        yield lambda name: StandIn(session, name)


@pytest.mark.parametrize("name", ["recurses", "often", "giant", "odd", "later", "from_a_thread"])
def test_misuse_of_a_function_ends_the_call_or_is_refused(misuse, name):
    log = []

    def f(x):
        log.append(np.shape(x))
        return np.sum(x)

    with contextlib.suppress(BaseException):
        assert misuse(name)(f, 1.0) in (1, None)
    assert len(log) < 200_000
    if name == "from_a_thread":  # one that still waits for an answer takes a later request for it
        time.sleep(0.5)
        for _ in range(2):
            with contextlib.suppress(TimeUp, ProcessEnded):
                assert misuse("later")(f, 1.0) == 1
    assert misuse("later")(f, 1.0) == 1  # the next call works, in a new process if need be


def test_a_function_kept_from_an_earlier_call_reaches_nothing_but_that_of_the_present(misuse):
    misuse("later")(lambda x: 111, 1.0)
    assert misuse("after")(lambda x: 5, 1.0) == 5
    with pytest.raises(RuntimeError, match="IndexError"):
        misuse("after")(1.0, 1.0)


# --- results that would keep the course busy -------------------------------------------------

HUGE = """\
import numpy as np
def rows(*args): return np.zeros((500_000, 1), "u1")
def no_rows(*args): return np.zeros((500_000, 0))
def items(*args): return [0.0] * 100_000
def nested(*args): return {"a": [[1.0] * 200] * 200}
def yields(*args): yield from [np.zeros((100, 1))] * 500
def changes(x): x.extend([1.0] * 50_000)
def gives(f, x): return f(np.zeros(200_000))
"""


@pytest.fixture(scope="module")
def huge():
    with Session([HUGE]) as session:
        yield lambda name: StandIn(session, name)


@pytest.mark.parametrize("name", ["rows", "no_rows", "items", "nested", "yields", "changes"])
def test_a_result_that_nobody_wants_to_compare_is_a_memory_error(huge, name):
    with pytest.raises(MemoryError, match="more than"):
        huge(name)([])


def test_so_is_what_a_function_of_ours_is_given(huge):
    with pytest.raises(RuntimeError, match="MemoryError"):
        huge("gives")(len, 1)


def test_after_such_a_result_the_function_is_not_called_again(huge):
    found = diagnose(huge("rows"), "minibatches")
    assert (found.status, found.mistake) == ("raised", "huge-array")


def test_long_texts_are_cut_before_anybody_searches_them():
    told = {"types": ["ValueError"], "text": "core dimension " + "1" * 10**6, "args": []}
    error = _error(told)
    assert isinstance(error, ValueError) and len(str(error)) <= 1000
