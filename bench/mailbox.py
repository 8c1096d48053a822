"""Mail taken in from a real Dovecot: half of it from contacts, some formatted, some with a file."""

import atexit
import os
import secrets
from contextlib import ExitStack
from email.message import EmailMessage

from django.conf import settings

from deploy import dovecot
from scale.settings.mailbox import mailbox
from sponsors.mail import capture
from sponsors.models import Contact, Mail, Organization

MESSAGES, PEOPLE = 2_000, 200
WORDS = "We would like to have a booth near the door, with power for two machines. "


def taken_in(conference):
    """A server for this process alone, with a mailbox that was never read."""
    kept = ExitStack()
    atexit.register(kept.close)
    server = kept.enter_context(dovecot.dovecot())
    user = f"{secrets.token_hex(4)}@conference.example"
    account = mailbox(server.url(user))
    settings.MAILBOXES = (account,)
    capture.run()  # makes the folders
    people = [f"p{n}.{secrets.token_hex(3)}@firm{n}.example" for n in range(PEOPLE)]
    firms = Organization.objects.bulk_create(
        Organization(name=f"Bench firm {n}", is_company=True) for n in range(PEOPLE // 2)
    )
    Contact.objects.bulk_create(
        Contact(organization=firm, name=f"Person {n}", email=people[n])
        for n, firm in enumerate(firms)
    )
    for n in range(MESSAGES):
        path = server.maildir(user) / "new" / f"1700000000.M{n}.bench"
        path.write_bytes(message(n, people[n % PEOPLE], user))
        os.chmod(path, 0o644)
    before = Mail.objects.count()

    def work():
        while capture.run(seconds=600):
            pass
        return Mail.objects.count() - before

    return work


def message(n, sender, to):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Person <{sender}>", to, f"Booth {n // 400}"
    made["Message-ID"] = f"<{n}.{secrets.token_hex(8)}@bench.example>"
    made["Date"] = "Thu, 26 Nov 2026 10:00:00 +0000"
    made.set_content(WORDS * 20)
    if n % 2:
        made.add_alternative(f"<div><p>{WORDS * 20}</p></div>", subtype="html")
    if n % 20 == 0:
        content = b"%PDF-" + bytes(50_000)
        made.add_attachment(content, maintype="application", subtype="pdf", filename="plan.pdf")
    return made.as_bytes()
