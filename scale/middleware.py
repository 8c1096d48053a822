import re
import time
import uuid

import structlog
from django.http import HttpResponseBadRequest, JsonResponse
from django.template.loader import render_to_string

from .models.audit import current_request

log = structlog.get_logger()


def is_refused(encoding):
    """Whether a part of Accept-Encoding says “not this”, such as gzip;q=0."""
    name, _, weight = encoding.replace(" ", "").lower().partition(";q=")
    return weight.rstrip("0") in ("0.", ".", "") and bool(weight)


def refused_encodings(get_response):
    """Take what a client refuses out of its Accept-Encoding.

    Who compresses (WhiteNoise, `scale.cache`) looks only whether the name is there.
    """

    def middleware(request):
        given = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if "=" in given:
            wanted = [part for part in given.split(",") if not is_refused(part)]
            request.META["HTTP_ACCEPT_ENCODING"] = ",".join(wanted)
        return get_response(request)

    return middleware


def request_log(get_response):
    """One line for each request, with an id that every other line of it carries too."""

    def middleware(request):
        request.id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)
        asked = current_request.set(request)  # the audit trail asks it who acts
        began = time.perf_counter()
        try:
            response = get_response(request)
        finally:
            current_request.reset(asked)
        response["X-Request-ID"] = request.id
        log.info(
            "request",
            method=request.method,
            path=shown_path(request),
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        return response

    return middleware


def shown_path(request):
    """The path without the secret that a link may carry."""
    match = request.resolver_match
    secret = match.kwargs.get("secret") if match else None
    return request.path.replace(secret, "…") if secret else request.path


# What Python says of a number with thousands of digits and of JSON a thousand brackets deep.
UNREADABLE = re.compile("integer string conversion|while decoding a JSON")


def refuse_unreadable(get_response):
    """Addresses with a NUL byte are broken or hostile; databases choke on them.

    So are numbers and JSON that Python itself refuses to read. Our forms say so beside
    the field; where a library reads what was sent, it can only be refused here.
    """

    def refused(request):
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "This cannot be read."}, status=400)
        return HttpResponseBadRequest(render_to_string("400.html", {}))

    def middleware(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return refused(request)
        return get_response(request)

    def process_exception(request, exception):
        is_unreadable = isinstance(exception, ValueError | RecursionError)
        return refused(request) if is_unreadable and UNREADABLE.search(str(exception)) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


PERSONAL = ("/staff/", "/my/", "/account/", "/admin/", "/dev/")


def private_links(get_response):
    """Answers to a secret link, to staff and about oneself are kept by no cache."""

    def middleware(request):
        response = get_response(request)
        match = request.resolver_match
        if match and ("secret" in match.kwargs or match.kwargs.get("private")):
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
        elif request.path.startswith(PERSONAL):
            response["Cache-Control"] = "private, no-store"
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response

    return middleware
