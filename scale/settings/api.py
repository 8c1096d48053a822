"""What programs read: JSON only, by a token of their own; no session counts there."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cfp.api.auth.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "cfp.api.pages.Pages",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "scale",
    "VERSION": "1",
    "DESCRIPTION": "Talks and slots of each edition, and more; the committee’s work by token.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Level": "cfp.models.Talk.Level",
        "Status": "cfp.models.Talk.Status",
    },
}
