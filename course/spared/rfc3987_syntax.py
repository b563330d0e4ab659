"""In place of the package of this name, for programs that are started with this folder on the path.

jsonschema loads a grammar of web addresses if it finds one, which takes a second at every start
and serves a format that no notebook's schema uses; it goes on without.
"""

raise ImportError("the grammar of web addresses is not needed here")
