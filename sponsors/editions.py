"""What of this floor goes into the next edition: the packages. Organizations outlive editions."""

from .models import Package, Sponsorship


def copy(old, new, shift):
    """The same packages at the same prices, none of them taken yet."""
    types = {one.code: one for one in new.ticket_types.all()}
    Package.objects.bulk_create(
        Package(
            conference=new,
            name=package.name,
            price=package.price,
            size=package.size,
            position=package.position,
            passes=package.passes,
            pass_type=package.pass_type and types[package.pass_type.code],
        )
        for package in Package.objects.filter(conference=old).select_related("pass_type")
    )


def erase(conference):
    """Who put a signature under this edition's deals; contacts belong to no edition."""
    Sponsorship.objects.filter(conference=conference).update(signed_by="")
