"""Fifty rows a page."""

from django.conf import settings
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination

LAST = 999_999


class Pages(PageNumberPagination):
    """Links name the site, not the host that a request named: the answer is kept for others."""

    page_size = 50

    def get_page_number(self, request, paginator):
        number = request.query_params.get(self.page_query_param, "1")
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:7]) <= LAST):
            raise NotFound("There is no such page.")
        return int(number[:7])

    def get_next_link(self):
        return self._link(self.page.number + 1) if self.page.has_next() else None

    def get_previous_link(self):
        return self._link(self.page.number - 1) if self.page.has_previous() else None

    def _link(self, number):
        return f"{settings.SITE_URL}{self.request.path}?{self.page_query_param}={number}"

    def get_schema_operation_parameters(self, view):
        return [
            {
                "name": self.page_query_param,
                "in": "query",
                "required": False,
                "description": "Which page, from 1.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LAST},
            }
        ]
