"""Where links between reports lead: from a page of the reports' folder, and from a notebook in JupyterLab."""

import os
import re

#: JupyterLab resolves other links against the notebook and asks its server for them as notebooks, in vain; a link that
#: begins with a slash it leaves alone. Its server gives out the files below its root folder, the project's, from here.
_REPORTS_IN_LAB = "files/reports/"

#: Set by JupyterHub for each of its servers; a JupyterLab of one's own answers at the root.
_PREFIX_VARIABLE = "JUPYTERHUB_SERVICE_PREFIX"

_RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:|[/#?])", re.IGNORECASE)
_IN_LAB = re.compile(rf"/(?!/)(?:[^?#]*?/)?{re.escape(_REPORTS_IN_LAB)}(?=[^/?#])")


def in_lab(href: str) -> str:
    """Return the link that opens in JupyterLab what a link relative to the reports' folder names.

    A link that is not relative, or only names a place on its own page, is returned as it is.

    Example:
        >>> in_lab("sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks")
        '/files/reports/sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks'
    """
    if not href or not _RELATIVE.match(href):
        return href
    prefix = os.environ.get(_PREFIX_VARIABLE, "").strip("/")
    return f"/{prefix}/{_REPORTS_IN_LAB}{href}" if prefix else f"/{_REPORTS_IN_LAB}{href}"


def in_page(href: str) -> str:
    """Return a link of a notebook's output as a page of the reports' folder needs it: `in_lab` undone.

    Any other link is returned as it is.

    Example:
        >>> in_page("/files/reports/sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks")
        'sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks'
    """
    return _IN_LAB.sub("", href, count=1) if _IN_LAB.match(href) else href
