"""The committee's entries in the staff's menu."""

from scale import navigation
from scale.models import Role

COMMITTEE = (Role.SPONSORSHIP, Role.COMMUNITY)
# (words, page, roles, further pages of it), in the order of the menu.
ENTRIES = (
    (
        *("Sponsors", "organizations", (*COMMITTEE, Role.PRESS)),
        (
            *("organization", "organization-new", "organization-edit", "logo-change", "file-new"),
            *("contact-new", "contact-edit", "contact-move", "contact-history", "contact-merge"),
            *("merge-with", "merge", "upkeep", "organization-imports", "organization-import"),
        ),
    ),
    (
        *("Conversations", "conversations", COMMITTEE),
        ("conversation", "conversation-edit", "conversation-mail", "note-edit", "digest"),
    ),
    (
        *("Mail", "mails", COMMITTEE),
        ("mail", "mail-attach", "mail-contact", "mail-reply", "mail-ignored"),
    ),
    (
        *("Deals", "pipeline", (*COMMITTEE, Role.FINANCE)),
        ("ask-again", "terms", "deal-new", "deal-edit", "sign", "lost", "contract", "take-back"),
    ),
    ("Catalogue", "catalogue", (Role.SPONSORSHIP,), ("benefit", "benefit-new")),
    ("Readiness", "readiness", COMMITTEE, ("promises", "deliverable")),
    ("Booths", "booths", COMMITTEE, ("booth", "plan", "plan-new", "booth-list")),
    ("Applications", "applications", COMMITTEE, ("application", "booth-call")),
    (
        *("Invoices", "invoices", (Role.SPONSORSHIP, Role.FINANCE)),
        ("invoice", "invoice-new", "invoice-edit", "receivables", "biller"),
    ),
    (
        *("Press", "press-requests", (Role.PRESS,)),
        (
            *("press-request", "press-end", "press-call", "coverage-new"),
            *("announcements", "announcement-new", "announcement-edit"),
        ),
    ),
)


def register() -> None:
    for place, (words, page, roles, also) in enumerate(ENTRIES):
        navigation.register(
            words,
            f"sponsors:{page}",
            *roles,
            group=navigation.Group.SPONSORS,
            position=50 + place,
            also=tuple(f"sponsors:{name}" for name in also),
        )
