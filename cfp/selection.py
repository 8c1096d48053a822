"""Which talks of the committee's table a link asks for, and in which order."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.http import QueryDict

from .access import Reach
from .forms import Filter
from .models import Decision, ReviewTag, Talk, TalkSpeaker
from .scores import Score, scores

Status = Talk.Status
STATUS = [("", "Every status"), *[pair for pair in Status.choices if pair[0] != Status.DRAFT]]
DECISION = [
    ("", "Decided or not"),
    ("open", "Nothing decided"),
    ("any", "Any decision not released"),
    *[(value, f"Not released: {label.lower()}") for value, label in Decision.Verdict.choices],
]
WHO = [
    ("", "Every speaker"),
    ("first", "First-timers"),
    ("several", "With several talks"),
]
# Each sort, what it is called, and what it is called the other way round.
SORTS = {
    "": ("Newest first", "Oldest first"),
    "score": ("Best score first", "Worst score first"),
    "fair": ("Best normalised score first", "Worst normalised score first"),
    "spread": ("Most disputed first", "Least disputed first"),
    "few": ("Fewest reviews first", "Most reviews first"),
    "title": ("Title, A to Z", "Title, Z to A"),
    "track": ("By track", "By track, backwards"),
    "kind": ("By kind", "By kind, backwards"),
    "status": ("By status", "By status, backwards"),
}
BACK = "-"
SORT = [
    *((name, words) for name, (words, _) in SORTS.items()),
    *((BACK + name, words) for name, (_, words) in SORTS.items()),
]
FALLS = {"score", "fair", "spread", ""}  # these begin with the greatest
NONE = Score(0, -1.0, -1.0, -1.0)
BY_SCORE = {
    "score": lambda one: (one.mean, one.opinions),
    "fair": lambda one: (one.fair, one.mean, one.opinions),
    "spread": lambda one: (one.spread, one.opinions),
}
BY_COLUMN = {
    "": ["submitted_at", "pk"],
    "title": ["title"],
    "track": ["track__position", "track__name"],
    "kind": ["kind__position", "kind__name"],
    "status": [Case(*(When(status=one, then=Value(n)) for n, one in enumerate(Status)))],
}
GONE = (Status.DRAFT, Status.WITHDRAWN)


class Selection:
    """The filters of a link, the ids that they leave, sorted, and rows for some of the ids.

    Ids first: sorting whole rows takes many times as long as sorting numbers.
    """

    def __init__(self, reach: Reach, data: QueryDict):
        self.reach, self.conference = reach, reach.conference
        kinds = [(kind.code, kind.name) for kind in self.conference.talk_kinds.all()]
        self.tags = list(ReviewTag.objects.filter(conference=self.conference))
        self.filters = Filter(
            data,
            conference=self.conference,
            status=STATUS,
            kind=[("", "Every kind"), *kinds],
            level=[("", "Every level"), *Talk.Level.choices],
            decision=DECISION,
            **self._by_tag(),
            who=WHO,
            sort=SORT,
        )
        self.chosen = self.filters.chosen()

    def _by_tag(self):
        choices = [(str(tag.pk), tag.name) for tag in self.tags]
        return {"tag": [("", "Every tag"), *choices, ("none", "No tag")]} if choices else {}

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @property
    def query(self) -> str:
        """What stands in the link, without what is empty or makes no sense."""
        return self._link(self.chosen)

    def _link(self, chosen) -> str:
        kept = QueryDict(mutable=True)
        for name, value in chosen.items():
            if value:
                kept[name] = value
        return kept.urlencode()

    @property
    def headings(self) -> dict[str, dict]:
        """For each column that sorts: the link of its heading, and `aria-sort` where it does."""
        now = self.chosen["sort"]
        found = {}
        for name in SORTS:
            turned = BACK + name if now == name else name
            falls = (name in FALLS) != now.startswith(BACK)
            found[name] = {
                "query": self._link(self.chosen | {"sort": turned}),
                "sorted": ("descending" if falls else "ascending")
                if now in (name, BACK + name)
                else "",
                "says": SORTS[name][turned.startswith(BACK)],
            }
        return found

    def ids(self) -> list[int]:
        sort = self.chosen["sort"]
        name, backwards = sort.removeprefix(BACK), sort.startswith(BACK)
        rows = self._filtered()
        if name in BY_SCORE or name == "few":
            return self._by_score(rows, name, backwards)
        way = "desc" if (name in FALLS) != backwards else "asc"
        columns = [F(one) if isinstance(one, str) else one for one in BY_COLUMN[name]]
        order = [getattr(column, way)(nulls_last=True) for column in columns]
        return list(rows.order_by(*order, "title", "pk").values_list("pk", flat=True))

    def _by_score(self, rows, name, backwards) -> list[int]:
        """Talks that nobody has scored come last, whichever way round."""
        known = scores(self.conference, hidden=self.reach.kept_from)
        found = list(rows.order_by("pk").values_list("pk", flat=True))
        if name == "few":
            found.sort(key=lambda pk: known.get(pk, NONE).opinions, reverse=backwards)
            return found
        rank = BY_SCORE[name]
        scored = [pk for pk in found if pk in known]
        scored.sort(key=lambda pk: rank(known[pk]), reverse=not backwards)
        return scored + [pk for pk in found if pk not in known]

    def rows(self, ids: Iterable[int]) -> list[Talk]:
        """These talks in this order, each with its `score` and its `pending` decision."""
        ids = list(ids)
        found = Talk.objects.filter(pk__in=ids).select_related("track", "kind").with_speakers()
        talks = {talk.pk: talk for talk in found.prefetch_related("tags")}
        known = scores(self.conference, ids, hidden=self.reach.kept_from)
        decided = {one.talk_id: one for one in Decision.objects.pending().filter(talk__in=ids)}
        for pk, talk in talks.items():
            talk.is_kept_away = pk in self.reach.kept_from
            talk.score = known.get(pk)
            talk.pending = None if talk.is_kept_away else decided.get(pk)
        self._count_talks(talks.values())
        return [talks[pk] for pk in ids if pk in talks]

    def _count_talks(self, talks) -> None:
        """To each speaker of these how many talks they offer here, as far as one sees them."""
        people = {speaker.pk for talk in talks for speaker in talk.speakers()}
        links = self._links().filter(speaker__in=people)
        counted = Counter(dict(links.order_by().values_list("speaker").annotate(Count("pk"))))
        for talk in talks:
            for speaker in talk.speakers():
                speaker.talks_here = counted[speaker.pk]

    def _links(self):
        return TalkSpeaker.objects.filter(talk__in=self.reach.to_decide().exclude(status__in=GONE))

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
        if tag := chosen.get("tag"):
            rows = rows.filter(tags=None if tag == "none" else tag)
        if chosen["who"]:
            rows = self._by_who(rows, chosen["who"])
        return self._by_decision(rows, chosen["decision"]) if chosen["decision"] else rows

    def _by_who(self, rows, asked):
        if asked == "first":
            return rows.filter(is_first_time=True)
        busy = self._links().order_by().values("speaker").annotate(n=Count("pk")).filter(n__gt=1)
        # Looked up first: as one statement it would count anew for each talk.
        people = list(busy.values_list("speaker", flat=True))
        return rows.filter(pk__in=self._links().filter(speaker__in=people).values("talk"))

    def _by_decision(self, rows, asked):
        """Nobody learns by a filter whether a talk of their own is decided."""
        pending = Decision.objects.pending().filter(talk=OuterRef("pk"))
        if asked == "open":
            undecided = ~Exists(pending) | Q(pk__in=self.reach.kept_from)
            return rows.filter(undecided, status=Status.SUBMITTED)
        if asked != "any":
            pending = pending.filter(verdict=asked)
        return rows.filter(Exists(pending)).exclude(pk__in=self.reach.kept_from)
