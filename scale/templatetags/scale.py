"""Filters every template may use: money, and instants on the conference's clocks."""

import datetime as dt

from django import template
from django.utils.formats import date_format

from scale import money as money_
from scale import text
from scale.time import clock as clock_
from scale.time import local, rfc3339

register = template.Library()


@register.filter
def money(amount, currency):
    return money_.show(amount, currency)


@register.filter(name="sum")
def sum_(amount, currency):
    """What came together: nothing is $0 rather than Free."""
    return money_.show_sum(amount, currency)


@register.filter
def amount(total, currency):
    """For ledgers: always with cents, and nothing is $0.00 rather than Free."""
    return money_.ledger(total, currency)


@register.filter
def at(instant, conference):
    """The instant as the venue's clocks show it, for the date filter."""
    return local(instant, conference).replace(tzinfo=None)


@register.filter
def iso(instant, conference):
    return rfc3339(instant, conference)


@register.filter
def clock(instant, conference):
    return clock_(instant, conference)


@register.filter
def day_clock(instant, conference):
    """Sat 6 March, 10:00"""
    day = date_format(local(instant, conference).replace(tzinfo=None), "D j F")
    return f"{day}, {clock_(instant, conference)}"


@register.filter
def zone_at(instant, conference):
    """Pacific (UTC−8), in that very minute"""
    return conference.zone_at(instant)


@register.filter
def just_before(instant):
    """A minute earlier: “until 9 January, 23:59”, where midnight would be read as the day after."""
    return instant - dt.timedelta(minutes=1)


@register.filter
def markdown(source):
    return text.render_markdown(source)
