"""Makes wrong functions out of right ones: small random changes of the syntax tree.

`bases(exercise)` are the right versions, `singles(base)` all single changes of one, `Base.mutant`
makes a function of some of them. What is changed is what beginners get wrong: operators, their
order, axes, constants, slices, transposes, signs, factors, names, and statements out of place.
"""

import ast
import copy
import functools
import inspect
import itertools
import linecache
import textwrap
from dataclasses import dataclass

OPERATORS = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"},
    **{ast.Pow: "**", ast.FloorDiv: "//"},
}
COMPARISONS = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
}
# Functions that are easily taken for one another; each may become any other of its group.
GROUPS = [
    {"mean", "sum", "max", "min", "std", "var", "median"},
    {"exp", "log", "sqrt", "abs", "square", "tanh", "sign"},
    {"argmax", "argmin", "argsort", "max"},
    {"maximum", "minimum"},
    {"zeros", "ones"},
    {"zeros_like", "ones_like"},
    {"dot", "multiply", "outer"},
    {"normal", "uniform", "integers"},
    {"all", "any"},
    {"append", "extend"},
    {"sigmoid", "relu", "softmax", "tanh"},
    {"vstack", "hstack"},
    {"ravel", "transpose"},
]


@dataclass(frozen=True)
class Edit:
    """One change: what it does in words, and where in the tree what goes in."""

    text: str
    at: int  # number of the parent node in the order of ast.walk
    field: str
    index: int | None  # place in a list of children
    new: tuple  # the nodes that take the place of the old one


@dataclass(frozen=True)
class Base:
    """A right version of an exercise as a syntax tree, with the names it can see."""

    exercise: str
    name: str
    tree: ast.FunctionDef
    space: dict

    def source(self, edits=()):
        """The text that these edits make; "" where they do not go together."""
        tree = copy.deepcopy(self.tree)
        places = [(edit, _at(tree, edit.at)) for edit in edits]
        fits = [_put(parent, edit) for edit, parent in places]
        return ast.unparse(ast.fix_missing_locations(tree)) if all(fits) else ""

    def mutant(self, edits):
        """The function that these edits make, and its source; None where it is no Python."""
        source = self.source(edits)
        return compiled(source, self) if source else None


def compiled(source, base):
    """(function, source), or None where `source` is no Python."""
    place = f"<mutant of {base.exercise}>"
    try:
        code = compile(source, place, "exec")
    except (SyntaxError, ValueError):
        return None
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    space = dict(base.space)
    exec(code, space)
    return space[base.tree.name], source


def bases(exercise):
    """The reference of an exercise and its other right versions, each as a Base."""
    functions = [exercise.reference, *exercise.alternatives]
    return [base for f in functions if (base := _base(exercise, f))]


def _base(exercise, function):
    """The Base of one function; None where it has no source of its own (a partial, a lambda)."""
    if isinstance(function, functools.partial) or not inspect.isfunction(function):
        return None
    module = ast.parse(textwrap.dedent(inspect.getsource(function)))
    if not isinstance(module.body[0], ast.FunctionDef):
        return None
    tree = module.body[0]
    tree.decorator_list = []
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    name, tree.name = tree.name, exercise.name
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    space = function.__globals__ | {free: cell.cell_contents for free, cell in cells}
    return Base(exercise.name, name, ast.fix_missing_locations(tree), space) if tree.body else None


def _at(tree, number):
    return next(itertools.islice(ast.walk(tree), number, None))


def _put(parent, edit):
    """Put an edit's nodes in their place; False where two edits do not go together."""
    new = copy.deepcopy(edit.new)
    if edit.index is None:
        setattr(parent, edit.field, new[0])
        return True
    children = getattr(parent, edit.field)
    if edit.index >= len(children):
        return False
    children[edit.index : edit.index + 1] = new
    return bool(children) or edit.field not in ("body", "targets")


# --- all single changes ---------------------------------------------------------------------


def singles(base):
    """Every single Edit of a base, in a fixed order."""
    scope, found = _Scope(base.tree), []
    for number, parent in enumerate(ast.walk(base.tree)):
        for field, value in ast.iter_fields(parent):
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, child in children:
                for text, new in _changes(child, parent, field, scope):
                    found.append(Edit(text, number, field, index, tuple(new)))
    return found


class _Scope:
    """The variables and texts that a function uses: what can be taken for one another."""

    def __init__(self, tree):
        nodes = list(ast.walk(tree))
        stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.names = sorted({n.arg for n in nodes if isinstance(n, ast.arg)} | stored)
        self.first = tree.args.args[0].arg if tree.args.args else None
        texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        self.texts = sorted(text for text in texts if len(text) < 12)


def _changes(child, parent, field, scope):
    """(text, new nodes) of everything that can be done to one child node."""
    if isinstance(child, ast.expr) and field not in ("targets", "target", "annotation", "keys"):
        if isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
            for change in EXPRESSIONS:
                for text, new in change(child, parent, scope):
                    yield text, [new]
    if isinstance(child, ast.keyword):
        yield f"argument {child.arg}= left out", []
    if isinstance(child, ast.stmt):
        for change in STATEMENTS:
            yield from change(child, parent, scope)


def _operator(node, parent, scope):
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        for kind, sign in OPERATORS.items():
            if not isinstance(node.op, kind):
                text = f"{OPERATORS[type(node.op)]} became {sign}"
                yield text, ast.BinOp(node.left, kind(), node.right)


def _operands(node, parent, scope):
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        sign = OPERATORS[type(node.op)]
        yield f"operands of {sign} swapped", ast.BinOp(node.right, node.op, node.left)
        yield f"right side of {sign} left out", node.left
        yield f"left side of {sign} left out", node.right


def _comparison(node, parent, scope):
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        for kind, sign in COMPARISONS.items():
            if not isinstance(node.ops[0], kind):
                text = f"{COMPARISONS[type(node.ops[0])]} became {sign}"
                yield text, ast.Compare(node.left, [kind()], node.comparators)


def _constant(node, parent, scope):
    value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    if isinstance(value, bool):
        yield f"{value} became {not value}", ast.Constant(not value)
    elif isinstance(value, int | float):
        for other in dict.fromkeys([value + 1, value - 1, -value, 2 * value, value / 2, 0]):
            if other != value:
                yield f"{value} became {other}", ast.Constant(other)
    elif isinstance(value, str) and value in scope.texts and not isinstance(parent, ast.JoinedStr):
        for other in scope.texts:
            if other != value:
                yield f"{value!r} became {other!r}", ast.Constant(other)


def _axis(node, parent, scope):
    """Another axis, None, or another value of a switch in a call."""
    for i, keyword in enumerate(getattr(node, "keywords", []) if _is_call(node) else []):
        if keyword.arg == "axis":
            for axis in (0, 1, -1, None):
                if ast.unparse(keyword.value) != str(axis):
                    new = copy.deepcopy(node)
                    new.keywords[i].value = ast.Constant(axis)
                    yield f"axis became {axis}", new


def _arguments(node, parent, scope):
    if not _is_call(node):
        return
    for i in range(len(node.args)):
        fewer = [*node.args[:i], *node.args[i + 1 :]]
        yield f"argument {i + 1} left out", ast.Call(node.func, fewer, node.keywords)
    for i in range(len(node.args) - 1):
        turned = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield "arguments swapped", ast.Call(node.func, turned, node.keywords)


def _call(node, parent, scope):
    if not _is_call(node):
        return
    name = ast.unparse(node.func).removeprefix("np.")
    for arg in node.args[:2]:
        yield f"call of {name} left out", arg
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != "np":
        yield f"call of .{node.func.attr} left out", node.func.value


def _function(node, parent, scope):
    """Another function of the same group."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    if not (_is_call(parent) and parent.func is node and isinstance(name, str)):
        return
    for other in sorted(set().union(*(g for g in GROUPS if name in g)) - {name}):
        new = copy.copy(node)
        setattr(new, "attr" if isinstance(node, ast.Attribute) else "id", other)
        yield f"{name} became {other}", new


def _transpose(node, parent, scope):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield ".T left out", node.value
    elif isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.MatMult | ast.Mult | ast.Add):
        yield ".T added", ast.Attribute(node, "T", ast.Load())


def _sign(node, parent, scope):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus left out", node.operand
    elif isinstance(parent, ast.BinOp | ast.Return | ast.Assign) and not _is_number(node):
        yield "minus added", ast.UnaryOp(ast.USub(), node)


def _factor(node, parent, scope):
    if not isinstance(parent, ast.BinOp | ast.Return | ast.Assign | ast.Tuple | ast.Dict):
        return
    yield "factor 2 added", ast.BinOp(ast.Constant(2), ast.Mult(), node)
    yield "halved", ast.BinOp(node, ast.Div(), ast.Constant(2))
    if scope.first:
        rows = ast.Call(ast.Name("len", ast.Load()), [ast.Name(scope.first, ast.Load())], [])
        yield "times the number of rows", ast.BinOp(node, ast.Mult(), rows)
        yield "divided by the number of rows", ast.BinOp(node, ast.Div(), rows)


def _wrapped(node, parent, scope):
    """A function too many around a value."""
    if isinstance(parent, ast.Return | ast.Assign) and not _is_number(node):
        for name in ("sum", "mean", "abs", "square", "sqrt", "round"):
            call = ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())
            yield f"{name} added", ast.Call(call, [node], [])
        whole = ast.Attribute(node, "astype", ast.Load())
        yield "made whole numbers", ast.Call(whole, [ast.Name("int", ast.Load())], [])


def _variable(node, parent, scope):
    if isinstance(node, ast.Name) and node.id in scope.names:
        for other in scope.names:
            if other != node.id:
                yield f"{node.id} became {other}", ast.Name(other, ast.Load())


def _subscript(node, parent, scope):
    if isinstance(node, ast.Subscript):
        yield "index left out", node.value
    if not isinstance(node, ast.Slice):
        return
    if node.lower:
        yield "slice: start left out", ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield "slice: end left out", ast.Slice(node.lower, None, node.step)
        less = ast.BinOp(node.upper, ast.Sub(), ast.Constant(1))
        yield "slice: end one earlier", ast.Slice(node.lower, less, node.step)
    back = ast.UnaryOp(ast.USub(), ast.Constant(1))
    yield "slice: backwards", ast.Slice(node.lower, node.upper, back)


def _range(node, parent, scope):
    if _is_call(node) and ast.unparse(node.func) in ("range", "reversed", "enumerate", "zip"):
        name = ast.unparse(node.func)
        if name == "range" and len(node.args) == 1:
            less = ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1))
            yield "range: one fewer", ast.Call(node.func, [less], [])
            yield "range: from 1", ast.Call(node.func, [ast.Constant(1), *node.args], [])


def _condition(node, parent, scope):
    if isinstance(node, ast.IfExp):
        yield "condition turned round", ast.IfExp(node.test, node.orelse, node.body)
        yield "condition left out", node.body
        yield "condition never true", node.orelse
    if isinstance(node, ast.BoolOp):
        kind = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "and/or exchanged", ast.BoolOp(kind, node.values)
        for value in node.values:
            yield "one condition only", value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", node.operand
    elif isinstance(parent, ast.If | ast.While) and parent.test is node:
        yield "not added", ast.UnaryOp(ast.Not(), node)


EXPRESSIONS = [
    *(_operator, _operands, _comparison, _constant, _axis, _arguments, _call, _function),
    *(_transpose, _sign, _factor, _wrapped, _variable, _subscript, _range, _condition),
]


def _is_call(node):
    return isinstance(node, ast.Call)


def _is_number(node):
    return isinstance(node, ast.Constant)


# --- changes of whole statements ------------------------------------------------------------


def _dropped(node, parent, scope):
    yield f"line left out: {ast.unparse(node).splitlines()[0][:40]}", []


def _twice(node, parent, scope):
    if isinstance(node, ast.AugAssign | ast.Assign | ast.Expr):
        yield "line twice", [node, node]


def _assignment(node, parent, scope):
    if isinstance(node, ast.AugAssign):
        yield "augmented assignment became plain", [ast.Assign([node.target], node.value)]
        for kind in (ast.Add, ast.Sub, ast.Mult, ast.Div):
            if not isinstance(node.op, kind):
                text = f"augmented assignment became {OPERATORS[kind]}="
                yield text, [ast.AugAssign(node.target, kind(), node.value)]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield "plain assignment became +=", [ast.AugAssign(node.targets[0], ast.Add(), node.value)]
        if isinstance(node.value, ast.BinOp):
            new = ast.AugAssign(node.targets[0], node.value.op, node.value.right)
            same = ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
            yield ("in place" if same else "only the right side, in place"), [new]


def _return(node, parent, scope):
    if not isinstance(node, ast.Return) or node.value is None:
        return
    yield "return forgotten", [ast.Expr(node.value)]
    for name in scope.names:
        if ast.unparse(node.value) != name:
            yield f"{name} returned", [ast.Return(ast.Name(name, ast.Load()))]
    if isinstance(node.value, ast.Tuple):
        items = node.value.elts
        yield "results in opposite order", [ast.Return(ast.Tuple(items[::-1], ast.Load()))]
        yield "first result only", [ast.Return(items[0])]


def _loop(node, parent, scope):
    if not isinstance(node, ast.For | ast.While):
        return
    inside = node.body[-1]
    if not isinstance(inside, ast.Return):
        yield "loop left after one turn", [_with_body(node, [*node.body, ast.Break()])]
    if len(node.body) > 1:
        yield "last line of the loop after it", [_with_body(node, node.body[:-1]), inside]
    following = _following(node, parent)
    if isinstance(following, ast.Return):
        yield "return inside the loop", [_with_body(node, [*node.body, following])]


def _branch(node, parent, scope):
    if isinstance(node, ast.If):
        yield "if left out, body always", node.body
        if node.orelse:
            yield "if left out, else always", node.orelse


def _order(node, parent, scope):
    """This statement before the one in front of it: it is put there a second time."""
    body = getattr(parent, "body", [])
    if isinstance(body, list) and node in body and body.index(node) > 0:
        if not isinstance(node, ast.Return | ast.For):
            following = _following(node, parent)
            if following is not None and not isinstance(following, ast.Return):
                yield "line after the next one, too", [following, node]


STATEMENTS = [_dropped, _twice, _assignment, _return, _loop, _branch, _order]


def _with_body(node, body):
    new = copy.copy(node)
    new.body = body
    return new


def _following(node, parent):
    body = getattr(parent, "body", [])
    if not isinstance(body, list) or node not in body:
        return None
    at = body.index(node) + 1
    return body[at] if at < len(body) else None
