"""Findings: defects as the audit tells them, and what one verification came to.

Rule: a code is stable and begins with the invariant it speaks of (design §9):

    i1 dues · i2 children named and there · i3 legal, contiguous · i4 nobody before its children
    i5 coverage · i6 nothing live under closed · i7 order · i8 fold = projection · i9 entitled
    i10 requirements · i11 hashes, signatures, and what lies beside the log
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    Args:
        code: Stable name, beginning with the invariant.
        index: Log index of the first event concerned, None if it is no event.
        ref: The stream concerned.
        message: One sentence.
        expected: What should stand there.
        found: What stands there.
    """

    code: str
    index: int | None
    ref: str | None
    message: str
    expected: str = ""
    found: str = ""

    @property
    def order(self) -> tuple[bool, int, str, int, str]:
        """Where it stands among others: by log index, those of no event last, and of these the deepest first."""
        ref = self.ref or ""
        return self.index is None, self.index or 0, self.code, -ref.count("."), ref


@dataclass(frozen=True, slots=True)
class Verification:
    """What one verification came to.

    Args:
        origin: The log's name, with its newest epoch.
        size: Count of events checked: the snapshot that was looked at.
        root: RFC 6962 root over them, hex.
        directives: How many directives the log folds to.
        checkpoints: How many signed checkpoints were compared with the log.
        keys: Verifier keys they were checked with.
        findings: Defects, in log order.
        left_out: How many more there were than are listed.
        unchecked: What was not checked, as codes: see `console/findings.py` for their sentences.
    """

    origin: str
    size: int
    root: str
    directives: int
    checkpoints: int
    keys: tuple[str, ...]
    findings: tuple[Finding, ...]
    left_out: int
    unchecked: tuple[str, ...]
