"""Functions of earlier lessons that a submission may use without having written them.

Each may be used from the lesson after the one that asks for it; behind the wall there is no nnlib.
"""

import ast
import functools
import inspect
import re
import textwrap

from nnlib.exercises import exercises


@functools.cache
def source(assignment):
    """The code of the functions that the lessons before that of "04_name" asked for."""
    lesson = re.match(r"\d\d", assignment)
    earlier = [made.reference for made in exercises() if lesson and made.lesson < lesson[0]]
    needed = [part for function in earlier for part in [*_helpers(function), function]]
    return "\n\n".join(map(_plain, dict.fromkeys(needed)))


def _helpers(function):
    """The other functions of its file that a reference uses."""
    used = [function.__globals__.get(name) for name in function.__code__.co_names]
    mine = [f for f in used if inspect.isfunction(f) and f.__module__ == function.__module__]
    return [helper for f in mine for helper in [*_helpers(f), f]]


def _plain(function):
    """A function's code without its decorators, and with plain calls of other references."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    tree.decorator_list = []
    return ast.unparse(_Plain().visit(tree))


class _Plain(ast.NodeTransformer):
    def visit_Attribute(self, node):
        return self.generic_visit(node).value if node.attr == "reference" else node
