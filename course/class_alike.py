"""Finds submissions whose answers are unusually alike: a hint to look, never a verdict.

Comments, layout and the names of variables do not count. Neither does what many have, what was
handed out, nor what the course's own answer says: honest short answers are alike by themselves.
"""

import ast
import collections
import io
import itertools
import tokenize

LENGTH = 8  # tokens in a row that are compared together
MANY = 0.05  # the share of the class from which on a piece of code is common knowledge
FEW = 3  # but so many may share it in any class
LEAST = 30  # pieces of its own that an answer must have, to be compared at all
ALIKE = 0.8  # the share of such pieces in common from which on a pair is told
WORDS = (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
LAYOUT = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def pairs(answers, known=()):
    """[(share in common, student, student)] of {student: [code of each answer]}, most first.

    `known`: code that everybody may have, such as what was handed out.
    """
    everybody = set().union(*(pieces(code) for code in known)) if known else set()
    own = {name: set().union(*map(pieces, codes)) for name, codes in answers.items() if codes}
    frequent = collections.Counter(piece for found in own.values() for piece in found)
    most = max(FEW, MANY * len(answers))
    rare = {
        name: {piece for piece in found - everybody if frequent[piece] <= most}
        for name, found in own.items()
    }
    found = []
    for (one, other), common in _in_common(rare).items():
        share = 2 * common / (len(rare[one]) + len(rare[other]))
        if min(len(rare[one]), len(rare[other])) >= LEAST and share >= ALIKE:
            found.append((share, one, other))
    return sorted(found, key=lambda pair: (-pair[0], pair[1:]))


def _in_common(rare):
    """{(student, student): how many pieces both have}."""
    having = collections.defaultdict(list)
    for name in sorted(rare):
        for piece in rare[name]:
            having[piece].append(name)
    count = collections.Counter()
    for names in having.values():
        count.update(itertools.combinations(names, 2))
    return count


def pieces(code):
    """The set of all runs of LENGTH tokens of normalised code."""
    words = normalised(code)
    return {tuple(words[i : i + LENGTH]) for i in range(len(words) - LENGTH + 1)}


def normalised(code):
    """The tokens of code without comments, docstrings, layout and names of its own."""
    try:
        tree = ast.parse(code)
        own = _own_names(tree)
        text = ast.unparse(_without_docstrings(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code.split()
    words = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in WORDS:
            words.append("name" if token.string in own else token.string)
        elif token.type in LAYOUT:
            words.append(tokenize.tok_name[token.type])
    return words


def _own_names(tree):
    """The names that code gives to its variables and arguments."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def _without_docstrings(tree):
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1 and _is_text(body[0]):
            del body[0]
    return tree


def _is_text(statement):
    found = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return found and isinstance(statement.value.value, str)
