"""The figures of a process in the text format of Prometheus, for monitoring systems: no name, no id, no reason of anybody."""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from service.api.counted import SECONDS, Counted
from service.api.gateway import Gateway


class Told(Collector):
    """Reads a process's figures when somebody asks for them."""

    def __init__(self, gateway: Gateway, checkpoint: Callable[[], Mapping[str, Any]]) -> None:
        """Take whose figures they are, and what tells of the log's checkpoint."""
        self._gateway, self._checkpoint = gateway, checkpoint

    def collect(self) -> Iterator[Metric]:
        """Yield them all as they are now."""
        gateway, head = self._gateway, self._gateway.snapshot.head
        yield from _counts(gateway.counted)
        yield GaugeMetricFamily("sekisho_checks_waiting", "Checks that wait for their batch.", gateway.waiting)
        yield GaugeMetricFamily("sekisho_log_entries", "Entries of the log as this process knows it.", 0 if head is None else head.size)
        policies = gateway.compiling.figures()
        by_compiled = policies["answered_by"] == "compiled"
        yield GaugeMetricFamily("sekisho_policies_compiled", "1 where compiled policies answer, 0 where the engine does.", by_compiled)
        refused = policies["refused"] is not None
        yield GaugeMetricFamily("sekisho_policies_refused", "1 where the set in force was refused its compiled form.", refused)
        again = policies["asked_again"]
        yield CounterMetricFamily("sekisho_policies_asked_again", "Decisions that were asked of the engine again.", again)
        yield CounterMetricFamily(
            "sekisho_policies_differing", "Those answered otherwise: anything but 0 is a defect.", policies["differing"]
        )
        world = gateway.snapshot.world
        doubted = sum(map(len, list(world.suspects.values()))) + world.unaccounted
        yield GaugeMetricFamily(
            "sekisho_record_mismatches", "Rows that are not as the service wrote them; what they touch is denied.", doubted
        )
        checkpoint = self._checkpoint()
        published = checkpoint["published"]
        yield GaugeMetricFamily("sekisho_checkpoint_entries", "Entries under the newest checkpoint that is published.", published)
        unwitnessed = checkpoint["unwitnessed_since"] is not None
        yield GaugeMetricFamily("sekisho_checkpoint_unwitnessed", "1 where entries wait for a witness that is expected.", unwitnessed)
        yield GaugeMetricFamily(
            "sekisho_witness_alarms", "Witnesses that disagree with the log: anything but 0 is an alarm.", checkpoint["alarms"]
        )


def _counts(counted: Counted) -> Iterator[Metric]:
    decisions = CounterMetricFamily("sekisho_decisions", "Decisions on record.", labels=["decision"])
    for decision in ("permit", "not_controlled", "deny"):
        decisions.add_metric([decision], counted.decisions[decision])
    yield decisions
    batches = CounterMetricFamily("sekisho_batches", "Batches on record, by how they went in.", labels=["way"])
    for way in ("optimistic", "in_turn"):
        batches.add_metric([way], counted.batches[way])
    yield batches
    yield CounterMetricFamily("sekisho_batches_missed", "Batches that were decided again, for another process had written.", counted.missed)
    yield CounterMetricFamily("sekisho_requests_unanswered", "Requests without a durable answer in time: 503.", counted.unanswered)
    limits = (*map(str, SECONDS), "+Inf")
    buckets = list(zip(limits, accumulate(counted.within), strict=True))
    yield HistogramMetricFamily("sekisho_batch_seconds", "How long batches took until they were on disk.", buckets, counted.seconds)
