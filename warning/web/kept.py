"""Files that are the same for everybody: compressed also for people who are known, as there is nothing in them to be
told of, and kept for ever by browsers that ask by the mark of what they are.
"""

import gzip
import os
from functools import lru_cache
from os import PathLike
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from warning.web.desk.built import mark
from warning.web.smaller import LEAST_BYTES

TEXTS = (".js", ".css", ".svg", ".txt")
FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """What is asked for by an older mark, or by none, is asked for again another time."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if (asked := scope["query_string"].decode("latin-1")) and asked == mark():
            response.headers["Cache-Control"] = FOR_EVER
        asking = Headers(scope=scope)
        large = stat_result.st_size >= LEAST_BYTES and Path(full_path).suffix in TEXTS
        if not isinstance(response, FileResponse) or not large or "gzip" not in asking.get("accept-encoding", ""):
            return response
        small = _small(str(full_path), stat_result.st_mtime_ns)
        kept = {
            name: value for name, value in response.headers.items() if name not in ("content-length", "accept-ranges")
        }
        return Response(small, headers=kept | {"content-encoding": "gzip", "vary": "Accept-Encoding"})


@lru_cache(maxsize=64)
def _small(path: str, _changed_ns: int) -> bytes:
    """Once for all who ask: the largest of them takes the processor for a tenth of a second."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
