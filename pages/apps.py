from django.apps import AppConfig
from django.urls import reverse


class PagesConfig(AppConfig):
    name = "pages"

    def ready(self):
        from scale import outputs  # noqa: PLC0415  (needs the models loaded)

        outputs.register(
            "front page",
            "html",
            lambda conference: [reverse("pages:front", args=[conference.slug])],
        )
