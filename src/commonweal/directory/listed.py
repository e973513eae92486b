"""What the directory lists: what is offered, and stands for itself."""

from django.db.models import QuerySet

from commonweal.directory.models import Service


def listed() -> QuerySet[Service]:
    """Active services, without entries that lead to another."""
    return Service.objects.filter(status="active", merged_into__isnull=True)
