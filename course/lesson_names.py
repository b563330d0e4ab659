"""Find lessons by what people call them: 01, 01_forward_pass or solutions/01_forward_pass.md."""

from pathlib import Path

SOURCES = "[0-9][0-9]_*.md"


class UnknownLesson(ValueError):
    """A word that names no lesson; its text says which there are."""


def matching(word, names):
    """The one of `names` that `word` means, by its number or in full; None if there is none."""
    stem = Path(word).stem
    return next((name for name in names if stem in (name, name.split("_")[0])), None)


def find_sources(root):
    """The lesson sources of a checkout in their order: a list of paths."""
    return sorted((root / "solutions").glob(SOURCES))


def named_sources(root, words=()):
    """The paths of the lesson sources at `root` that `words` name, or of all, in their order.

    Raises UnknownLesson.
    """
    known = {path.stem: path for path in find_sources(root)}
    wanted = {word: matching(word, known) for word in words}
    for word, name in wanted.items():
        if name is None:
            raise UnknownLesson(
                f"there is no lesson {word!r}; there are {', '.join(known) or 'none'}."
            )
    return [path for name, path in known.items() if not words or name in wanted.values()]
