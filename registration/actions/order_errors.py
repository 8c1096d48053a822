"""Why an order is not made or not changed. Each message is for the person who tried."""

from decimal import Decimal

from ..models import AddOn, PaymentSession, TicketType
from ..seats import Problem


class NotOnSale(Exception):
    """A type or an extra is not sold now: too early, or over."""

    def __init__(self, thing: TicketType | AddOn) -> None:
        self.thing = thing
        super().__init__(f"{thing} is not on sale now.")


class NoSeat(NotOnSale):
    """A seat cannot be had: beside another of the ticket, or because nothing takes place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.add_on)
        self.args = (problem.says,)


class PriceChanged(Exception):
    """It costs `total` now, which is not what was shown to who sells it."""

    def __init__(self, total: Decimal) -> None:
        self.total = total
        super().__init__(f"It costs {total} now.")


class BeingPaid(Exception):
    """A provider's page is open for the order's old total; it cannot cost something else now."""

    def __init__(self, page: PaymentSession) -> None:
        self.page = page
        super().__init__(f"{page.amount} {page.currency} are being paid.")


class ChangedMeanwhile(Exception):
    """The order is not as the form's user saw it: a double click, or somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "This was done already, or somebody else changed it meanwhile. "
            "Nothing was done twice; please look again."
        )


class NotOpen(Exception):
    """The order is paid, cancelled or being paid: names and extras no longer change here."""
