"""Who can sign in to the demo. Also read by deploy/run.py, so nothing here needs Django."""

from dataclasses import dataclass

# Of invented people, in the demo alone.
PASSWORD = "demo"  # nosec B105


@dataclass(frozen=True)
class DemoPerson:
    """`roles` are the values of `scale.models.Role`, held in every demo edition."""

    key: str
    name: str
    does: str
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


DEMO_PEOPLE = (
    DemoPerson("chair", "Priya Raman", "everything", ("chair",)),
    DemoPerson("program", "Tomáš Dvořák", "talks, rooms and the schedule", ("program",)),
    DemoPerson("reviewer", "Adaeze Nwosu", "scores submitted talks", ("reviewer",)),
    DemoPerson("registration", "Lucía Ortiz", "tickets, orders and the door", ("registration",)),
    DemoPerson("door", "Kenji Mori", "stations and the live page", ("door",)),
    DemoPerson("sponsorship", "Ingrid Haugen", "sponsors and exhibitors", ("sponsorship",)),
    DemoPerson("community", "Yara Mansour", "projects and their booths", ("community",)),
    DemoPerson("press", "Mateo Silva", "press and announcements", ("press",)),
    DemoPerson("finance", "Noor Haddad", "payments, refunds and invoices", ("finance",)),
    DemoPerson("speaker", "Sam Whitfield", "gives talks and submits new ones"),
    DemoPerson("attendee", "Amara Balogun", "has bought tickets"),
)
