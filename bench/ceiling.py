"""The least that such an answer can cost on this machine: bare views without middleware."""

import secrets

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from scale.models import Conference, Throttle


def bare(request):
    return HttpResponse("ok")


def select(request, slug):
    """One indexed select."""
    Conference.objects.filter(slug=slug).values_list("version", flat=True).first()
    return HttpResponse("ok")


@csrf_exempt
def lock_and_insert(request, slug):
    """One row locked and one inserted, in one transaction."""
    with transaction.atomic():
        Conference.objects.select_for_update().filter(slug=slug).values_list("pk").first()
        Throttle.objects.create(key=secrets.token_hex(32), window_ends_at=timezone.now())
    return HttpResponse("ok")


def body(request, size):
    """A cached body of the given size."""
    key = f"ceiling:{size}"
    found = cache.get(key)
    if found is None:
        found = secrets.token_bytes(size)
        cache.set(key, found)
    return HttpResponse(found)


urlpatterns = [
    path("bare", bare),
    path("select/<str:slug>", select),
    path("lock/<str:slug>", lock_and_insert),
    path("body/<int:size>", body),
]
