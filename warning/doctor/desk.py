"""Whether staff get the live desk, or the plain one alone."""

from warning.doctor.finding import Finding, good, warning

CHECK = "live desk"
BUILD_IT = "make desk (needs npm's registry once); the plain desk at /desk shows and does the same until then"


def live_desk(*, there: bool, fresh: bool) -> Finding:
    """``fresh``: it was built from the sources that lie here."""
    if not there:
        return warning(CHECK, "is not built", BUILD_IT)
    if not fresh:
        return warning(CHECK, "was built from other sources than those installed", BUILD_IT)
    return good(CHECK, "is built")
