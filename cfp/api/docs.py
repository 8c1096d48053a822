"""What the API offers: for programs as OpenAPI, for people as a page without any script."""

import functools
import re

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

WORDS = {"string": "text", "integer": "number", "number": "number", "boolean": "yes or no"}


@functools.cache
def written() -> dict:
    """The OpenAPI document; it changes with the program only."""
    return SchemaGenerator(api_version="1").get_schema(request=None, public=True)


@require_safe
def schema(request):
    return JsonResponse(written())


@require_safe
def page(request):
    found: dict[str, list] = {}
    for path, methods in written()["paths"].items():
        for operation in methods.values():
            found.setdefault(operation["tags"][0], []).append(said_of(path, operation))
    return render(request, "cfp/api.html", {"groups": sorted(found.items(), reverse=True)})


def said_of(path: str, operation: dict) -> dict:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    shape = resolved(answer)
    is_list = "results" in shape.get("properties", {})
    row = resolved(shape["properties"]["results"]["items"]) if is_list else shape
    return {
        "path": path,
        "says": operation["description"],
        "is_list": is_list,
        "fields": [(name, kind_of(f), f.get("description", "")) for name, f in fields_of(row)],
    }


def resolved(schema: dict) -> dict:
    name = schema.get("$ref", "").rpartition("/")[2]
    return written()["components"]["schemas"][name] if name else schema


def fields_of(row: dict):
    for name, field in row["properties"].items():
        whole = field["allOf"][0] if "allOf" in field else field
        yield name, {**resolved(whole), **field}


def kind_of(field: dict) -> str:
    if values := field.get("enum"):
        return ", ".join(str(value) for value in values)
    if field.get("type") == "array":
        inner = resolved(field["items"])
        return "list of " + (", ".join(inner.get("properties", {})) or "texts")
    if kind := {"date": "day", "date-time": "instant"}.get(field.get("format", "")):
        return kind
    return WORDS.get(re.sub(r"\W", "", str(field.get("type", ""))), "text")
