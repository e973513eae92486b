"""Who may welcome help: features, labels, ranking, audit by group, short lists, and when to stop."""

from commonweal.engines.outreach.fairness import Audit, Group, Rate, audit, calibration_error, rates
from commonweal.engines.outreach.features import ALLOWED, History, Proxy, Refused, registered, table
from commonweal.engines.outreach.judging import Limits, Report, judge, lacks
from commonweal.engines.outreach.labels import LABELS, Waiver
from commonweal.engines.outreach.labels import registered as registered_label
from commonweal.engines.outreach.learning import Fitted, Task, read, task_of
from commonweal.engines.outreach.listing import Candidate, Listed, Rules, left_out, listed
from commonweal.engines.outreach.watching import broken, drifted

__all__ = [
    "ALLOWED",
    "LABELS",
    "Audit",
    "Candidate",
    "Fitted",
    "Group",
    "History",
    "Limits",
    "Listed",
    "Proxy",
    "Rate",
    "Refused",
    "Report",
    "Rules",
    "Task",
    "Waiver",
    "audit",
    "broken",
    "calibration_error",
    "drifted",
    "judge",
    "lacks",
    "left_out",
    "listed",
    "rates",
    "read",
    "registered",
    "registered_label",
    "table",
    "task_of",
]
