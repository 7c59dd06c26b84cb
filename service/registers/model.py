"""The rows of this room."""

from service.registers.people_model import Attendance, EventRule, PersonReport, Pledge, Training

__all__ = ["Attendance", "EventRule", "PersonReport", "Pledge", "Training"]
