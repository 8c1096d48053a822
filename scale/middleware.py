import time
import uuid

import structlog
from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string

log = structlog.get_logger()


def request_log(get_response):
    """One line for each request, with an id that every other line of it carries too."""

    def middleware(request):
        request_id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        response = get_response(request)
        response["X-Request-ID"] = request_id
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        return response

    return middleware


def refuse_nul(get_response):
    """Addresses and forms with a NUL byte are broken or hostile; databases choke on them.

    Forms say so beside the field; an address can only be refused.
    """

    def middleware(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(render_to_string("400.html", {}))
        return get_response(request)

    return middleware


def private_links(get_response):
    """Answers to a secret link, to staff and to anyone signed in are kept by no cache."""

    def middleware(request):
        response = get_response(request)
        match = request.resolver_match
        if match and ("secret" in match.kwargs or match.kwargs.get("private")):
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response

    return middleware
