"""Rows of which others keep copies that must become new: the phones at the door."""

from django.db import models


class FollowedQuerySet(models.QuerySet):
    """Whatever is changed here loses its place among the changes and gets a later one.

    bulk_update comes by here too. bulk_create makes rows that have no place yet.
    """

    def update(self, **values):
        return super().update(**{"change_no": None, **values})


class Followed(models.Model):
    """`change_no` is the place of the row's last change in the order in which changes are told.

    Every write takes it away, in the same statement; who tells the changes gives the next one,
    after the write was committed (checkin.feed). So a change that is committed late is told
    late, and never passed over.
    """

    change_no = models.PositiveBigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.change_no = None
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "change_no"}
        super().save(*args, **kwargs)
