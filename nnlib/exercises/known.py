"""Stages that find a mistake of the catalogue.

A stage takes a Trial and gives (slug, message), (slug, message, index of a probe), or None.
"""


def exactly(trial):
    """The function does what a mistake does, on every probe."""
    for slug, known in trial.theirs.all():
        pairs = zip(known, trial.got, strict=True)
        if all(k.same_as(g, trial.exercise.rtol) for k, g in pairs):
            return slug, message(trial, slug)
    return None


def nearly(trial):
    """It does what a mistake does on all generic probes, or on all special ones it spoils."""
    best = None
    for slug, known in trial.theirs.all():
        agree = _agreement(trial, known)
        if agree is not None and (best is None or agree > best[0]):
            best = agree, slug, known
    if best is None:
        return None
    return best[1], message(trial, best[1]) + trial.more(best[2])


def _agreement(trial, known):
    """How many special probes agree with a mistake that fits; None if it does not fit."""
    rtol = trial.exercise.rtol
    generic, special = set(trial.where("generic")), set(trial.where("special"))
    if not all(known[i].same_value(trial.got[i], rtol) for i in sorted(generic)):
        return None
    alike = trial.alike(known)
    spoilt = {i for i in generic | special if not trial.expected[i].accepts(known[i], rtol)}
    if not spoilt & generic:  # it shows on special probes only: on all of them, then
        return len(special & alike) if spoilt and spoilt <= alike & set(trial.failing) else None
    if all(known[i].error is not None for i in generic):  # errors alone say too little
        squares = set(trial.where("square"))
        return len(special & alike) if squares and alike >= squares else None
    if all(trial.expected[i].same_value(trial.got[i], rtol) for i in generic):
        if not all(known[i].same_as(trial.got[i], rtol) for i in generic):
            return None  # the same values as the right ones: only the side effects are theirs
    return len(special & alike)


def on_squares(trial):
    """It raises wherever sizes differ; where all sizes are equal, it does what a mistake does."""
    squares = trial.where("square")
    if not squares or not trial.raising():
        return None
    for slug, known in trial.theirs.all():
        raises = trial.raising(known) and all(known[i].error is None for i in squares)
        if raises and trial.alike(known) >= set(squares):
            return slug, message(trial, slug)
    return None


def by_its_property(trial):
    """It has the property by which a mistake is known, whatever its numbers are, in every call."""
    where = trial.where("generic")
    if any(trial.got[i].error is not None for i in where):
        return None
    for slug, mistake in trial.exercise.mistakes.items():
        if mistake.when and all(_holds(mistake.when, trial, i) for i in where):
            return slug, mistake.message
    return None


def _holds(test, trial, i):
    try:
        return bool(test(trial.got[i].result, *trial.cases[i].args))
    except Exception:  # a result of which the question cannot be asked
        return False


def by_what_is_seen(trial):
    """Wherever it fails, an observer tells of it what it tells of one mistake and of no other.

    It may be right in some generic calls by chance, as random numbers are.
    """
    failing = [i for i in trial.failing if trial.cases[i].kind == "generic"]
    seen = {trial.got[i].value for i in failing if isinstance(trial.got[i].value, str)}
    if len(seen) != 1 or any(not isinstance(trial.expected[i].value, str) for i in failing):
        return None
    at, text = failing[0], seen.pop()
    alike = [slug for slug, outcomes in trial.theirs.single() if outcomes[at].value == text]
    return (alike[0], message(trial, alike[0]), at) if len(alike) == 1 else None


def message(trial, slug):
    """What a learner who made this mistake is told."""
    return trial.exercise.known(slug).message
