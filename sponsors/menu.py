"""The committee's entries in the staff's menu."""

from scale import navigation
from scale.models import Role

COMMITTEE = (Role.SPONSORSHIP, Role.COMMUNITY)
# (words, page, roles, further pages of it), in the order of the menu.
ENTRIES = (
    ("Sponsors", "organizations", (*COMMITTEE, Role.PRESS), ()),
    ("Conversations", "conversations", COMMITTEE, ("conversation", "digest")),
    ("Mail", "mails", COMMITTEE, ("mail", "mail-attach", "mail-contact")),
    ("Deals", "pipeline", (*COMMITTEE, Role.FINANCE), ("ask-again", "terms")),
    ("Catalogue", "catalogue", (Role.SPONSORSHIP,), ()),
    ("Readiness", "readiness", COMMITTEE, ()),
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
