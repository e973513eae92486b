"""Nouns of this room: frozen cohorts and comparisons. No row of anybody is kept, only figures and a seal."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Cohort(Base):
    """A recipe (span, moment of freezing), the figures it gave, and a fingerprint over its hashed rows.

    `salt` makes the pseudonyms of this cohort its own: they join with nothing else.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "name start end as_of salt fingerprint sizes left_out figures by agency",
    }

    name = models.CharField(max_length=120)
    start = models.DateTimeField()
    end = models.DateTimeField()
    as_of = models.DateTimeField(help_text="Outcomes after this moment do not count")
    salt = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    sizes = models.JSONField(default=dict, help_text="Rows by kind; small numbers hidden")
    left_out = models.JSONField(default=list, help_text="Origins that gave no permit")
    figures = models.JSONField(default=list, help_text="One entry a metric, small counts hidden")
    by = models.CharField(max_length=64)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cohort_ends_after_start", condition=models.Q(end__gt=models.F("start"))
            )
        ]


class Study(Base):
    """A question stated before the answer is seen. The plan is frozen: its seal is SHA-256 over its text."""

    labels: ClassVar[dict[str, str]] = {"operational": "title plan fingerprint design by agency"}

    title = models.CharField(max_length=160)
    plan = models.JSONField(help_text="Question, outcome, window, areas and starts, analysis: as registered")
    fingerprint = models.CharField(max_length=64)
    design = models.CharField(max_length=24)
    by = models.CharField(max_length=64)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")


class Draw(Base):
    """Lots drawn over areas before anybody began. The seed is the system's; nothing is ever changed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "title areas places seed fingerprint result by agency",
    }

    title = models.CharField(max_length=160)
    areas = models.JSONField(help_text="Codes of the areas that were in the draw")
    places = models.JSONField(help_text="Day and how many begin on it; an empty day for those that never do")
    seed = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 over areas, places and seed")
    result = models.JSONField(help_text="The day of each area, empty for never")
    by = models.CharField(max_length=64)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")


class Analysis(Base):
    """One analysis of a study: what was really done, where that departs from the plan, and the answer."""

    labels: ClassVar[dict[str, str]] = {"operational": "study plan deviations reason result by"}

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="analyses")
    plan = models.JSONField(help_text="As it was done")
    deviations = models.JSONField(default=list, help_text="Field, as planned, as done")
    reason = models.TextField(blank=True, help_text="Why it departs from the plan")
    result = models.JSONField(default=dict)
    by = models.CharField(max_length=64)


class Comparison(Base):
    """One before-and-after comparison as it was made: question, answer, interval, warnings."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "title series zone change_on before_weeks after_weeks result by agency",
    }

    title = models.CharField(max_length=160)
    series = models.CharField(max_length=64)
    zone = models.CharField(max_length=40)
    change_on = models.DateField()
    before_weeks = models.PositiveSmallIntegerField()
    after_weeks = models.PositiveSmallIntegerField()
    result = models.JSONField(default=dict)
    by = models.CharField(max_length=64)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")


QUALITY_STATES = "open taken corrected explained gone".split()
QUALITY_KINDS = "missing order unreadable late drift import".split()


class QualityItem(Base):
    """A fault in an agency's records that somebody there corrects at the source or explains.

    One for each agency, source, field and problem, however often it is met: `number` of `of` records when it
    was last looked for, and `met` by month. Explained, it counts no longer as open.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency grain source kind field problem number of since seen_at met state taken_by "
        "taken_at reason note settled_by settled_at number_then",
    }

    agency = models.ForeignKey("agencies.Agency", on_delete=models.CASCADE, related_name="+")
    grain = models.CharField(max_length=12, choices=[(g, g) for g in ("call", "encounter", "import")])
    source = models.CharField(max_length=40, blank=True, help_text="The source system; empty for own records")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in QUALITY_KINDS])
    field = models.CharField(max_length=40)
    problem = models.CharField(max_length=120)
    number = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    since = models.DateField(help_text="The first month, or the run's day, in which it was met")
    seen_at = models.DateTimeField(help_text="When it was last looked for")
    met = models.JSONField(default=list, help_text="Month of the records, number, of")
    state = models.CharField(max_length=12, default="open", choices=[(s, s) for s in QUALITY_STATES])
    taken_by = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True, help_text="A code of packs/quality.yaml")
    note = models.CharField(max_length=300, blank=True)
    settled_by = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)
    number_then = models.PositiveIntegerField(default=0, help_text="How many there were when it was settled")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "grain", "source", "kind", "field", "problem"], name="quality_item_once"
            ),
            models.CheckConstraint(
                name="quality_taken_by_somebody",
                condition=models.Q(taken_by="", taken_at__isnull=True)
                | (~models.Q(taken_by="") & models.Q(taken_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="quality_explained_has_reason",
                condition=(models.Q(state="explained") & ~models.Q(reason=""))
                | (~models.Q(state="explained") & models.Q(reason="")),
            ),
            models.CheckConstraint(
                name="quality_settled_by_somebody",
                condition=(models.Q(state__in=["explained", "corrected"]) & ~models.Q(settled_by=""))
                | (~models.Q(state__in=["explained", "corrected"]) & models.Q(settled_by="")),
            ),
        ]
