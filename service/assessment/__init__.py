"""Assessment: from the list of candidates to the result and the complaint (Act 12-16).

Dates, steps and numbers of sealed letters alone: no answer to a questionnaire, no investigation, no reason. Every step
leaves an entry of one kind that tells in clear neither whom it is about nor which step it is (`operations.stepping`);
lines that say nothing make all assessments equally long (`operations.evening`, run by the clock's jobs once a day).
"""
