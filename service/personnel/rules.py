"""Names and search keys, and the closed lists of this room; pure."""

ORGANIZATION_KINDS = (
    "organ",
    "operator",
    "police",
    "foreign_government",
    "international_organization",
    "cabinet",
    "diet",
    "court",
    "review_board",
    "dispatch_agency",
)
ALIAS_TARGETS = ("person", "information", "document")
IMPORT_STATES = ("begun", "ended", "partial")
