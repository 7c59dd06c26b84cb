"""The door for monitoring systems: a port of its own, on this machine alone unless the settings say otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.api.gateway import Gateway
from service.cli.listening import ListeningError
from service.jobs.witnessing import Witnesses
from service.settings import Settings

WatchedBy = Callable[[Gateway, Witnesses], None]


@contextmanager
def metrics_door(settings: Settings) -> Iterator[WatchedBy | None]:
    """Open the door that the settings name, and yield what takes the process that is to be watched; None where they name none.

    Raises ListeningError where nobody can listen there.
    """
    if settings.metrics_port is None:
        yield None
        return
    # Only who is watched needs it, and it takes its time to be imported.
    from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server  # noqa: PLC0415

    from service.api.metrics import Told  # noqa: PLC0415

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    try:
        server, thread = start_http_server(settings.metrics_port, settings.metrics_host, registry)
    except OSError as taken:
        where = f"SEKISHO_METRICS_HOST, SEKISHO_METRICS_PORT: {settings.metrics_host}:{settings.metrics_port}"
        message = f"{where} では待ち受けられません / cannot be listened on: {taken.strerror}"
        raise ListeningError(message) from taken
    try:
        yield lambda gateway, witnesses: registry.register(Told(gateway, witnesses.figures))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
