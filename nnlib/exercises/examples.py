"""`examples`: runs a function on a few inputs whose results are given, before it is handed in."""

from nnlib.exercises import engine, outcomes, raised, report
from nnlib.exercises.probes import generic
from nnlib.exercises.stub import is_stub

RTOL = 1e-3  # results are given with a few decimals


class OnExamples(report.Diagnosis):
    """A Diagnosis that claims no more than the examples show."""

    def _title(self):
        return "right on the examples" if self.status == "passed" else super()._title()


def examples(f, *pairs):
    """Show what `f` does on pairs of (tuple of arguments, expected result).

    Numbers are compared to three digits. Raises NotRight at the first pair whose result differs;
    a function that is not written yet raises nothing. TypeError where `f` is not a function.
    """
    if not callable(f):
        raise TypeError(f"examples() takes the function itself, not a {type(f).__name__}.")
    diagnosis = _diagnose(f, pairs)
    shown = report.show(diagnosis) if report.in_ipython() else False
    if diagnosis.status in ("wrong", "raised"):
        raise report.NotRight(diagnosis, shown)
    if not shown:
        report.show(diagnosis)


def _diagnose(f, pairs):
    name = engine._name(f)
    if is_stub(f):
        return OnExamples(name, "not attempted", message="Write it above, then run both cells.")
    for args, expected in pairs:
        found = _wrong(f, name, args, expected)
        if found:
            return found
    message = "It gives what the examples say. The points come from other inputs."
    return OnExamples(name, "passed", message=message)


def _wrong(f, name, args, expected):
    """The Diagnosis of a call that gives something else than `expected`, or None."""
    made = engine.Exercise(f, "", None)
    (outcome,) = outcomes.run_in_turn(f, [(generic(*args), 0)], made)
    inputs = dict(zip(made.parameters, args, strict=False))
    example = report.Example(inputs, expected, outcome.error or outcome.value)
    if outcome.error is not None:
        slug, message = raised.explain(outcome.error, made, engine.lessons())
        return OnExamples(name, "raised", slug, message, example=example)
    if not outcomes.same(expected, outcome.value, RTOL):
        message = "The result is not the one of the example."
        return OnExamples(name, "wrong", None, message, example=example)
    if outcome.changed:
        names = " and ".join(f"`{changed}`" for changed in outcome.changed)
        message = f"The result is right, but the call changes {names}. Work on a copy."
        return OnExamples(name, "wrong", "changed-in-place", message)
    return None
