"""A plain client of service processes: a kept line to each, over which one question is asked after the other."""

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from benchmarks.worlds import Process, check

PATH = "/access/v1/evaluation"


@dataclass
class Asking:
    """A kept line to one process, which a plain client asks over."""

    port: int
    line: http.client.HTTPConnection | None = None

    def ask(self, key: str, person: str, information: str) -> bool:
        """Ask, again where no durable answer could be given, and return the decision. Whose key is nobody's is permitted nothing."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        for _ in range(20):
            fresh = self.line is None
            self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                self.line.request("POST", PATH, json.dumps(check(person, information)), headers)
                answer = self.line.getresponse()
                body = json.loads(answer.read())
            except (http.client.RemoteDisconnected, ConnectionError):
                # A kept line may have been ended while it was idle, and is opened anew; a new one that breaks is a defect.
                self.close()
                if fresh:
                    raise
                continue
            if answer.status == 401:
                return False
            if answer.status != 503:
                assert answer.status == 200, body
                return bool(body["decision"])
        pytest.fail("no durable answer, however often it was asked")

    def close(self) -> None:
        """End the line."""
        if self.line is not None:
            self.line.close()
            self.line = None


@contextmanager
def asking(processes: Sequence[Process]) -> Iterator[list[Asking]]:
    """Hold a line to every process."""
    held = [Asking(one.port) for one in processes]
    yield held
    for one in held:
        one.close()
