"""A worker is woken after commit: a mail leaves at once, and not with the next beat."""

import threading
import time

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger()
BROKER_PAUSE = 30  # seconds
ASK_AFTER = 0.2
_broker_back_at = 0.0
_asking = threading.Lock()


def wake_after_commit() -> None:
    if not any(waiting[1] is wake_worker for waiting in connection.run_on_commit):
        transaction.on_commit(wake_worker)


def wake_worker() -> None:
    """Ask a worker to look now; the next beat finds the row anyway.

    A broker that is away must not keep a visitor waiting, so a thread asks,
    and after a failure nobody asks for a while.
    """
    if settings.CELERY_TASK_ALWAYS_EAGER:
        ask_worker()
    elif time.monotonic() >= _broker_back_at and _asking.acquire(blocking=False):
        threading.Thread(target=ask_soon, name="wake worker").start()


def ask_soon() -> None:
    """Once for all that is committed in a moment: asking costs as much as a small page."""
    time.sleep(ASK_AFTER)
    _asking.release()  # first, so that who commits from now on asks again
    ask_worker()


def ask_worker() -> None:
    global _broker_back_at
    try:
        current_app.tasks["scale.tasks.send_queued_mail"].apply_async(retry=False, expires=10)
    except (OperationalError, OSError) as error:
        _broker_back_at = time.monotonic() + BROKER_PAUSE
        log.warning("mail_wake_failed", error=type(error).__name__)
