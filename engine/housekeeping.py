"""What is done to the log itself, as methods of the engine: published, proven, handed on, restored, erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from xiada.engine import codec
from xiada.engine.answer import Answer
from xiada.engine.commands import REGISTRAR, Actor, Command
from xiada.engine.damage import tile_damaged
from xiada.engine.epochs import epoch_of
from xiada.engine.errors import GuardRefused, NotFound, Tampered
from xiada.engine.grouping import GroupCommit
from xiada.engine.inclusion import Inclusion, inclusion_in
from xiada.engine.log.checkpoint import Checkpoint
from xiada.engine.log.keys import SigningKey
from xiada.engine.log.proofs import check_inclusion, format_receipt, prove_inclusion
from xiada.engine.logchange import DeclareRestore, EraseText, RotateKey, holder_of
from xiada.engine.ports import Published, Reader, Writer
from xiada.engine.publishing.held import undeclared
from xiada.engine.publishing.keyring import keys_of, vouch
from xiada.engine.publishing.publish import opened
from xiada.engine.publishing.publisher import Publication, Publisher
from xiada.engine.questions import Questions
from xiada.engine.work import Work


class Housekeeping(Questions):
    """The engine's door to keys, checkpoints, receipts, restores and erasures."""

    _group: GroupCommit[Command, Answer]
    _publisher: Publisher
    _lost: Checkpoint | None

    def submit_one(self, command: Command) -> Answer:
        """Submit one command and return its answer."""
        raise AssertionError(f"the engine submits {command.trigger}")

    def _transaction(self, *, publishing: bool = True) -> AbstractContextManager[tuple[Work, Writer]]:
        """Hold the one write transaction."""
        raise AssertionError(f"the engine opens transactions on {self._store}, publishing: {publishing}")

    @contextmanager
    def _declared(self) -> Iterator[None]:
        """Have the store to oneself, to publish; refused where a restore is to be declared first."""
        with self._group.alone():
            if self._lost is not None:
                raise undeclared(self._lost)
            yield

    def _record(self, command: Command) -> Answer:
        """Carry out one command in a transaction of its own, by whoever has the store to himself."""
        with self._transaction(publishing=False) as (work, writer):
            repeated = self._executor.repeated(work, writer, command)
            if repeated is not None:
                return repeated
            bodies = tuple(self._executor.carry_out(work, writer, command, many=True))
            work.flush(writer)
            return Answer(work.frame.log, work.changes.first - len(bodies), bodies)

    # Checkpoints

    def publish(self) -> str | None:
        """Sign a checkpoint over all that is committed, and hand it to the anchors.

        Twice in a row signs once. Anchors that failed are tried again; see `published`.

        Returns:
            The newest signed note, None of an empty log.

        Raises:
            GuardRefused: There is no key to sign with, or another is in force.
            Tampered: What is stored is not what it was; nothing was signed.
            StoreError: The log is shorter than its last checkpoint, or the store cannot serve.
        """
        with self._declared():
            published = self._publisher.publish()
        return None if published is None else published.note

    def checkpoint(self) -> str | None:
        """Return the newest signed note, None if nothing was ever signed."""
        with self._store.reading() as reader:
            newest = reader.checkpoint()
        return None if newest is None else newest.note

    def published(self) -> Publication:
        """Return how far the log is published, how each anchor stands, and what went wrong last."""
        return self._publisher.stands()

    def troubles(self) -> list[Exception]:
        """Return what went wrong when publishing last, and what anchors that lack the newest checkpoint raised."""
        return self._publisher.troubles()

    def _publish_waiting(self) -> None:
        """Publish what waits; for the timer."""
        with self._group.alone():
            self._publisher.catch_up()

    # Receipts

    def receipt(self, index: int) -> str:
        """Return the receipt of an event: itself, its proof, and a signed checkpoint; see `receipts.check_receipt`.

        Raises:
            NotFound: The log has no such event.
            GuardRefused: No checkpoint covers it, and there is no key to sign one.
            Tampered: What is stored is not what was signed.
        """
        return self._receipts([index])[0]

    def inclusion(self, index: int, size: int | None = None) -> Inclusion:
        """Return an event with its proof in the tree of a size, and the checkpoint that was signed over that tree.

        Unlike a receipt it signs nothing; read it with `hindsight.merklepath`.

        Args:
            index: Log index of the event.
            size: Events of the tree; None = of the smallest checkpoint over the event, else of the log.

        Raises:
            NotFound: The log has no such event, or not so many.
            Malformed: The event is not in a tree of that size.
            Tampered: What is stored is not what was signed.
        """
        with self._store.reading() as reader:
            return inclusion_in(reader, index, size)

    def receipts(self, answer: Answer) -> list[str]:
        """Return the receipts of all events an answer recorded; see `receipt`."""
        return self._receipts(range(answer.first, answer.first + len(answer.bodies)))

    def _receipts(self, indices: Sequence[int]) -> list[str]:
        """Return receipts under one checkpoint."""
        if not indices:
            return []
        newest = self._covering(max(indices))
        with self._store.reading() as reader:
            checkpoint = opened(newest.note, keys_of(reader), reader.origin, "the file")
            return list(_proven(reader, indices, checkpoint, newest.note))

    def _covering(self, index: int) -> Published:
        """Return the newest checkpoint, having signed one if none covers the event."""
        with self._store.reading() as reader:
            newest, size = reader.checkpoint(), reader.head().size
        if not 0 <= index < size:
            raise NotFound("no_such_index", f"the log has no event {index}", remedy=f"It has {size} events, from 0 on.")
        if newest is None or newest.size <= index:
            with self._declared():
                newest = self._publisher.publish()
        assert newest is not None, "a log with events has been published"
        return newest

    # Keys

    def keys(self) -> list[str]:
        """Return the log's verifier keys, oldest first, from its own events; the last is in force."""
        with self._store.reading() as reader:
            return [str(key) for key in keys_of(reader)]

    @property
    def signed_by(self) -> str | None:
        """The verifier key of this engine's signer, None if it signs nothing."""
        signer = self._publisher.signer
        return None if signer is None else str(signer.vkey)

    def rotate_key(self, new: SigningKey, *, actor: Actor = REGISTRAR, key: str | None = None) -> Answer:
        """Let another key sign from here on; the next checkpoint, signed now, bears both signatures.

        If it is interrupted, open the log with the key before and call it again.

        Raises:
            NotEntitled: The actor is not the registrar.
            GuardRefused: There is no key to sign with, or another is in force.
            Tampered: What is stored is not what it was.
        """
        with self._declared():
            signer = self._publisher.begin()
            proof = vouch(signer, new.vkey, self.origin)
            answer = self._record(RotateKey(new.vkey, signer.vkey, proof, actor=actor, key=key))
            self._publisher.hand_over(new)
            self._publisher.publish()
        return answer

    def _begin(self, signer: SigningKey) -> None:
        """Record the first key of a log."""
        self._record(RotateKey(signer.vkey, actor=REGISTRAR))

    # Restores

    def declare_restore(self, reason: str, *, actor: Actor = REGISTRAR) -> Answer:
        """Say that this older copy, opened with `restoring`, goes on from here in a new epoch.

        Args:
            reason: Why; stays in the log, so name nobody in it.
            actor: The registrar.

        Raises:
            GuardRefused: Nothing is held outside that this log does not extend.
            NotEntitled: The actor is not the registrar.
        """
        with self._group.alone():
            lost = self._lost
            if lost is None:
                raise GuardRefused(
                    "nothing_lost",
                    "the log extends every checkpoint that is held outside",
                    remedy="Nothing is to be declared; use it as it is.",
                )
            epoch = max(epoch_of(self.origin), epoch_of(lost.origin)) + 1
            command = DeclareRestore(epoch, lost.size, lost.root.hex(), reason, actor=actor)
            self._lost = None
            try:
                answer = self._record(command)
            except BaseException:
                self._lost = lost
                raise
            if self._publisher.signer is not None:
                self._publisher.try_to_publish()
        return answer

    # Texts

    def erase(
        self,
        commitment: str,
        reason: str,
        *,
        actor: Actor = REGISTRAR,
        index: int | None = None,
        key: str | None = None,
    ) -> Answer:
        """Erase a text, so that no byte of it is left in the file; the log stays verifiable.

        Copies of the file keep it. Done again, it changes nothing but takes up an interrupted erasure.

        Args:
            commitment: Stands as `text` in the event it belongs to.
            reason: Why; stays in the log, so name nobody in it.
            actor: The registrar, or an actor of the unit whose event it belongs to.
            index: Log index of that event; None looks through the whole log.
            key: Idempotency key.

        Raises:
            NotFound: No such event names it.
            NotEntitled: The actor is neither.
            StoreError: It is erased, but somebody is reading an older state: call it again later.
        """
        if index is None:
            with self._store.reading() as reader:
                index = holder_of(reader, commitment)
        answer = self.submit_one(EraseText(commitment, index, reason, actor=actor, key=key))
        with self._group.alone():
            self._store.scrub()
        return answer


def _proven(reader: Reader, indices: Sequence[int], checkpoint: Checkpoint, note: str) -> Iterator[str]:
    """Yield receipts, each checked before it is handed out."""
    tiles = reader.tiles()
    for index in indices:
        [(_, body)] = reader.events(index, index + 1)
        proof = prove_inclusion(tiles, index, checkpoint.size)
        try:
            check_inclusion(proof, index=index, size=checkpoint.size, leaf=codec.leaf(body), root=checkpoint.root)
        except Tampered as error:
            raise tile_damaged("a proof does not lead to what was signed", index=index) from error
        yield format_receipt(index, proof, note, body)
