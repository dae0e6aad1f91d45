"""Files that are the same for everybody; browsers keep for ever what is asked for by the mark of what it is."""

import os
from os import PathLike

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from warning.web.desk.built import mark

FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """What is asked for by an older mark, or by none, is asked for again another time."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if (asked := scope["query_string"].decode("latin-1")) and asked == mark():
            response.headers["Cache-Control"] = FOR_EVER
        return response
