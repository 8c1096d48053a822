from celery import shared_task

from . import actions, imports
from .mail import capture


@shared_task
def send_reminders():
    """Reminds sponsors of what they owe; late is as good as on time."""
    actions.send_reminders()


@shared_task
def look_after_invoices():
    """Pages to pay an invoice on that lapsed without a word."""
    actions.look_at_lapsed_pages()


@shared_task
def capture_mail():
    """What is new in the shared mailboxes, and copies of what was written here into Sent."""
    capture.run()


@shared_task
def run_organization_import(pk):
    imports.work(pk)


@shared_task
def send_digests():
    """Every hour: the mail of the day goes out with the first run after breakfast, late or not."""
    actions.send_digests()


@shared_task
def send_announcements():
    """Every minute: what the press may know by now goes to whoever was not written to."""
    actions.send_announcements()
