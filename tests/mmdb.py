"""A small writer of MMDB files for tests (MaxMind DB file format 2.0). It shares nothing with what reads them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"
BUILT = 1_780_000_000  # 2026-05-28


class Uint(int):
    """An unsigned number of a given type of the format: 5 is uint16, 6 uint32, 9 uint64."""

    kind: int

    def __new__(cls, kind: int, value: int) -> Uint:
        made = super().__new__(cls, value)
        made.kind = kind
        return made


def value(data: Any) -> bytes:
    """A value of the data section."""
    match data:
        case bool():
            return _control(14, int(data))
        case str():
            body = data.encode()
            return _control(2, len(body)) + body
        case float():
            return _control(3, 8) + struct.pack(">d", data)
        case int():
            body = int(data).to_bytes(8, "big").lstrip(b"\0")
            return _control(data.kind if isinstance(data, Uint) else 6, len(body)) + body
        case list():
            return _control(11, len(data)) + b"".join(map(value, data))
        case dict():
            return _control(7, len(data)) + b"".join(value(k) + value(v) for k, v in data.items())
    raise TypeError(data)


def _control(kind: int, size: int) -> bytes:
    first, extended = (kind << 5, b"") if kind < 8 else (0, bytes([kind - 7]))
    if size < 29:
        return bytes([first | size]) + extended
    if size < 285:
        return bytes([first | 29]) + extended + bytes([size - 29])
    return bytes([first | 30]) + extended + (size - 285).to_bytes(2, "big")


def write(
    records: Mapping[str, Any], ip_version: int = 4, record_size: int = 24, database_type: str = "Test-City",
    built: int = BUILT, aliases: tuple[str, ...] = (), merged: bool = True,
) -> bytes:  # fmt: skip
    """A file with a record for each network, the more precise one inside the wider. IPv4 networks of an IPv6 file hang under ::/96.

    `aliases` are IPv6 networks that lead to the IPv4 tree, as MaxMind's files have them.
    """
    bits = 32 if ip_version == 4 else 128
    root: list[Any] = [None, None]
    for text, record in sorted(records.items(), key=lambda pair: ip_network(pair[0]).prefixlen):
        network = ip_network(text)
        number, length = int(network.network_address), network.prefixlen
        if network.version == 4 and bits == 128:
            length += 96
        _put(root, number, length, bits, ("record", repr(record), record))
    if merged:
        _merge(root)
    for alias in aliases:
        network = ip_network(alias)
        node: Any = root
        for _ in range(96):
            node = node[0]
        _put(root, int(network.network_address), network.prefixlen, bits, node)
    nodes: list[list[Any]] = []
    numbers: dict[int, int] = {}

    def number_of(node: list[Any]) -> None:
        if id(node) not in numbers:
            numbers[id(node)] = len(nodes)
            nodes.append(node)
            for child in node:
                if isinstance(child, list):
                    number_of(child)

    number_of(root)
    data, offsets = b"", {}
    for node in nodes:
        for child in node:
            if isinstance(child, tuple) and child[1] not in offsets:
                offsets[child[1]] = len(data)
                data += value(child[2])

    def pointer(child: Any) -> int:
        if child is None:
            return len(nodes)
        return numbers[id(child)] if isinstance(child, list) else len(nodes) + 16 + offsets[child[1]]

    tree = b"".join(_node(pointer(left), pointer(right), record_size) for left, right in nodes)
    about = {
        "node_count": Uint(6, len(nodes)), "record_size": Uint(5, record_size), "ip_version": Uint(5, ip_version),
        "database_type": database_type, "languages": ["en"], "binary_format_major_version": Uint(5, 2),
        "binary_format_minor_version": Uint(5, 0), "build_epoch": Uint(9, built), "description": {"en": "x"},
    }  # fmt: skip
    return tree + bytes(16) + data + MARKER + value(about)


def _put(root: list[Any], number: int, length: int, bits: int, what: Any) -> None:
    if length == 0:
        root[:] = [what, what]
        return
    node = root
    for depth in range(length):
        side = number >> (bits - 1 - depth) & 1
        if depth == length - 1:
            node[side] = what
        else:
            if not isinstance(node[side], list):
                node[side] = [node[side], node[side]]
            node = node[side]


def _merge(node: list[Any]) -> Any:
    """Halves with one record are one network, as MaxMind's writer has it; the root stays a node."""
    for side in (0, 1):
        if isinstance(node[side], list):
            node[side] = _merge(node[side])
    left, right = node
    same = left is right or (isinstance(left, tuple) and isinstance(right, tuple) and left[1] == right[1])
    return left if same and not isinstance(left, list) else node


def _node(left: int, right: int, size: int) -> bytes:
    if size == 28:
        middle = (left >> 24) << 4 | right >> 24
        return (left & 0xFFFFFF).to_bytes(3, "big") + bytes([middle]) + (right & 0xFFFFFF).to_bytes(3, "big")
    return left.to_bytes(size // 8, "big") + right.to_bytes(size // 8, "big")
