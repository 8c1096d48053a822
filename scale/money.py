"""Money is Decimal with two places, in the edition's one currency."""

from decimal import ROUND_HALF_EVEN, Decimal

from .models.conference import CURRENCIES

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, half to even: 2.625 → 2.62, 3.675 → 3.68."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def show(amount: Decimal, currency: str) -> str:
    """A price for people: $90, $12.50, −$5, Free."""
    return show_sum(amount, currency) if amount else "Free"


def show_sum(amount: Decimal, currency: str) -> str:
    """What came together: as a price, but nothing is $0."""
    sign = "−" if amount < 0 else ""
    text = f"{abs(amount):,.2f}".removesuffix(".00")
    return f"{sign}{CURRENCIES.get(currency, currency + ' ')}{text}"


def ledger(amount: Decimal, currency: str) -> str:
    """For sums in columns: always with cents, $0.00 rather than Free."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{CURRENCIES.get(currency, currency + ' ')}{abs(amount):,.2f}"
