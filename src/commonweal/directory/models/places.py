"""Providers, services and the places where they are offered (HSDS 3.0 organization, service, location)."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

STATUSES = ("active", "inactive", "defunct", "temporarily closed")  # HSDS 3.0 service.status
DELIVERIES = ("inbox", "mail", "fhir")  # how its referrals reach a provider


class Provider(Base):
    """An organisation that offers services; its agency here where it has accounts of its own."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name alternate_name description email website",
        "operational": "agency delivery source external_id original fingerprint",
        "staff": "referral_email",
    }

    name = models.CharField(max_length=200, db_index=True)
    alternate_name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    email = models.CharField(max_length=200, blank=True)
    website = models.CharField(max_length=400, blank=True)
    agency = models.ForeignKey(
        "agencies.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    referral_email = models.EmailField(blank=True, help_text="Where single-use answer links are mailed")
    delivery = models.CharField(max_length=8, default="inbox", choices=[(d, d) for d in DELIVERIES])
    source = models.CharField(max_length=64, default="here")
    external_id = models.CharField(max_length=200, blank=True)
    original = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~models.Q(external_id=""), name="provider_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Site(Base):
    """A place (HSDS location); a confidential one keeps its address to the provider."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name address city state postal lon lat transportation accessibility",
        "operational": "provider source external_id is_confidential",
    }

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=40, blank=True)
    postal = models.CharField(max_length=16, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    transportation = models.CharField(max_length=300, blank=True)
    accessibility = models.CharField(max_length=400, blank=True)
    is_confidential = models.BooleanField(default=False)
    source = models.CharField(max_length=64, default="here")
    external_id = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~models.Q(external_id=""), name="site_once"
            ),
            models.CheckConstraint(
                name="site_place_whole",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]


class Service(Base):
    """What a provider offers, to whom, and how to get it; `original` keeps the source's own words."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name alternate_name description url email status application_process fees wait_time "
        "eligibility minimum_age maximum_age sexes alert assured_at assurer area capacity_unit "
        "capacity_total accepts_involuntary accepts_drop_off interpretation requirements exclusions",
        "operational": "provider source external_id record original fingerprint corrections search_name "
        "search_text pathway updated_at hold_minutes merged_into",
    }

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="services")
    name = models.CharField(max_length=200)
    alternate_name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    url = models.CharField(max_length=400, blank=True)
    email = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, default="active", choices=[(s, s) for s in STATUSES])
    application_process = models.TextField(blank=True)
    fees = models.TextField(blank=True)
    wait_time = models.CharField(max_length=120, blank=True)
    eligibility = models.TextField(blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    sexes = models.JSONField(default=list, blank=True, help_text="Those served; empty where anyone is")
    requirements = models.JSONField(default=list, blank=True, help_text="Facts that must hold, as codes")
    exclusions = models.JSONField(default=list, blank=True, help_text="Facts that bar, as codes")
    area = models.CharField(max_length=200, blank=True)
    interpretation = models.CharField(max_length=200, blank=True)
    alert = models.CharField(max_length=300, blank=True)
    assured_at = models.DateField(null=True, blank=True)
    assurer = models.CharField(max_length=200, blank=True)
    capacity_unit = models.CharField(max_length=24, default="places", help_text="beds, places, appointments")
    capacity_total = models.PositiveIntegerField(null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long a place is held; 0 holds none, empty as the site has it"
    )
    accepts_involuntary = models.BooleanField(default=False)
    accepts_drop_off = models.BooleanField(default=False, help_text="Takes people whom police bring")
    pathway = models.CharField(max_length=24, default="standard", help_text="Due times of referrals")
    source = models.CharField(max_length=64, default="here")
    external_id = models.CharField(max_length=200, blank=True)
    record = models.CharField(max_length=200, blank=True, help_text="The source's record it came in")
    original = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    corrections = models.JSONField(
        default=dict, blank=True, help_text="Fields corrected here: they stand over the source"
    )
    search_name = models.CharField(max_length=420, blank=True)
    search_text = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged",
        help_text="The entry that stands for it, since a person said that both are one service",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["status", "search_name"], name="service_status")]
        constraints = [
            models.CheckConstraint(
                name="service_not_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~models.Q(external_id=""), name="service_once"
            ),
            models.CheckConstraint(
                name="service_ages_in_order",
                condition=models.Q(minimum_age__isnull=True)
                | models.Q(maximum_age__isnull=True)
                | models.Q(maximum_age__gte=models.F("minimum_age")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> "Service":
        """The entry that stands for this service: itself, unless it was merged into another."""
        return self.merged_into or self


class Offer(Base):
    """A service at a site (HSDS service_at_location)."""

    labels: ClassVar[dict[str, str]] = {"public": "description", "operational": "service site"}

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offers")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="offers")
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "site"], name="offer_once")]
