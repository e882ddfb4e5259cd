"""Every error Xiada raises, in one tree.

    XiadaError
    ├── Refused              the rules said no; nothing was written
    │   ├── NotFound           no such directive, cascade, notice or unit
    │   ├── IllegalTransition  this status does not know this trigger
    │   ├── GuardRefused       the table allows it, a guard does not
    │   ├── DueRefused         a due would fall after its parent's
    │   ├── LimitExceeded      longer, deeper or more than the limits allow
    │   └── NotEntitled        this actor may not do this here
    ├── VersionConflict      somebody else was faster: reload and retry
    ├── Malformed            the caller's words cannot be read
    ├── Tampered             stored bytes are not what was written
    └── StoreError           the store cannot serve: locked, full, foreign, newer

Rule: a `Refused`, a `VersionConflict` and a `Malformed` are the caller's to mend; `Tampered` and
`StoreError` are the operator's; a defect of ours is an `AssertionError`. Each carries a stable
`code`, the facts as `data`, and says what to do next in `remedy`.
"""

from __future__ import annotations


class XiadaError(Exception):
    """Anything Xiada can say no with.

    Args:
        code: Stable name of the reason, for programs and translations.
        message: One sentence for people: what is wrong.
        remedy: One sentence: what to do next.
        data: The facts behind it, plain JSON values.

    Example:
        >>> error = Refused("no_recipients", "no recipients", remedy="Name at least one unit.", directive="c/1")
        >>> error.code, error.data["directive"]
        ('no_recipients', 'c/1')
        >>> print(error)
        no recipients. Name at least one unit.
    """

    def __init__(self, code: str, message: str, *, remedy: str = "", **data: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.data = data

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Return what an equal error is made of in another process."""
        return _made_again, (type(self), self.code, self.message, self.remedy, self.data)


def _made_again(kind: type[XiadaError], code: str, message: str, remedy: str, data: dict[str, object]) -> XiadaError:
    """Return an error from what it is made of."""
    return kind(code, message, remedy=remedy, **data)


class Refused(XiadaError):
    """The rules said no; nothing was written."""


class NotFound(Refused):
    """The directive, cascade, notice or unit named does not exist."""


class IllegalTransition(Refused):
    """The directive's status does not know the trigger."""


class GuardRefused(Refused):
    """The table allows the trigger here, a guard does not."""


class DueRefused(Refused):
    """A due would fall after its parent's.

    `data["chain"]` holds `[reference, due]` from the directive's parent up to the binding ancestor,
    `data["latest"]` the latest due that would pass, both in µs since 1970 UTC.
    """


class LimitExceeded(Refused):
    """Longer, deeper or more than `limits.py` allows."""


class NotEntitled(Refused):
    """The actor may not do this to this directive."""


class VersionConflict(XiadaError):
    """The directive has moved since the caller looked: reload and retry."""


class Malformed(XiadaError):
    """The caller's words cannot be read: a value, a file, a reference."""


class Tampered(XiadaError):
    """Stored bytes are not what was written."""


class StoreError(XiadaError):
    """The store cannot serve: locked, full, foreign, newer or broken."""
