"""The service as it is, but what it answers goes nowhere: what the ledger costs. `python -m benchmarks.unaudited --port N`.

For measuring alone: nothing of this is reachable from the service.
"""

import argparse
from typing import Any

import uvicorn

from service import app
from service.api.gateway import Gateway
from service.api.line import OPTIONS
from service.cli.site import open_site
from service.settings import Settings


class Forgetful(Gateway):
    """A gateway that prepares every batch and writes none."""

    async def _append(self, _how: Any, _batch: Any) -> bool:
        return True


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app.Gateway = Forgetful  # type: ignore[misc]
    # What was written nowhere must not become what the next start asks the database for.
    app.keep_floor = lambda *_told: None  # type: ignore[assignment]
    with open_site(settings=Settings()) as site:
        served = app.build(settings=site.settings, url=site.url, engine=site.engine, log=site.log)
        uvicorn.run(served, host="127.0.0.1", port=port, **OPTIONS)


if __name__ == "__main__":
    main()
