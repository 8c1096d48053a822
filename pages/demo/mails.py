"""A few mails in the ledger: most were sent, one is in doubt, one was refused."""

import datetime as dt

from scale.codes import digest
from scale.models import OutgoingEmail

from .world import Edition

Status = OutgoingEmail.Status
BOUNCED = "550 5.1.1 No such user here"
BROKEN = "broken off: The connection was closed by the server."


def add_mails(edition: Edition, speakers) -> None:
    world, name = edition.world, edition.conference.name
    chosen = [speaker for speaker in speakers if speaker.email][:14]
    for n, speaker in enumerate(chosen):
        status, error = Status.SENT, ""
        if n == 3 and edition.phase != "over":
            status, error = Status.IN_DOUBT, BROKEN
        if n == 7 and edition.phase != "over":
            status, error = Status.FAILED, BOUNCED
        at = min(world.now, edition.moment(-60, 19)) - dt.timedelta(hours=n * 5 + 1)
        key = digest(f"demo:{edition.slug}:{speaker.pk}")
        edition.add(
            OutgoingEmail(
                conference=edition.conference,
                dedupe_key=key,
                message_id=f"<{key[:24]}@demo.example>",
                kind="decision",
                to_address=speaker.email,
                to_name=speaker.name[:120],
                subject=f"Your talk at {name}",
                text=f"Dear {speaker.name},\n\nthank you for your proposal. We would be glad to "
                f"have it at {name}.\nPlease tell us within two weeks whether you can come.\n\n"
                "The program committee\n",
                status=status,
                attempts=1,
                last_error=error,
                queued_at=at,
                not_before=at,
                sent_at=at + dt.timedelta(seconds=6) if status == Status.SENT else None,
            )
        )
