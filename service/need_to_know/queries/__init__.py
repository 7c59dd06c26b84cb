"""Questions about scopes and lists; nothing here writes."""

from service.need_to_know.queries.house import (
    HouseSetting,
    PurposeLine,
    acting_managers,
    acting_now,
    house_numbers,
    house_settings,
    open_requests,
    purpose_lines,
    requests_about,
)
from service.need_to_know.queries.inspection import Portion, Standing, portions, standings, standings_of
from service.need_to_know.queries.lines import ever_listed, listing, listings_naming, listings_of, open_listings, running, ways_in
from service.need_to_know.queries.roll import Emergency, RollLine, emergencies, ending_soon, roll, without_cause, without_use

__all__ = [
    "Emergency",
    "HouseSetting",
    "Portion",
    "PurposeLine",
    "RollLine",
    "Standing",
    "acting_managers",
    "acting_now",
    "emergencies",
    "ending_soon",
    "ever_listed",
    "house_numbers",
    "house_settings",
    "listing",
    "listings_naming",
    "listings_of",
    "open_listings",
    "open_requests",
    "portions",
    "purpose_lines",
    "requests_about",
    "roll",
    "running",
    "standings",
    "standings_of",
    "ways_in",
    "without_cause",
    "without_use",
]
