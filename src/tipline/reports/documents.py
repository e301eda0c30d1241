"""Documents of the record, as whoever reads them should see them."""

from __future__ import annotations

from lxml import etree


def without_namespace(root: etree._Element) -> etree._Element:
    """A document whose root is in a namespace, read as if that namespace were none; changed in place.

    Some clients write a namespace and some omit it, by default or with a prefix, on the root alone or on every element
    (wire/cybertipline.md). What is in any other namespace stays there, and is unknown.
    """
    namespace = etree.QName(root).namespace
    if not namespace:
        return root
    prefix = f"{{{namespace}}}"
    for element in root.iter(f"{prefix}*"):
        element.tag = str(element.tag).removeprefix(prefix)
    etree.cleanup_namespaces(root)
    return root
