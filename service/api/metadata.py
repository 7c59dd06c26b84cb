"""GET /.well-known/authzen-configuration: which AuthZEN doors are here, and by which address (AuthZEN 1.0, PDP Metadata)."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from service.api.exchange import Head, carried_by, reply
from service.api.limits import Headers, Receive, Scope, Send

WELL_KNOWN = "/.well-known/authzen-configuration"
MEMBERS: Mapping[str, str] = {
    "/access/v1/evaluation": "access_evaluation_endpoint",
    "/access/v1/evaluations": "access_evaluations_endpoint",
    "/access/v1/search/subject": "search_subject_endpoint",
    "/access/v1/search/resource": "search_resource_endpoint",
    "/access/v1/search/action": "search_action_endpoint",
}
"""The member of the metadata by the path of its door."""
NO_ADDRESS = "the address of this service is not configured (SEKISHO_PUBLIC_URL), so it cannot describe itself"
CACHED: Headers = ((b"cache-control", b"max-age=300"),)


def metadata(address: str, paths: Iterable[str]) -> dict[str, str]:
    """Return the metadata of a service that is reached by this address and has these doors; no member is empty."""
    base, there = address.rstrip("/"), frozenset(paths)
    return {"policy_decision_point": base} | {member: base + path for path, member in MEMBERS.items() if path in there}


class Metadata:
    """The door of the metadata. Anybody may read it."""

    def __init__(self, address: str | None, paths: Iterable[str]) -> None:
        """Take the address by which callers reach this service, None where nobody told it, and the paths of its AuthZEN doors."""
        self._told = None if address is None else metadata(address, paths)
        self.paths = frozenset((WELL_KNOWN, WELL_KNOWN + urlsplit(address or "").path.rstrip("/")))
        """Where it stands: behind the host, in front of the path of an address that has one."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = Head(scope["headers"])
        always = carried_by(scope, head)
        if scope["method"] not in {"GET", "HEAD"}:
            await reply(send, 405, {"message": "only GET is answered here"}, always, ((b"allow", b"GET, HEAD"),))
        elif self._told is None:
            await reply(send, 404, {"message": NO_ADDRESS}, always)
        else:
            always = [(name, value) for name, value in always if name != b"cache-control"]
            await reply(send, 200, self._told, always, CACHED)
