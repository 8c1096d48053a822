"""Which talks of an edition are a sponsor's: promised to it, or given by its people."""

from django.db.models import Q

from cfp.models import Talk, TalkSpeaker

from .dossier import speaks
from .models import Deliverable, Sponsorship


def talks_of(deal: Sponsorship):
    """In whatever state; who has left the organization does not speak for it any more."""
    promised = Deliverable.objects.filter(deal=deal, taken_back_at=None)
    found = Q(pk__in=promised.values("talks"))
    if people := list(deal.organization.contacts.dealing()):
        found |= Q(pk__in=TalkSpeaker.objects.filter(speaks(people)).values("talk"))
    return Talk.objects.filter(found, conference=deal.conference_id).order_by("title", "pk")
