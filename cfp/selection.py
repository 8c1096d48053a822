"""Which talks of the committee's table a link asks for, and in which order."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef
from django.http import QueryDict

from .access import Reach
from .forms import Filter
from .models import Decision, Talk
from .scores import Score, scores

Status = Talk.Status
STATUS = [("", "Every status"), *[pair for pair in Status.choices if pair[0] != Status.DRAFT]]
DECISION = [
    ("", "Decided or not"),
    ("open", "Nothing decided"),
    ("any", "Any decision not released"),
    *[(value, f"Not released: {label.lower()}") for value, label in Decision.Verdict.choices],
]
SORT = [
    ("", "Newest first"),
    ("score", "Best score first"),
    ("fair", "Best normalised score first"),
    ("spread", "Most disputed first"),
    ("few", "Fewest reviews first"),
    ("title", "By title"),
]
NONE = Score(0, -1.0, -1.0, -1.0)
BY_SCORE = {
    "score": lambda one: (-one.mean, -one.opinions),
    "fair": lambda one: (-one.fair, -one.opinions),
    "spread": lambda one: (-one.spread, -one.opinions),
    "few": lambda one: (one.opinions,),
}


class Selection:
    """The filters of a link, the ids that they leave, sorted, and rows for some of the ids.

    Ids first: sorting whole rows takes many times as long as sorting numbers.
    """

    def __init__(self, reach: Reach, data: QueryDict):
        self.reach, self.conference = reach, reach.conference
        kinds = [(kind.code, kind.name) for kind in self.conference.talk_kinds.all()]
        self.filters = Filter(
            data,
            conference=self.conference,
            status=STATUS,
            kind=[("", "Every kind"), *kinds],
            level=[("", "Every level"), *Talk.Level.choices],
            decision=DECISION,
            sort=SORT,
        )
        self.chosen = self.filters.chosen()

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @property
    def query(self) -> str:
        """What stands in the link, without what is empty or makes no sense."""
        kept = QueryDict(mutable=True)
        for name, value in self.chosen.items():
            if value:
                kept[name] = value
        return kept.urlencode()

    def ids(self) -> list[int]:
        rows, chosen = self._filtered(), self.chosen
        if chosen["sort"] in BY_SCORE:
            rank = BY_SCORE[chosen["sort"]]
            known = scores(self.conference, hidden=self.reach.own)
            found = rows.order_by("pk").values_list("pk", flat=True)
            return sorted(found, key=lambda pk: rank(known.get(pk, NONE)))
        newest = [F("submitted_at").desc(nulls_last=True), "-pk"]
        order = ["title", "pk"] if chosen["sort"] == "title" else newest
        return list(rows.order_by(*order).values_list("pk", flat=True))

    def rows(self, ids: Iterable[int]) -> list[Talk]:
        """These talks in this order, each with its `score` and its `pending` decision."""
        ids = list(ids)
        found = Talk.objects.filter(pk__in=ids).select_related("track", "kind").with_speakers()
        talks = {talk.pk: talk for talk in found}
        known = scores(self.conference, ids, hidden=self.reach.own)
        decided = {one.talk_id: one for one in Decision.objects.pending().filter(talk__in=ids)}
        for pk, talk in talks.items():
            talk.is_own = pk in self.reach.own
            talk.score = known.get(pk)
            talk.pending = None if talk.is_own else decided.get(pk)
        return [talks[pk] for pk in ids if pk in talks]

    def _filtered(self):
        rows, chosen = self.reach.to_decide(), self.chosen
        if chosen["q"]:
            rows = rows.search(chosen["q"])
        if chosen.get("track"):
            rows = rows.filter(track__code=chosen["track"])
        if chosen["kind"]:
            rows = rows.filter(kind__code=chosen["kind"])
        for name in ("status", "level"):
            if chosen[name]:
                rows = rows.filter(**{name: chosen[name]})
        return self._by_decision(rows, chosen["decision"]) if chosen["decision"] else rows

    def _by_decision(self, rows, asked):
        pending = Decision.objects.pending().filter(talk=OuterRef("pk"))
        if asked == "open":
            return rows.filter(~Exists(pending), status=Status.SUBMITTED)
        if asked != "any":
            pending = pending.filter(verdict=asked)
        return rows.filter(Exists(pending)).exclude(pk__in=self.reach.own)
