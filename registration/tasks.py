from celery import shared_task

from . import actions


@shared_task
def expire_orders():
    """Keeps the figures tidy; a sale that needs the places frees them itself."""
    actions.expire_orders()
