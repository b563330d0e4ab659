"""Why a right function that was changed and still passes is right, by the kind of its change.

`group(row)` names the kind of a recorded mutant that passes and in which the independent judge
finds nothing wrong; ARGUMENTS says why such a change can leave every result as it was.
"""

import re

ARGUMENTS = {
    "operands or arguments swapped": "sums, products and the larger of two do not depend on the "
    "order; a difference does not before it is squared or only compared with 0",
    "line twice": "the line gives the same when it is done again, or writes over what it gave",
    "a function added": "the number is at least 0, 0 or 1, whole, a single one or one-dimensional "
    "already; or it is a starting value of zeros",
    "sign": "it is squared, belongs to a zero, or meets a second change that undoes it",
    "factor": "it multiplies a zero or an empty list, cancels in a quotient, is not seen by an "
    "argmax or by a question about the sign, is undone by the second change, or stays inside a "
    "spread that the contract leaves free",
    "constant": "one of the small numbers that keep a logarithm or a quotient finite, a limit far "
    "outside of the data, the same axis counted from the other end, a number that is written over, "
    "or ReLU's slope at exactly 0, which is free",
    "comparison": "the two sides are never equal, one of the answers cannot occur, or the choice "
    "at exactly 0 is free",
    "name": "another array or number of the same size, or the same object under its second name",
    "something left out": "a conversion of what is of that type already, an argument that is the "
    "default, a check that never fails, or a bound that no value reaches",
    "operator": "applied to 0 or 1, or to a small number, where both give the same within the "
    "tolerance",
    "another function": "both give the same for the numbers that can come here, or write the same "
    "starting values",
    "the rest": "the lines around make it so; read one by one",
}
PATTERNS = {
    "operands or arguments swapped": r"swapped|opposite order",
    "line twice": r"line twice|line after the next",
    "a function added": r"(abs|sqrt|square|round|sum|mean) added|\.T (added|left)|whole numbers",
    "sign": r"minus",
    "factor": r"factor 2|halved|number of rows",
    "comparison": r"^([<>=!]=?) became|condition|not added|and/or",
    "operator": r"^([-+*/@]|\*\*|//) became",
    "constant": r"^[-\d.e]+ became|^axis became|^(True|False) became",
    "something left out": r"left out|became plain|slice|range|removed|index",
    "another function": r"^(zeros|ones|max|min|mean|sum|std|any|all|argm|dot|ravel|log|exp|[a-z]+"
    r"_like)\w* became",
    "name": r"became|returned",
}


def group(row):
    """The kind of change of a recorded mutant: that of its first edit."""
    for name, pattern in PATTERNS.items():
        if re.search(pattern, row["edits"][0]):
            return name
    return "the rest"
