"""The pages of dates."""

from service.console.days.calendar_file import calendar_file
from service.console.days.deadlines import show
from service.console.days.notices import inbox, mail, seen, sheet
from service.console.days.spans import month, year
from service.console.doorway import Doorway

DEADLINES = ("Act 4(1)", "Act 10(1)", "Act 10(3)", "Act 11(1)", "Order 11(1)")
NOTICES = ("Act 11(1)", "Order 11(1)")

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/notices", inbox, ("お知らせ", "Notices"), menu="today", basis=NOTICES),
    Doorway("/notices/sheet", sheet, ("本日のお知らせ", "Notices of the day"), basis=NOTICES),
    Doorway("/notices/seen", seen, ("お知らせを確認済みにする", "Mark notices as seen"), methods=("POST",)),
    Doorway("/notices/mail", mail, ("メールでのお知らせ", "Notices by mail"), methods=("POST",)),
    Doorway("/deadlines", show, ("期日", "Deadlines"), menu="today", basis=DEADLINES),
    Doorway("/deadlines/month", month, ("月の期日", "Deadlines of a month"), basis=DEADLINES),
    Doorway("/deadlines/year", year, ("年度の期日", "Deadlines of a fiscal year"), basis=DEADLINES),
    Doorway("/deadlines.ics", calendar_file, ("期日のカレンダーファイル", "Deadlines as a calendar file")),
)
