"""What a source may say of an address beside its place: each loosens the tie between the two."""

from __future__ import annotations

FLAGS = {
    "anonymous": "used to hide where somebody is",
    "anycast": "answers at many places at once",
    "cgnat": "many subscribers share it (carrier-grade NAT)",
    "hosting": "of a data centre",
    "mobile": "a mobile gateway: its place is the operator's",
    "proxy": "speaks for others",
    "relay": "a privacy relay, such as iCloud's",
    "satellite": "by satellite: the place is the ground station's",
    "shared": "shared by several subscribers",
    "tor": "an exit of the Tor network",
    "vpn": "a virtual private network",
}
