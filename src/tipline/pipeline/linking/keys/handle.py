"""Handles by platform rule: full stops go where the platform ignores them, and a renamed platform is one."""

from __future__ import annotations

from tipline.pipeline.linking.keys.platforms import BY_NAME


def key(scope: str, value: str) -> tuple[str, str]:
    """Platform and handle of the key; at a platform without rules both stay."""
    platform = BY_NAME.get(scope)
    if platform is None:
        return scope, value
    short = value.replace(".", "") if platform.dots else value
    return platform.same_as or scope, short or value
