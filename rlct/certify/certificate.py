"""The certificate as data: reading, writing, digest, and the shape of every field.

Light on purpose (no sympy): the engine seals what it found with this module, and `rlct.certify.check` proves it.
The format is `docs/certificate-format.md`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlct.certify.schema import CERTIFICATE
from rlct.errors import SchemaError

FORMAT = "rlct certificate"
VERSION = 1


@dataclass(frozen=True)
class Certificate:
    """A proof script as plain JSON data, whose shape (not whose truth) has been looked at.

    Parameters
    ----------
    data : the dictionary of `docs/certificate-format.md`, digest included.
    """

    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """A copy of the data as plain JSON types."""
        copy: dict[str, Any] = json.loads(json.dumps(self.data))
        return copy

    @classmethod
    def from_dict(cls, data: Any) -> Certificate:
        """The certificate in `data`; raises `SchemaError` naming the field that does not fit."""
        validate(data)
        return cls(data)

    def to_json(self) -> str:
        """The canonical text: sorted keys, no spaces, ASCII."""
        return canonical(self.data)

    def save(self, path: str | Path) -> None:
        """Write the canonical text to a file."""
        Path(path).write_text(self.to_json() + "\n", encoding="ascii")

    @classmethod
    def load(cls, path: str | Path) -> Certificate:
        """Read a file; raises `SchemaError` when it holds no certificate, `OSError` when it cannot be read."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"), parse_float=_no_float, parse_constant=_no_float)
        except (ValueError, RecursionError) as error:
            raise SchemaError("the file", f"is no JSON text: {error}") from error
        return cls.from_dict(data)


def canonical(data: Any) -> str:
    """Canonical JSON text of plain data: the same data always give the same bytes."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(data: dict[str, Any]) -> str:
    """SHA-256 (hexadecimal) of everything but the field "digest" itself.

    >>> digest({"a": 1, "digest": "?"}) == digest({"a": 1})
    True
    """
    rest = {k: v for k, v in data.items() if k != "digest"}
    return hashlib.sha256(canonical(rest).encode("ascii")).hexdigest()


def seal(data: dict[str, Any]) -> Certificate:
    """The certificate made of `data` with its digest added (an old digest is replaced).

    Raises `SchemaError` when the data do not have the shape of a certificate.
    """
    return Certificate.from_dict({**data, "digest": digest(data)})


def validate(data: Any) -> None:
    """Check the shape of every field and the digest; raises `SchemaError` naming the first field at fault."""
    if not isinstance(data, dict):
        raise SchemaError("the certificate", "is no JSON object")
    if data.get("format") != FORMAT:
        raise SchemaError("format", f'is not "{FORMAT}"')
    if type(data.get("version")) is not int or data["version"] != VERSION:
        raise SchemaError("version", f"is not {VERSION}, the only one this program reads")
    try:
        CERTIFICATE(data, "")
        right = digest(data)
    except RecursionError as error:
        raise SchemaError("the certificate", "is nested too deeply") from error
    if data["digest"] != right:
        raise SchemaError("digest", "does not fit the rest: the certificate was changed")


def _no_float(text: str) -> Any:
    raise ValueError(f"floating point number {text[:20]}")
