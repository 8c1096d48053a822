"""Sponsors and exhibitors as programs read them: JSON and RSS, from the rows of the pages."""

import json

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed

from scale.models import Conference
from scale.text import carried

from .models import Sponsorship
from .models.booths import in_order

NEWEST = 100


def page_of(conference: Conference, deal: Sponsorship) -> str:
    path = reverse("sponsors:exhibitor", args=[conference.slug, deal.organization.named_code])
    return settings.SITE_URL + path


def as_json(conference: Conference, name: str, deals) -> bytes:
    """`deals` come with organization, package and booths; `name` is what the list is called."""
    found = {
        "conference": {"slug": conference.slug, "name": conference.name},
        "version": conference.version,
        name: [entry(conference, deal) for deal in deals],
    }
    return carried([json.dumps(found, ensure_ascii=False, separators=(",", ":"))])


def entry(conference: Conference, deal: Sponsorship) -> dict:
    organization = deal.organization
    return {
        "code": organization.code,
        "name": organization.name,
        "package": deal.package.name,
        "level": deal.package.position,
        "website": organization.website or None,
        "logo": settings.SITE_URL + organization.logo_url if organization.logo else None,
        "page": page_of(conference, deal),
        "booths": [booth.number for booth in in_order(deal.booths.all())],
    }


def as_rss(conference: Conference, deals) -> bytes:
    """Who came last stands first."""
    here = settings.SITE_URL + reverse("sponsors:sponsors", args=[conference.slug])
    feed = Rss201rev2Feed(
        title=f"Sponsors and exhibitors of {conference.name}",
        link=here,
        description=f"The organizations that make {conference.name} possible.",
        language="en",
        feed_url=settings.SITE_URL + reverse("sponsors:rss", args=[conference.slug]),
    )
    for deal in sorted(deals, key=lambda deal: (deal.signed_at, deal.pk), reverse=True)[:NEWEST]:
        booths = ", ".join(booth.number for booth in in_order(deal.booths.all()))
        words = deal.package.name + (f", booth {booths}" if booths else "")
        feed.add_item(
            title=carried([deal.organization.name]).decode(),
            link=page_of(conference, deal),
            description=carried([words]).decode(),
            pubdate=deal.signed_at,
            unique_id=page_of(conference, deal),
        )
    return feed.writeString("utf-8").encode()
