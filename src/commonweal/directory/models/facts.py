"""Rows that describe a service: hours, telephones, languages, topics, papers, costs (HSDS 3.0 names)."""

from typing import ClassVar

from django.db import models

from commonweal.directory.models.places import Service
from commonweal.kernel.models import Base


class Schedule(Base):
    """Weekly opening (HSDS schedule, freq WEEKLY). Closing at or before opening runs past midnight."""

    labels: ClassVar[dict[str, str]] = {
        "public": "byday opens_at closes_at description",
        "operational": "service",
    }

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="schedules")
    byday = models.CharField(max_length=24, help_text="MO,TU,WE,TH,FR,SA,SU")
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    description = models.TextField(blank=True, help_text="As the source wrote it")


class Phone(Base):
    """A telephone number; `number` is E.164 where it could be read, else as it came."""

    labels: ClassVar[dict[str, str]] = {
        "public": "number extension kind description",
        "operational": "service",
    }

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=60)
    extension = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=16, default="voice")
    description = models.CharField(max_length=200, blank=True)


class Language(Base):
    """A language spoken at the service: BCP 47 code where known (`yue-x-taishan`), and the source's word."""

    labels: ClassVar[dict[str, str]] = {"public": "code name", "operational": "service"}

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="language_code")]


class Topic(Base):
    """A need that the service answers (HSDS attribute of taxonomy term), with the source's own word."""

    labels: ClassVar[dict[str, str]] = {"public": "code word", "operational": "service"}

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="topics")
    code = models.CharField(max_length=32)
    word = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="topic_code")]
        constraints = [models.UniqueConstraint(fields=["service", "code"], name="topic_once")]


class RequiredDocument(Base):
    """A paper to bring."""

    labels: ClassVar[dict[str, str]] = {"public": "document", "operational": "service"}

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="documents")
    document = models.CharField(max_length=200)


class CostOption(Base):
    """What it costs, in words and where known as an amount."""

    labels: ClassVar[dict[str, str]] = {"public": "option amount currency", "operational": "service"}

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="costs")
    option = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
