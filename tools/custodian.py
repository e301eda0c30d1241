#!/usr/bin/env python3
"""Open what Tipline sealed: one file, run by the custodian on a machine of their own that is not on a network.

    python3 custodian.py keygen -o key.txt
    python3 custodian.py check  SEALED --sealed-sha256 HEX
    python3 custodian.py open   SEALED -i key.txt -o OUT --reason "order 12/2026" [--sha256 HEX] [--sealed-sha256 HEX]

`keygen` makes a key pair and prints the public key, which goes into TIPLINE_EVIDENCE_RECIPIENT; key.txt never leaves this machine.
`check` says without any key whether a sealed file is the one that Tipline noted. `open` says what it is about to do, asks for the
first eight characters of the sealed file's SHA-256 as a confirmation, opens it into OUT (0600, never over another file), and
compares the SHA-256 of what came out with --sha256. A file that was cut or changed, or another key's, leaves no OUT behind.
Every opening and every refusal is a line of the custody journal (--journal, default custody-journal.txt in this folder); each line
names the digest of the line before it.

Needs Python 3.11 and either the Python package `pyrage` or the commands `age` and `age-keygen` (Debian's package is called age);
whichever is there is used. Nothing here comes from Tipline's own code, and nothing here uses a network.

Exit code 0: done. 1: refused, with the reason. 2: it cannot be done as asked.
"""

import argparse
import contextlib
import datetime
import getpass
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys

PIECE = 1024 * 1024


class Refused(Exception):
    """The file is not what it was said to be, or was not opened."""


class Unable(Exception):
    """It cannot be done as asked."""


# --- the age format, by pyrage or by the age command ---------------------------------------------------------


def tool():
    """ "pyrage" or "age", whichever is there."""
    with contextlib.suppress(ImportError):
        import pyrage  # noqa: F401

        return "pyrage"
    if shutil.which("age") and shutil.which("age-keygen"):
        return "age"
    raise Unable("neither the Python package pyrage nor the commands age and age-keygen are here: install one of them")


def new_key():
    """The text of a key file, and its public key."""
    if tool() == "pyrage":
        import pyrage

        identity = pyrage.x25519.Identity.generate()
        secret, public = str(identity), str(identity.to_public())
    else:
        text = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
        secret = next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-"))
        public = next(line for line in text.splitlines() if "public key:" in line).rpartition(" ")[2]
    return f"# created: {now()}\n# public key: {public}\n{secret}\n", public


def decrypt(sealed, key_file, out):
    """Decrypt one open file into another. Raises Refused when the key does not fit or a byte is not as it was."""
    if tool() == "age":
        with subprocess.Popen(
            ["age", "--decrypt", "--identity", key_file], stdin=sealed, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            while piece := process.stdout.read(PIECE):
                out.write(piece)
            said = process.stderr.read().decode("utf-8", "replace")
        if process.returncode:
            raise Refused(
                f"it cannot be opened: {said.strip().splitlines()[0] if said.strip() else 'age gives no reason'}"
            )
        return
    import pyrage

    with open(key_file, encoding="ascii", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError as error:
        raise Unable(f"{key_file} holds no age key that can be read") from error
    try:
        pyrage.decrypt_io(sealed, out, identities)
    except (pyrage.DecryptError, OSError) as error:
        if out.failure:
            raise out.failure from error
        raise Refused(f"it cannot be opened: {error}") from error


class Hashed:
    """A file that is hashed as it is written."""

    def __init__(self, file):
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0
        self.failure = None

    def write(self, piece):
        self.digest.update(piece)
        self.size += len(piece)
        try:
            self.file.write(piece)
        except OSError as error:  # kept: what calls here hands on its text only
            self.failure = error
            raise
        return len(piece)

    def flush(self):
        self.file.flush()


# --- files and the journal -----------------------------------------------------------------------------------


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def create(path):
    """A new file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def digest_of(file):
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def note(journal, **line):
    """Add a line to the journal, durably. It names the digest of the line before it."""
    descriptor = os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        lines = file.read().splitlines()
        before = hashlib.sha256(lines[-1]).hexdigest() if lines else ""
        content = {"at": now(), "who": getpass.getuser(), **line, "line_before": before}
        file.write(json.dumps(content, ensure_ascii=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def digest_argument(text):
    text = text.strip().lower()
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise argparse.ArgumentTypeError("a SHA-256 is 64 hexadecimal digits")
    return text


# --- commands ------------------------------------------------------------------------------------------------


def keygen(options):
    text, public = new_key()
    with create(options.output) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    print(public)
    print(f"The secret key is in {options.output}. Keep it, and a copy, where Tipline is not: what is sealed opens with it alone.",
          file=sys.stderr)  # fmt: skip


def check(options):
    with open(options.sealed, "rb") as sealed:
        begins = sealed.read(22).startswith(b"age-encryption.org/v1")
        sealed.seek(0)
        found = digest_of(sealed)
    print(found)
    if not begins:
        raise Refused("this is not a sealed file (age format)")
    if options.sealed_sha256 and options.sealed_sha256 != found:
        raise Refused(f"its SHA-256 is not {options.sealed_sha256}: it is another file, or it was changed")
    print("as noted" if options.sealed_sha256 else "compare this with what Tipline noted", file=sys.stderr)


def open_(options):
    if os.path.lexists(options.output):
        raise Unable(f"{options.output} is there already: nothing is written over")
    if not options.reason.strip():
        raise Unable("--reason: say by what right, for example an order and its date")
    tool()
    status = os.stat(options.identity)
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise Unable(f"others can read the key {options.identity}: chmod 600 {options.identity}")
    with open(options.sealed, "rb") as sealed:
        sealed_sha256 = digest_of(sealed)
        act = {"sealed": os.path.abspath(options.sealed), "sealed_sha256": sealed_sha256, "reason": options.reason}
        try:
            if options.sealed_sha256 and options.sealed_sha256 != sealed_sha256:
                raise Refused(f"the sealed file's SHA-256 is {sealed_sha256} and not {options.sealed_sha256}")
            confirm(options, sealed_sha256)
            note(options.journal, act="opening", **act)
            sealed.seek(0)
            opened = opened_into(options, sealed)
        except (Refused, Unable, OSError) as reason:
            note(options.journal, act="refused" if isinstance(reason, Refused) else "failed", **act, why=str(reason))
            raise
    note(options.journal, act="opened", **act, sha256=opened.digest.hexdigest(), size=opened.size,
         output=os.path.abspath(options.output))  # fmt: skip
    print(opened.digest.hexdigest())
    print(f"{opened.size} bytes are in {options.output}: "
          + ("they are those that Tipline took in." if options.sha256 else "compare the SHA-256 with what Tipline noted."),
          file=sys.stderr)  # fmt: skip


def confirm(options, sealed_sha256):
    print(
        f"About to OPEN the sealed file {options.sealed}\n"
        f"  SHA-256 of the seal  {sealed_sha256}\n"
        f"  into                 {options.output}\n"
        f"  reason               {options.reason}\n"
        "What comes out may be material that it is an offence to possess without a right to. This is written into "
        f"{options.journal}.\n"
        "Type the first eight characters of the seal's SHA-256 to go on: ",
        end="", file=sys.stderr, flush=True,
    )  # fmt: skip
    if sys.stdin.readline().strip() != sealed_sha256[:8]:
        raise Refused("it was not confirmed")


def opened_into(options, sealed):
    """Open beside OUT, and give it that name when everything fits. Whatever goes wrong, nothing is left."""
    part = f"{options.output}.{os.getpid()}.part"
    out = Hashed(create(part))
    try:
        decrypt(sealed, options.identity, out)
        out.flush()
        os.fsync(out.file.fileno())
        if options.sha256 and out.digest.hexdigest() != options.sha256:
            raise Refused(f"what is in it has the SHA-256 {out.digest.hexdigest()} and not {options.sha256}")
        if os.path.lexists(options.output):
            raise Unable(f"{options.output} has appeared meanwhile: nothing is written over")
        os.rename(part, options.output)
    finally:
        out.file.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("keygen", help="make a key pair")
    one.add_argument(
        "-o", "--output", required=True, metavar="KEY", help="file for the secret key, made anew with mode 0600"
    )
    one.set_defaults(run=keygen)
    one = commands.add_parser("check", help="say without a key whether a sealed file is the one that was noted")
    one.add_argument("sealed")
    one.add_argument("--sealed-sha256", type=digest_argument, help="as Tipline noted it")
    one.set_defaults(run=check)
    one = commands.add_parser("open", help="open a sealed file")
    one.add_argument("sealed")
    one.add_argument("-i", "--identity", required=True, metavar="KEY", help="file with the secret key")
    one.add_argument("-o", "--output", required=True, metavar="OUT", help="file to write; never over another")
    one.add_argument("--sha256", type=digest_argument, help="of the file as Tipline took it in")
    one.add_argument("--sealed-sha256", type=digest_argument, help="of the seal as Tipline noted it")
    one.add_argument("--reason", required=True, help="by what right; goes into the journal")
    one.add_argument("--journal", default="custody-journal.txt", help="file to add a line to (default: %(default)s)")
    one.set_defaults(run=open_)
    options = parser.parse_args()
    try:
        options.run(options)
    except Refused as reason:
        print(f"REFUSED: {reason}", file=sys.stderr)
        return 1
    except (Unable, OSError, subprocess.SubprocessError) as error:
        print(f"cannot be done: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
