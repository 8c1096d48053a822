"""What the list of attendees is asked for; read from the address, so that it can be linked."""

import base64
import json
from urllib.parse import urlencode

from django import forms
from django.core.signing import b64_decode
from django.db.models import Q

from ..models import Ticket, TicketType

STATES = {
    "": "Any state",
    "valid": "Valid: paid or given",
    "paid": "Paid",
    "given": "Given",
    "waiting": "Waiting for payment",
    "cancelled": "Cancelled",
    "unnamed": "Places without a name",
}
SORTS = {
    "name": ("By name", "attendee_name"),
    "surname": ("By surname", "surname"),
    "newest": ("Newest first", "-pk"),
}


class AttendeeListForm(forms.Form):
    q = forms.CharField(required=False, max_length=100, label="Find")
    type = forms.ModelChoiceField(
        TicketType.objects.none(),
        to_field_name="code",
        required=False,
        label="Type",
        empty_label="Any type",
    )
    state = forms.ChoiceField(required=False, label="State", choices=list(STATES.items()))
    ribbon = forms.CharField(required=False, max_length=20, label="Ribbon")
    sort = forms.ChoiceField(
        required=False, label="Order", choices=[(key, words) for key, (words, _) in SORTS.items()]
    )

    def __init__(self, query, *, conference):
        super().__init__(query)
        self.conference = conference
        self.after = query.get("after", "")[:600]
        self.fields["type"].queryset = TicketType.objects.filter(conference=conference)
        for name, field in self.fields.items():
            is_list = name in ("type", "state", "sort")
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"

    def query(self, **more):
        """The address of what is asked for now, without where one had come to."""
        given = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return urlencode(given | more)

    def page(self, size):
        """The rows, and the query of the next page or "". What cannot be understood finds none."""
        if not self.is_valid():
            return [], ""
        said = self.cleaned_data
        column = SORTS[said["sort"] or "name"][1]
        rows = self._narrowed(said).select_related("ticket_type", "order")
        rows = self._behind(rows, column).order_by(*dict.fromkeys([column, column_pk(column)]))
        found = list(rows.prefetch_related("ribbons")[: size + 1])
        if len(found) <= size:
            return found, ""
        return found[:size], self.query(after=self._cursor(found[size - 1], column))

    def _narrowed(self, said):
        rows = Ticket.objects.filter(conference=self.conference)
        if words := said["q"].strip():
            known = Ticket.objects.find(self.conference, words, limit=500)
            rows = rows.filter(pk__in=[one.pk for one in known])
        if said["type"]:
            rows = rows.filter(ticket_type=said["type"])
        if said["ribbon"]:
            rows = rows.filter(ribbons__role=said["ribbon"])
        return self._in_state(rows, said["state"])

    @staticmethod
    def _in_state(rows, state):
        """Places that nobody is named on are asked for by themselves, or they would come first."""
        if state == "unnamed":
            return rows.filter(attendee_name="")
        rows = rows.filter(attendee_name__gt="")
        if state == "cancelled":
            return rows.filter(status=Ticket.Status.CANCELLED)
        if state == "valid":
            return rows.admitting()
        if state == "given":
            return rows.given()
        if state == "paid":
            return rows.live().filter(order__status="paid")
        if state == "waiting":
            return rows.live().filter(order__status="pending")
        return rows

    def _behind(self, rows, column):
        """Those after the last row of the page before: a range of the index, not an offset."""
        last = read_cursor(self.after)
        if last is None:
            return rows
        value, pk = last
        if column == "-pk":
            return rows.filter(pk__lt=pk)
        same = Q(**{column: value}, pk__lte=pk)
        return rows.filter(**{f"{column}__gte": value}).exclude(same)

    @staticmethod
    def _cursor(ticket, column):
        value = "" if column == "-pk" else getattr(ticket, column)
        return base64.urlsafe_b64encode(json.dumps([value, ticket.pk]).encode()).decode()


def column_pk(column):
    return "-pk" if column == "-pk" else "pk"


def read_cursor(text):
    """(value, pk), or None when it is none of ours."""
    try:
        value, pk = json.loads(b64_decode(text.rstrip("=").encode()))
        json.dumps(value, ensure_ascii=False).encode()  # no halves of characters
    except (ValueError, TypeError):
        return None
    return (value, pk) if isinstance(value, str) and isinstance(pk, int) else None
