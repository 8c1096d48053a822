"""A convenience: the browser remembers its open reservation; the order itself is the cart."""

from django.conf import settings
from django.core import signing
from django.utils import timezone

SIGNED, UNTIL = "reservation", "reserved_until"
SALT = "registration.views.carts"


def remember(response, order):
    """The order's code, signed; beside it a moment that scripts of shared pages may read."""
    path = f"/{order.conference.slug}/"
    same = {
        "path": path,
        "max_age": max(1, int((order.expires_at - timezone.now()).total_seconds())),
        "secure": settings.SESSION_COOKIE_SECURE,
        "samesite": "Lax",
    }
    signed = signing.dumps(order.code, salt=SALT)
    response.set_cookie(SIGNED, signed, httponly=True, **same)
    response.set_cookie(UNTIL, str(int(order.expires_at.timestamp())), **same)
    return response


def forget(response, conference):
    for name in (SIGNED, UNTIL):
        response.delete_cookie(name, path=f"/{conference.slug}/", samesite="Lax")
    return response


def remembered(request, conference):
    """The order that this browser began here and that still waits, or None."""
    cookie = request.COOKIES.get(SIGNED, "")
    if not cookie:
        return None
    try:
        code = signing.loads(cookie, salt=SALT, max_age=86400)
    except signing.BadSignature:
        return None
    order = conference.orders.filter(code=code).first()
    if order is None:
        return None
    order.conference = conference
    return order


def open_reservation(request, conference):
    order = remembered(request, conference)
    if order is None or order.status != order.Status.PENDING or order.has_run_out():
        return None
    return order
