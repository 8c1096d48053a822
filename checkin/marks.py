"""What the door should see beside a name: ribbons, extras, that a guardian signs."""

from django.db.models import Aggregate, CharField, F, Value
from django.db.models.functions import Cast, Concat

from registration.models import OrderLine, Ribbon

BETWEEN, WITHIN = "\n", "\t"
MINOR = "minor: guardian signs"


class Joined(Aggregate):
    """The texts of a group, each on a line of its own."""

    function = "GROUP_CONCAT"
    template = f"%(function)s(%(expressions)s SEPARATOR '{BETWEEN}')"
    output_field = CharField()

    def as_sqlite(self, compiler, connection, **context):
        template = f"%(function)s(%(expressions)s, '{BETWEEN}')"
        return super().as_sql(compiler, connection, template=template, **context)


def of_tickets(ticket):
    """Annotations for rows whose ticket is `ticket`, an OuterRef."""
    ribbons = Ribbon.objects.filter(ticket=ticket)
    extras = OrderLine.objects.in_force().filter(ticket=ticket, add_on__isnull=False)
    described = Concat(
        *(Cast("add_on_id", CharField(max_length=20)), Value(WITHIN)),
        *("add_on__kind", Value(WITHIN), "add_on__choice", Value(" "), "add_on__name"),
        output_field=CharField(),
    )
    return {
        "ribbon_roles": joined(ribbons, F("role")),
        "extra_lines": joined(extras, described),
    }


def joined(rows, text):
    return rows.order_by().values("ticket").annotate(all=Joined(text)).values("all")


def carry(ticket, scan):
    """A scan that was just made shows what its ticket came with."""
    scan.ribbon_roles = getattr(ticket, "ribbon_roles", None)
    scan.extra_lines = getattr(ticket, "extra_lines", None)


def roles(lines):
    """Of `ribbon_roles`."""
    return sorted(lines.split(BETWEEN)) if lines else []


def extras(lines):
    """(pk, kind, name) of `extra_lines`: what the holder has beside the admission."""
    parts = [line.split(WITHIN) for line in (lines or "").split(BETWEEN)]
    return sorted((int(part[0]), part[1], part[2].strip()) for part in parts if len(part) == 3)


def extra_numbers(lines):
    return [pk for pk, _, _ in extras(lines)]


def notes(row, ticket):
    """For people: “Speaker”, “T-shirt Size M”, “minor: guardian signs”."""
    ribbons = [role.replace("-", " ").capitalize() for role in roles(row.ribbon_roles)]
    things = [name for _, _, name in extras(row.extra_lines)]
    minor = [MINOR] if ticket.is_minor or ticket.guardian_name else []
    return [*minor, *ribbons, *things]
