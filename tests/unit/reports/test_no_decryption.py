"""No code in the package can open a seal, and nothing serves what stands in the store."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.urls import URLPattern, get_resolver

import tipline
from tipline.core.config import load_config
from tipline.core.storage import Store, Writer, open_store
from tipline.core.storage.directory import DirectoryStore
from tipline.core.storage.s3.store import S3Store
from tipline.reports import evidence

PACKAGE = Path(tipline.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# All that may be touched of pyrage: what seals, what reads a public key, and the error of a wrong one.
SEALING = {"pyrage", "pyrage.encrypt_io", "pyrage.x25519", "pyrage.x25519.Recipient", "pyrage.x25519.Recipient.from_str",
           "pyrage.RecipientError", "Recipient", "RecipientError", "Recipient.from_str"}  # fmt: skip
SEALERS = {
    "core/config.py", "reports/evidence.py", "exchange/package/sending.py", "exchange/parties/descriptor.py",
    "exchange/parties/ourselves.py",
}  # fmt: skip


# What decrypts something else than evidence, with a key that is the installation's own, and where.
OTHER_SECRETS = {
    "trust/accounts/adapters.py": ["use of encryption.decrypt"],  # seeds of second factors, by Fernet
    "trust/accounts/encryption.py": ["use of ?.decrypt"],  # the same
    "intake/public_form/tickets.py": ["use of ?.decrypt_at_time"],  # the form's own tickets, by Fernet
    "intake/forms/__init__.py": [
        "an import whose name is not written here"
    ],  # of its own folders, whose modules are looked at here too
    "exchange/forms.py": ["an import whose name is not written here"],  # of the folders beside it, as above
    "investigation/replies/layouts/__init__.py": [
        "an import whose name is not written here"
    ],  # of its own folders, as above
    "training/scenarios/building.py": ["an import whose name is not written here"],  # of training/blocks, as above
    # makes the key for packages from peers, and tells them its public side; evidence is sealed to custodians, never to it,
    # and nothing here opens anything
    "exchange/parties/ourselves.py": [
        f"use of pyrage.x25519.Identity{end}" for end in ("", ".from_str", "", ".generate", "")
    ],
    "core/redact.py": ["a secret key, or a look for one"],  # takes one out of what is logged
}
AGE = {"age", "rage", "age-keygen"}
COMMANDS = {
    "run",
    "Popen",
    "call",
    "check_call",
    "check_output",
    "which",
    "system",
    "popen",
    "execv",
    "execvp",
    "create_subprocess_exec",
}


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(source: str) -> Iterator[str]:
    """What in a module's text could lead to an opened seal."""
    tree = ast.parse(source)
    names: set[str] = set()  # what the module calls pyrage and its parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in {"pyrage", "age", "rage"}:
                    names.add(alias.asname or "pyrage")
                    if alias.name != "pyrage" or alias.asname:
                        yield f"import of {alias.name}: only `import pyrage`, so that what is used of it can be read"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in {"pyrage", "age", "rage"}:
            for alias in node.names:
                names.add(alias.name)
                if alias.name not in {"Recipient", "RecipientError"} or alias.asname:
                    yield f"import of {alias.name} from {node.module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            path = dotted(node)
            if path.partition(".")[0] in names and path not in SEALING:
                yield f"use of {path}"
            if node.attr.startswith("decrypt"):
                yield f"use of {path}"
        elif isinstance(node, ast.Name) and (node.id in names - {"Recipient", "RecipientError"}):
            if not any(isinstance(n, ast.Attribute) and n.value is node for n in ast.walk(tree)):
                yield f"{node.id} handed on as a whole"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.strip().lower()
            words = text.split()
            if "age-secret-key" in text:
                yield "a secret key, or a look for one"
            if words[:1] and words[0].rpartition("/")[2] in AGE and len(words) > 1 and "-" in words[1][:1]:
                yield f"a command line of {words[0]}"
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in COMMANDS:
            for argument in ast.walk(ast.Tuple(elts=node.args, ctx=ast.Load())):
                if isinstance(argument, ast.Constant) and str(argument.value).rpartition("/")[2] in AGE:
                    yield f"a command line of {argument.value}"
        elif isinstance(node, ast.Call) and dotted(node.func) in {
            "__import__",
            "importlib.import_module",
            "import_module",
        }:
            for argument in node.args[:1]:
                if not isinstance(argument, ast.Constant):
                    yield "an import whose name is not written here"
                elif "pyrage" in str(argument.value):
                    yield "pyrage imported by its name as text"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_can_open_a_seal(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert list(faults(source)) == OTHER_SECRETS.get(path.relative_to(PACKAGE).as_posix(), [])
    if path.relative_to(PACKAGE).as_posix() not in SEALERS:
        assert "pyrage" not in source.replace("pyrage pulls", "")


@pytest.mark.parametrize(
    "source",
    [
        "import pyrage\npyrage.decrypt(b'', [])",
        "import pyrage\npyrage.decrypt_io(a, b, [])",
        "import pyrage as p\np.encrypt_io(a, b, c)",
        "import pyrage\ngetattr(pyrage, 'decr' + 'ypt')(b'', [])",
        "import pyrage\nf = pyrage\nf.decrypt",
        "from pyrage import decrypt",
        "from pyrage import x25519\nx25519.Identity.from_str(t)",
        "from pyrage.x25519 import Identity",
        "from pyrage import ssh",
        "import pyrage.ssh",
        "import pyrage\npyrage.x25519.Identity.generate()",
        "import pyrage\npyrage.passphrase.decrypt(a, b)",
        "from pyrage import *",
        "import importlib\nimportlib.import_module('pyrage')",
        "__import__(name)",
        "subprocess.run(['age', '--decrypt', '-i', key])",
        "subprocess.run(['/usr/bin/rage', '-d', path])",
        "subprocess.run(('age', option))",
        "os.system('age -d -i key')",
        "KEY = 'AGE-SECRET-KEY-1'",
    ],
)
def test_the_test_sees_each_way_there(source: str) -> None:
    assert list(faults(source)) != []


def test_no_file_of_the_package_holds_a_secret_key() -> None:
    for path in PACKAGE.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert not re.search(rb"AGE-SECRET-KEY-1[0-9A-Z]{10}", path.read_bytes().upper()), path


def test_the_store_takes_says_and_hashes_and_lets_out_nothing_but_ciphertext_that_was_released() -> None:
    public = {
        kind: {name for name in dir(kind) if not name.startswith("_")} for kind in (Store, DirectoryStore, S3Store)
    }
    offered = {"writer", "remove", "size", "sha256", "carry", "stored", "unfinished", "discard", "free_bytes"}
    assert set(map(frozenset, public.values())) == {frozenset(offered)}
    assert {name for name in dir(Writer) if not name.startswith("_")} == {"write", "commit", "abort"}
    for kind in (DirectoryStore, S3Store):
        returned = {name: inspect.signature(getattr(kind, name)).return_annotation for name in offered}
        assert not [name for name, what in returned.items() if "bytes" in str(what) and name != "free_bytes"]
        assert not [name for name, what in returned.items() if "IO" in str(what)]
    # one place carries sealed bytes on, and it asks whether two persons said so (tests/integration/exchange/test_sealed_packages.py)
    carriers = {
        path.relative_to(PACKAGE).as_posix() for path in MODULES if ".carry(" in path.read_text(encoding="utf-8")
    }
    assert carriers == {"exchange/package/releases.py"}


def test_outside_of_the_store_nobody_reads_where_files_stand() -> None:
    """`storage_key` leads to a file only through a store; the setting with the store's address is read in three places."""
    readers = {
        path.relative_to(PACKAGE).as_posix() for path in MODULES if ".storage_url" in path.read_text(encoding="utf-8")
    }
    assert readers == {"core/storage/__init__.py", "cli/doctor.py"}
    assert "open(" not in inspect.getsource(evidence).replace("os.fdopen(", "").replace("open_", "")


def test_nothing_serves_the_store(tmp_path: Path) -> None:
    settings = load_config({"TIPLINE_DATA_DIR": str(tmp_path)})
    root = open_store(settings)._root  # type: ignore[attr-defined]
    served = [
        Path(storage.location).resolve()
        for finder in get_finders()
        for storage in getattr(finder, "storages", {}).values()
    ]
    assert served
    for folder in served:
        assert folder not in {root, *root.parents}
        assert folder.is_relative_to(PACKAGE) or "site-packages" in folder.parts
    from django.conf import settings as django_settings

    assert not django_settings.MEDIA_URL.strip("/")
    assert not django_settings.MEDIA_ROOT
    names = {f"{view.__module__}.{getattr(view, '__qualname__', '')}" for view in views(get_resolver())}
    assert not [name for name in names if "serve" in name or "FileResponse" in name]
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        assert "FileResponse" not in source, path
        assert "django.views.static" not in source, path


def views(resolver: object) -> Iterator[object]:
    for entry in resolver.url_patterns:  # type: ignore[attr-defined]
        if isinstance(entry, URLPattern):
            yield inspect.unwrap(entry.callback)
        else:
            yield from views(entry)
