"""A cheque at the desk or in the post: staff write it down."""

from ..models import Order
from . import Provider


class Cheque(Provider):
    name = "cheque"
    label = "cheque"
    by_hand = True

    def offers(self, order: Order) -> bool:
        return False


provider = Cheque()
