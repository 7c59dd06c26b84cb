"""Putting people, units and posts on a scope or list, and taking them off (Act 5, 10(3)(i), 10(4))."""

from service.need_to_know.operations.acting import end_acting_manager, name_acting_manager
from service.need_to_know.operations.emergency import confirm_emergency, list_in_emergency
from service.need_to_know.operations.house import end_purpose, set_list_number, set_purpose
from service.need_to_know.operations.inspecting import confirm_listings
from service.need_to_know.operations.lines import Cause, Target
from service.need_to_know.operations.listing import list_handler, remove_handler
from service.need_to_know.operations.requesting import decline_request, request_listing, take_back_request

__all__ = [
    "Cause",
    "Target",
    "confirm_emergency",
    "confirm_listings",
    "decline_request",
    "end_acting_manager",
    "end_purpose",
    "list_handler",
    "list_in_emergency",
    "name_acting_manager",
    "remove_handler",
    "request_listing",
    "set_list_number",
    "set_purpose",
    "take_back_request",
]
