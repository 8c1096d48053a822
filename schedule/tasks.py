from celery import shared_task

from .imports import runs


@shared_task
def run_import(pk):
    runs.work(pk)
