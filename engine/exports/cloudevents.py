"""CloudEvents 1.0 in their JSON format, one per line.

Rule: `source` is the log's origin and `id` the event's hash, so that an event has one identity
wherever it is sent; `sequence` is the log index as text of fixed width, in whose order the texts
sort; `partitionkey` is the cascade (`org` or `log` for events of no directive); `data_base64` holds
the canonical bytes, whose hash is `id` again. Nothing is kept from one line to the next.

Source: CloudEvents 1.0.2, its JSON format, and its extensions sequence and partitioning.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import BinaryIO

import orjson

from xiada.engine.exports.typed import index_of, timestamp
from xiada.engine.records import Recorded

TYPE_PREFIX = "xiada."
SEQUENCE_DIGITS = 16
"""As many as the greatest log index can have."""


def write_cloudevents(events: Iterable[Recorded], file: BinaryIO) -> int:
    """Write events as CloudEvents, a JSON object per line, UTF-8.

    Args:
        events: In log order.
        file: What is written to.

    Returns:
        How many were written.
    """
    count = 0
    for recorded in events:
        file.write(orjson.dumps(cloudevent(recorded)) + b"\n")
        count += 1
    return count


def cloudevent(recorded: Recorded) -> dict[str, str]:
    """Return an event as a CloudEvent in structured mode.

    Example:
        >>> from xiada.engine.events import Started
        >>> from xiada.engine.records import Envelope, Frame
        >>> envelope = Envelope(Frame("xiada.example/office/e1", 0), "li", "gd-kx")
        >>> event = cloudevent(envelope.seal(17, "kx/1.1", None, None, Started()))
        >>> event["source"], event["type"], event["subject"], event["sequence"], event["partitionkey"]
        ('xiada.example/office/e1', 'xiada.started', 'kx/1.1', '0000000000000017', 'kx')
    """
    return {
        "specversion": "1.0",
        "id": recorded.hash.hex(),
        "source": orjson.loads(recorded.body)["log"],
        "type": f"{TYPE_PREFIX}{recorded.event.type}",
        "subject": recorded.ref,
        "time": f"{timestamp(recorded.t)}Z",
        "datacontenttype": "application/json",
        "sequence": f"{index_of(recorded):0{SEQUENCE_DIGITS}}",
        "partitionkey": recorded.ref.partition("/")[0],
        "data_base64": b64encode(recorded.body).decode(),
    }
