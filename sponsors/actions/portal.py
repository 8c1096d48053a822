"""The sponsor's own page: opened, sent, closed; and what is written down of acts there."""

from django.conf import settings
from django.utils import timezone

from scale import email as mail
from scale.codes import digest
from scale.db import retry
from scale.models import AuditEntry, User

from ..models import Contact, Portal, Sponsorship
from ..models.portal import new_nonce
from .organizations import save_contact
from .rules import Refused, locked


@retry
def open_portal(pk: int, *, by: User) -> Portal:
    """A page with a new link; the one before opens nothing any more."""
    deal = locked(pk)
    now = timezone.now()
    portal, made = Portal.objects.get_or_create(deal=deal, defaults={"made_at": now, "made_by": by})
    if not made:
        portal.nonce, portal.made_at, portal.made_by = new_nonce(), now, by
        portal.revoked_at = portal.seen_at = None
        portal.save(update_fields=["nonce", "made_at", "made_by", "revoked_at", "seen_at"])
    return portal


@retry
def revoke_portal(pk: int) -> bool:
    """Also in an edition that is closed: a link that leaked must not stay."""
    live = Portal.objects.live().filter(deal=pk)  # type: ignore[attr-defined]
    return bool(live.update(revoked_at=timezone.now()))


@retry
def send_portal(pk: int) -> list[str]:
    """The link to every contact that has an address, once a day; the addresses."""
    deal = locked(pk)
    portal = Portal.objects.live().filter(deal=deal).first()  # type: ignore[attr-defined]
    if portal is None:
        raise Refused("They have no page yet.")
    portal.deal = deal
    contacts = deal.organization.contacts.exclude(email="").order_by("pk")
    people = {contact.email: contact for contact in contacts}
    if not people:
        raise Refused(f"Nobody at {deal.organization} has an e-mail address here: add one first.")
    for address, person in people.items():
        mail.send(
            "portal",
            address,
            to_name=person.name,
            key=f"{digest(portal.nonce)[:16]}:{address}:{deal.conference.today()}",
            subject=f"{deal.organization} at {deal.conference}: your page",
            template="sponsors/mail/portal.txt",
            context={
                "deal": deal,
                "conference": deal.conference,
                "person": person,
                "url": f"{settings.SITE_URL}{portal.get_absolute_url()}",
            },
            conference=deal.conference,
        )
    return sorted(people)


def tell(deal: Sponsorship, what: str) -> None:
    """Write down what was done through the link: nobody's account stands behind it."""
    AuditEntry.objects.tell(deal, "by the sponsor", why=what, by=None)


def tell_owner(deal: Sponsorship, what: str, key: str) -> None:
    """Whoever looks after the deal hears of what the sponsor decided."""
    if not deal.owner:
        return
    mail.send(
        "portal-news",
        deal.owner.email,
        to_name=deal.owner.name,
        key=f"{deal.pk}:{key}",
        subject=f"{deal.organization}: {what}"[:200],
        template="sponsors/mail/portal_news.txt",
        context={
            "deal": deal,
            "what": what,
            "conference": deal.conference,
            "site_url": settings.SITE_URL,
        },
        conference=deal.conference,
    )


def correct_contact(deal: Sponsorship, contact: Contact, *, email: str, phone: str) -> Contact:
    """What they correct of their own people; where mail goes is told to who looks after it."""
    before = contact.email
    roles = {f"is_{role}": getattr(contact, f"is_{role}") for role in Contact.Role.values}
    facts = {"name": contact.name, "email": email, "phone": phone, **roles}
    row = save_contact(deal.conference, contact, **facts)
    tell(deal, f"corrected how to reach contact {row.pk}")
    if row.email != before:
        key = f"contact:{row.pk}:{digest(row.email)[:16]}"
        tell_owner(deal, "an e-mail address was changed on their page", key)
    return row
