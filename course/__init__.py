"""The tool behind `python3 -m course COMMAND`: set-up, tests, the making of lessons, a class."""

import sys

# nbformat checks notebooks with jsonschema, and that loads a grammar of web addresses if it finds
# one: a second at every start of every process, for a format that no notebook's schema uses.
sys.modules.setdefault("rfc3987_syntax", None)
