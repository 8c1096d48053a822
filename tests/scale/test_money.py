from decimal import Decimal

import pytest

from scale.money import cents, show


@pytest.mark.parametrize(
    ("price", "factor", "rounded"),
    [("5.25", "0.5", "2.62"), ("5.25", "0.7", "3.68"), ("5.47", "0.6", "3.28")],
)
def test_half_a_cent_goes_to_the_even_side(price, factor, rounded):
    assert cents(Decimal(price) * Decimal(factor)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0.00", "USD", "Free"),
        ("90.00", "USD", "$90"),
        ("12.50", "USD", "$12.50"),
        ("1234567.80", "EUR", "€1,234,567.80"),
        ("-12.50", "USD", "−$12.50"),
        ("3.00", "SEK", "SEK 3"),
    ],
)
def test_money_reads_as_people_write_it(amount, currency, words):
    assert show(Decimal(amount), currency) == words
