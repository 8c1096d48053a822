from celery import shared_task

from . import actions


@shared_task
def expire_orders():
    """Keeps the figures tidy; a sale that needs the places frees them itself.

    Tickets that wait for a seat are served whenever one is freed; here, what that missed.
    """
    actions.expire_orders()
    actions.serve_waiting()


@shared_task
def check_ledger():
    """Proves every night that money, places and codes agree; the health page shows the result."""
    actions.check_ledger()


@shared_task
def ask_for_refund(refund_id):
    actions.ask_for_refund(refund_id)


@shared_task
def look_after_money():
    """What nobody was told about: refunds not answered, pages that lapsed, fees."""
    actions.ask_for_refunds()
    actions.look_at_lapsed()
    actions.note_fees()


@shared_task
def forget_passports():
    """Who looks at a letter erases what is due as well."""
    actions.forget_passports()
