"""Imported before all else by the processes that make reports: keeps jsonschema from building a grammar.

The grammar, for internationalised addresses, takes most of a second; JupyterLab brings along the package that
jsonschema builds it with. No schema that Altair, nbformat or papermill check by has a format of that kind.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
