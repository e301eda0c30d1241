"""What the form's templates need beside plain variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape

from tipline.core.text import visible

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **values: object) -> str:
    """A text of the page's language with its places filled in."""
    return str(conditional_escape(context["texts"].say(key, **values)))


@register.simple_tag
def error_of(errors: Iterable[tuple[str, str]], field: str) -> str:
    """What is wrong with a field; empty: nothing."""
    return next((text for name, text in errors if name == field), "")


@register.filter
def written(text: str) -> str:
    """What somebody wrote, with its lines; hidden and reordering characters are written out."""
    return visible(text, lines=True)


@register.inclusion_tag("public_form/field.html", takes_context=True)
def field(context: Context, name: str, **more: Any) -> dict[str, Any]:
    """A text field with its label, hint and error. `rows` makes it a text area; `kind` is the keyboard wanted."""
    texts: Mapping[str, str] = context["t"]
    source = context["given"]
    value = getattr(source.contact, name) if hasattr(source.contact, name) else getattr(source, name)
    error = error_of(context["errors"], name)
    hint = texts.get(f"{name}_hint", "")
    described = " ".join(f"{name}-{part}" for part, there in (("hint", hint), ("error", error)) if there)
    return {
        "t": texts, "name": name, "value": value, "label": texts[f"{name}_question"], "hint": hint, "error": error,
        "described": described, "rows": more.get("rows"), "kind": more.get("kind", "text"), "skip": more.get("skip"),
        "complete": more.get("complete", "off"),
    }  # fmt: skip
