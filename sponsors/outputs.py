"""What shows schedule facts on this floor, for `scale.outputs`."""

from django.urls import reverse

from scale import outputs
from scale.models import Conference

from .models import Sponsorship


def own_pages(conference: Conference) -> list[str]:
    """Each has the talks of the sponsor's people."""
    return [
        reverse("sponsors:exhibitor", args=[conference.slug, deal.organization.named_code])
        for deal in Sponsorship.objects.public(conference)  # type: ignore[attr-defined]
    ]


def register() -> None:
    outputs.register("sponsor's page", "html", own_pages)
