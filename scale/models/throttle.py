from django.db import models


class Throttle(models.Model):
    """How often something was tried in the running window; see `scale.throttle`."""

    key = models.CharField(max_length=64, unique=True)
    window_ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.key[:8]}… {self.count}"
