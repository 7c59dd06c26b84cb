"""Acts on periods of the house and on holidays, as people read them."""

from service.deadlines.rules import PERIODS

VERBS = {
    "set_period": ("内規の期間を定める", "Set a period of the house"),
    "record_holiday": ("休日を記録する", "Record a holiday"),
    "strike_holiday": ("休日を取り消す", "Strike a holiday"),
}
FIELDS = {
    "value": ("値（月又は日）", "Value (months or days)"),
    "source": ("根拠", "Where it is laid down"),
}
CODES = {name: period.says for name, period in PERIODS.items()}
"""Values that a word of these acts may have."""
