"""The engine's own audit: everything checked again from the bytes, by the rules it was opened with.

Rule: the audit is loaded by whoever asks for it, and looks at one consistent snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xiada.engine.audit.findings import Finding, Verification
from xiada.engine.executor import Executor
from xiada.engine.ports import Store

if TYPE_CHECKING:
    from xiada.engine.audit.subject import Means
    from xiada.engine.log.keys import VerifierKey


class Auditing:
    """Checks all that an engine has."""

    _store: Store
    _executor: Executor

    def verify(self, *, progress: Callable[[int], None] | None = None) -> list[Finding]:
        """Return every defect of the log and of what is kept beside it, in log order; see `verification`."""
        from xiada.engine.audit.subject import Means  # noqa: PLC0415  (the audit is loaded by whoever asks for it)

        means = Means() if progress is None else Means(progress=lambda done, _: progress(done))
        return list(self.verification(means).findings)

    def verification(
        self, means: Means | None = None, *, keys: tuple[VerifierKey, ...] = (), checkpoints: tuple[str, ...] = ()
    ) -> Verification:
        """Check the whole log, and all that is kept beside it, again from the bytes; see `audit`.

        Args:
            means: How it is to be done: in how many processes, with which bar.
            keys: Verifier keys that are trusted; none = those the log itself names.
            checkpoints: Signed checkpoints held outside.

        Example:
            >>> from xiada.engine.engine import Engine
            >>> Engine.create("memory:", "xiada.example/office").verification().findings
            ()
        """
        from xiada.engine.audit.subject import Means, Trust, subject_of  # noqa: PLC0415
        from xiada.engine.audit.verify import verify  # noqa: PLC0415

        executor = self._executor
        with self._store.reading() as reader:
            trust = Trust(executor.authority, executor.lifecycles(reader.blob), keys, checkpoints)
            return verify(subject_of(reader), trust, means or Means())
