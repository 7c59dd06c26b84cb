"""The facts of a decision: which records count, from when to when. Nothing here judges, and nobody is told the instant.

For a person, an information and an organization the result is half-open segments of time, cut wherever another record
would be selected; each holds one record per channel through which the organization holds the information, and at an operator
per contract. Instants are milliseconds since 1970. What outlives its selection (an end, ten years) stands as an instant that
policies compare.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.decision import approved, designated
from service.decision.assessed import CARRIED_OUT, newest_doubt, newest_result, notified_ms
from service.decision.contracted import live_contracts, longest_certification
from service.decision.reach import TO_OPERATORS, Reach, cuts_of, reach_of
from service.decision.world import Row, World, at_ms, counts, runs
from service.statute.offices import NAMED_SINCE, ORDER_18
from service.statute.periods import day_start_ms

ACTIONS = ("read", "make", "communicate", "transmit", "carry_out", "dispose", "return")
"""What a listing can grant (`handle` stands for `read`, and `list` is judged like it)."""
TO_ORGAN = ("Act 6(1)", "Act 7(3)")
TO_POLICE = ("Act 5(2)", "Act 7(1)")
GENERATED = "Act 10(2)"
TO_OPERATOR = (TO_OPERATORS, GENERATED)
HANDED_OVER = "Act 10(5)"

Facts = dict[str, Any]
Record = dict[str, Any]


def facts_for(world: World, *, person: str | None, information: str | None, organization: str | None, document: str | None = None) -> Facts:
    """Return the facts for a person, an information and the organization acted for (None: where the person works that day).

    `document` is named where its approvals are asked for; facts without one hold none.
    """
    reach = reach_of(world, person=person, information=information, organization=organization)
    cuts = cuts_of(world, person=person, information=information, document=document, reach=reach)
    bounds: list[int | None] = [None, *cuts]
    segments: list[dict[str, Any]] = []
    for place, start in enumerate(bounds):
        end = cuts[place] if place < len(cuts) else None
        # Before the first cut nothing has begun: any instant there selects the same.
        t = start if start is not None else (end - 1 if end is not None else 0)
        channels = _Moment(world, person, information, organization, t, document, reach).channels()
        if segments and segments[-1]["channels"] == channels:
            segments[-1]["to"] = end
        else:
            segments.append({"from": start, "to": end, "channels": channels})
    about = {"person": person, "information": information, "organization": organization, "segments": segments}
    return about if document is None else about | {"document": document}


def segment_at(facts: Mapping[str, Any], now_ms: int) -> Mapping[str, Any]:
    """Return the segment of facts that holds an instant."""
    for segment in facts["segments"]:
        if segment["to"] is None or now_ms < segment["to"]:
            return segment  # type: ignore[no-any-return]  # segments are made above
    message = "segments have no end"
    raise AssertionError(message)


class _Moment:
    """The selection at one instant; every method answers which record counts then."""

    def __init__(
        self,
        world: World,
        person: str | None,
        information: str | None,
        organization: str | None,
        t: int,
        document: str | None,
        reach: Reach,
    ) -> None:
        self.world, self.person, self.information, self.t, self.document = world, person, information, t, document
        self.reach = reach
        self.known = person is not None and person in world.rows["personnel.people"]
        self.posts = [row for row in world.of("posts by person", person or "") if counts(row, t)]
        self.workplaces = sorted({row["organization_id"] for row in self.posts if self._works_at(row["organization_id"])})
        alone = self.workplaces[0] if len(self.workplaces) == 1 else None
        self.organization = alone if organization is None else organization
        self.ambiguous = organization is None and len(self.workplaces) > 1

    def channels(self) -> list[Record]:
        """Return one record for each channel through which the organization holds the information, or one without."""
        designation = designated.counting(self.world, self.information, self.organization, self.t)
        common: Record = {
            "person_known": self.known,
            "ambiguous": self.ambiguous,
            "works_there": self.organization is not None and self.organization in self.workplaces,
            "organization": self.organization,
            "designation": self._designation_record(designation),
            "care": self._care() if designation is None else None,
            "office": self._office(),
            "approval": approved.record_of(
                self.world, person=self.person, document=self.document, organization=self.organization, t=self.t
            ),
        }
        holdings = list(self._holdings(designation)) if designation is not None and self.organization is not None else []
        channels = [self._channel(common, holding, contract) for holding in holdings for contract in self._contracts(holding)]
        return channels or [self._channel(common, None, None)]

    def _channel(self, common: Record, holding: Record | None, contract: Record | None) -> Record:
        record = dict(common)
        until = None
        if holding is not None:
            head = str(holding["giver"] if holding["route"] == "operator" else self.organization)
            record |= {"holding": holding, "head": head, **self._clearance(head)}
            if holding["route"] == "operator":
                record |= {"certification": self._certification(holding["giver"]), "contract": contract}
                until = contract.get("until_at") if contract else None
        elif self.organization is not None:
            record |= {"head": self.organization, **self._clearance(self.organization)}
        # After a contract's end the list and the posts are read as they were on its last day.
        day = self.t if until is None else min(self.t, until - 1)
        held = [row for row in self.posts if row["organization_id"] == self.organization and runs(row, day)]
        record["units"] = sorted({row["unit_id"] for row in held if row["unit_id"] is not None})
        record["listing"] = None if self._excluded(record.get("head")) else self._listing(held, day)
        return {name: value for name, value in sorted(record.items()) if value is not None}

    def _works_at(self, organization: str) -> bool:
        """To work somewhere is to hold a post there, for whoever has any; for everybody else to be said to work there."""
        there = [row for row in self.posts if row["organization_id"] == organization]
        posts = [row for row in there if row["unit_id"] is not None or row["post"] is not None]
        return any(runs(row, self.t) for row in posts or there)

    def _care(self) -> Record | None:
        """Return that an information is handled with care because its designation is expected, or None."""
        row = self.world.rows["designation.information"].get(self.information or "", {})
        begun, ended = row.get("care_from_on"), row.get("care_until_on")
        if begun is None or at_ms(begun) > self.t or (ended is not None and at_ms(ended) <= self.t):
            return None
        return {"index": row["changed_index"]}

    def _is_other_secret(self) -> bool:
        """Whether the information is a secret of the other Act by now: then no closing under this one opens it."""
        since = self.world.rows["designation.information"].get(self.information or "", {}).get("sds_from_on")
        return since is not None and at_ms(since) <= self.t

    def _designation_record(self, row: Row | None) -> Record | None:
        if row is None:
            return None
        newest = designated.extension_of(self.world, row, self.t)
        record: Record = {
            "organ": row["organ_id"],
            "from_at": at_ms(row["designated_on"]),
            "until_at": at_ms((newest or row)["until_on"]),
            "extended": newest is not None,
            "index": max(row["changed_index"], newest["changed_index"] if newest else 0),
        }
        if row["lifted_on"] is not None:
            record["lifted_at"] = at_ms(row["lifted_on"])
        if row["released_to"] is not None:
            record["released_to"] = sorted(row["released_to"])
        closings = [
            one
            for one in self.world.of("closings by information", self.information or "")
            if one["organization_id"] == self.organization and counts(one, self.t)
        ]
        since = at_ms(row["designated_on"])
        if len(designated.known(self.world, self.information, self.t)) > 1:
            # What was closed when another head's designation ended is not closed for this one.
            since = designated.end_of(self.world, row, self.t)
        closed = [at for one in closings if (at := at_ms(one["closed_on"])) >= since]
        if closed and not self._is_other_secret():
            record["closed_at"] = min(closed)
        return record

    def _holdings(self, designation: Row) -> Iterator[Record]:
        known = (row for row in self.reach.provisions if counts(row, self.t))
        provisions = sorted((row for row in known if at_ms(row["provided_on"]) <= self.t), key=lambda one: (one["provided_on"], one["id"]))
        generated = any(row["under"] == GENERATED and row["giver_id"] == designation["organ_id"] for row in provisions)
        if designation["organ_id"] == self.organization and not generated:
            yield self._holding(
                "own",
                designation["organ_id"],
                designation["organ_id"],
                "Act 3(1)",
                designation["designated_on"],
                designation["changed_index"],
            )
            return
        if designation["organ_id"] == self.organization:
            yield from self._handed_over(designation, provisions)
        kind = self.world.rows["personnel.organizations"].get(self.organization or "", {}).get("kind")
        route, articles = {"organ": ("received", TO_ORGAN), "police": ("police", TO_POLICE), "operator": ("operator", TO_OPERATOR)}.get(
            str(kind), ("", ())
        )
        for row in provisions:
            if row["receiver_id"] != self.organization or row["under"] not in articles:
                continue
            asked = designated.unasked(self.world, row, provisions, self.t) or designation["organ_id"]
            holding = self._holding(route, row["giver_id"], asked, row["under"], row["provided_on"], row["changed_index"])
            holding["consented_by"] = sorted(row["consented_by"])
            held = designated.gave_what_it_held(self.world, row, designation, provisions, self.t)
            holding["giver_holds"] = row["under"] == GENERATED or held
            if row["consulted_on"] is not None:
                holding["consulted_at"] = at_ms(row["consulted_on"])
            if row["returned_on"] is not None:
                holding["returned_at"] = at_ms(row["returned_on"])
            yield holding

    def _handed_over(self, designation: Row, provisions: Iterable[Row]) -> Iterator[Record]:
        """Yield what the designator holds of its own since the operator at which it arose handed it over."""
        for row in provisions:
            if row["receiver_id"] != self.organization or row["under"] != HANDED_OVER:
                continue
            organ = designation["organ_id"]
            holding = self._holding("own", organ, organ, HANDED_OVER, row["provided_on"], row["changed_index"])
            holding["giver_holds"] = designated.gave_what_it_held(self.world, row, designation, provisions, self.t)
            yield holding if row["returned_on"] is None else holding | {"returned_at": at_ms(row["returned_on"])}

    @staticmethod
    def _holding(route: str, giver: str, designator: str, under: str, since: str, index: int) -> Record:
        return {
            "route": route,
            "giver": giver,
            "designator": designator,
            "under": under,
            "giver_holds": True,
            "consented_by": [],
            "from_at": at_ms(since),
            "index": index,
        }

    def _contracts(self, holding: Record) -> Sequence[Record | None]:
        """Return the operator's contracts with the giver that count for the information, or None alone where there is none."""
        if holding["route"] != "operator":
            return [None]
        ours = (row for row in self.reach.contracts if row["operator_id"] == self.organization)
        return live_contracts((row for row in ours if row["organ_id"] == holding["giver"] and counts(row, self.t)), self.t) or [None]

    def _certification(self, organ: str) -> Record | None:
        rows = self.world.of("certifications by operator", self.organization or "")
        return longest_certification((row for row in rows if row["organ_id"] == organ and counts(row, self.t)), self.t)

    def _office(self) -> Record | None:
        rows = [
            row
            for row in self.world.of("offices by person", self.person or "")
            if counts(row, self.t) and runs(row, self.t) and day_start_ms(NAMED_SINCE[row["office"]]) <= self.t
        ]
        row = min(rows, key=lambda one: (one["office"] in ORDER_18, one["id"]), default=None)
        return None if row is None else {"by_order": row["office"] in ORDER_18, "index": row["changed_index"]}

    def _clearance(self, head: str) -> Record:
        results = [
            row
            for row in self.world.of("results by person", self.person or "")
            if row["head_id"] == head and counts(row, self.t) and notified_ms(row) <= self.t
        ]
        doubts = [
            row
            for row in self.world.of("doubts by person", self.person or "")
            if row["head_id"] == head and counts(row, self.t) and at_ms(row["notified_on"]) <= self.t
        ]
        refused = [row for row in results if row["outcome"] not in CARRIED_OUT and row["law"] == "iesi"]
        return {
            "assessment": newest_result(results, "iesi"),
            "sds_assessment": newest_result(results, "sds"),
            "refusal": {"index": max(row["changed_index"] for row in refused)} if refused else None,
            "doubt": newest_doubt(doubts, "iesi"),
            "sds_doubt": newest_doubt(doubts, "sds"),
        }

    def _excluded(self, head: str | None) -> bool:
        """Whether the organization took the person out of all its lists, for what that head answers for or for everything."""
        return any(
            row["organization_id"] == self.organization and row["under_head_id"] in (None, head) and runs(row, self.t)
            for row in self.world.of("exclusions by person", self.person or "")
        )

    def _listing(self, held: list[Row], day: int) -> Record | None:
        """Every listing that reaches the person that day, by name, unit or post; what one grants adds to the others."""
        units, posts = {row["unit_id"] for row in held} - {None}, {row["post"] for row in held} - {None}
        rows = [
            row
            for row in self.reach.listings
            if row["organization_id"] == self.organization
            and counts(row, self.t)
            and runs(row, day)
            and not self._lapsed(row)
            and not self._removed(row)
            and ((row["person_id"] is not None and row["person_id"] == self.person) or row["unit_id"] in units or row["post"] in posts)
        ]
        if not rows:
            return None
        granted = {
            ("read" if action in ("handle", "list") else action)
            for row in rows
            for action in (ACTIONS if row["actions"] is None else row["actions"])
        }
        return {"actions": sorted(granted), "index": max(row["changed_index"] for row in rows)}

    def _lapsed(self, row: Row) -> bool:
        """Say whether what one person listed in an emergency is over: by the instant itself, also after a contract's end."""
        return row.get("until_at") is not None and at_ms(row["until_at"]) <= self.t

    def _removed(self, row: Row) -> bool:
        """Say whether somebody took the line off by now: that counts at once, also where the list of an earlier day is read."""
        return row.get("removed_on") is not None and at_ms(row["removed_on"]) <= self.t
