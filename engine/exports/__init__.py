"""Exports: the log in the formats other programs read.

    typed         what an event says, as named and typed values; all formats below are made of it
    ocel          OCEL 2.0, the model: events, objects, what relates them, how objects changed
    ocel_json     ... written as JSON
    ocel_sqlite   ... written as SQLite
    xes           XES (IEEE 1849-2016): one trace per directive, or per cascade
    table         rows and columns: CSV (RFC 4180), Parquet partitioned by cascade
    jsonl         one JSON object per line, as `xiada log --json` prints it
    ical          iCalendar (RFC 5545): a unit's dues; made of what is owed, not of events
    cloudevents   CloudEvents 1.0, one per line, with the canonical bytes

Rule: a writer takes recorded events in log order, reads nothing else, and writes each as it comes;
what a format forces it to keep stands in its own docstring. What is written is a copy for reading,
no evidence: only the bytes of `jsonl` (`body`), `cloudevents` and the bundle can be hashed again.

Example:
    >>> from io import BytesIO
    >>> from xiada.engine.engine import Engine
    >>> from xiada.engine.exports.table import write_csv
    >>> file = BytesIO()
    >>> write_csv(Engine.create("memory:", "xiada.example/office").log(), file)
    0
    >>> file.getvalue()[:21]
    b'index,time,cascade,re'
"""
