"""A service process for the long tests: `python -m tests.long.serving URL FOLDER PORT right|wrong`."""

import sys
from pathlib import Path

import uvicorn

from service.app import build
from service.database import make_engine, read
from service.ledger import load_log
from service.settings import Settings


def main() -> None:
    url, folder, port, order = sys.argv[1:5]
    settings = Settings(data_dir=Path(folder))
    engine = make_engine(url)
    with read(engine) as session:
        log = load_log(session, keys=settings.keys_dir)
    app = build(settings=settings, url=url, engine=engine, log=log, wrong_order=order == "wrong")
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False, lifespan="on")


if __name__ == "__main__":
    main()
