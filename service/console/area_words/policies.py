"""Words of these pages: what one policy set changes of another, as the command line tells it, too."""

from service.decision.change_words import WORDS

__all__ = ["WORDS"]
