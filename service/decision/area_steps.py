"""The steps that are asked of an area itself, beside those of what is kept there: that there is one, and a permit for it.

Nothing here judges, as in `steps`.
"""

from collections.abc import Mapping

from service.decision.steps import Channel, Moment, Step


def _there(channel: Channel, _moment: Moment) -> Channel:
    return channel if "area" in channel else {**channel, "area": {"index": 0}}


def _let_in(channel: Channel, _moment: Moment) -> Channel:
    return channel if "entry" in channel else {**channel, "entry": {"index": 0}}


STEPS_OF_AREA: tuple[Step, ...] = (
    Step(
        "area",
        ("この取扱区域等は定められています。", "There is such an area."),
        ("この機関等の取扱区域等として定められていること。", "The area is set apart by this organization and has not ended."),
        ("area",),
        _there,
        lambda channel, _moment: {name: value for name, value in channel.items() if name != "area"},
    ),
    Step(
        "entry",
        ("この場所への立入りが許可されています。", "The person holds a live permit to enter this area."),
        (
            "この場所への立入りが許可されること、又はこの者がここに保管されたものを取り扱えること。",
            "The person is permitted to enter this area, or may handle something that is kept there.",
        ),
        ("entry",),
        _let_in,
        lambda channel, _moment: {name: value for name, value in channel.items() if name != "entry"},
    ),
)
"""In the order in which reasons are told."""
BY_NAME_OF_AREA: Mapping[str, Step] = {step.name: step for step in STEPS_OF_AREA}


def open_steps_of_area(channel: Channel) -> frozenset[str]:
    """Return the steps that cannot be judged: nobody is let into what is no area."""
    return frozenset() if "area" in channel else frozenset({"entry"})
