from django.apps import AppConfig


class CfpConfig(AppConfig):
    name = "cfp"
