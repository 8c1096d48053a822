"""Every mail is a row first. Requests queue, workers send.

    queued → sending (with a lease) → sent
                                    → queued again   the server said “later”, or was away
                                    → failed         the server said no
                                    → in doubt       nobody knows: the worker died or the line broke

A row is taken by one conditional UPDATE, so two workers never send the same
mail. A worker that dies leaves its one row in `sending`; when the lease runs
out, whoever comes next marks it in doubt, and staff decide. Ticket mails are
instead sent again with the same Message-ID, which mail programs show once.
Workers meet in the index of what is due, so each statement is run again when
it loses a deadlock; otherwise a worker would leave a sent mail in doubt.

The lease outlives every time-out of one sending (`settings.MAIL_LEASE_SECONDS`),
so a worker that is alive never loses it.
"""

from .delivery import ACCOUNT, TRIES, deliver_queued, finish, settle_lapsed, take_next
from .message import attach_rendered, build, by_a_program, render_text, written_by_people
from .queue import decide, draft, drop_queued, not_yet, send, send_all

__all__ = [
    "ACCOUNT",
    "TRIES",
    "attach_rendered",
    "build",
    "by_a_program",
    "decide",
    "deliver_queued",
    "draft",
    "drop_queued",
    "finish",
    "not_yet",
    "render_text",
    "send",
    "send_all",
    "settle_lapsed",
    "take_next",
    "written_by_people",
]
