"""The invariants I1 to I11 of design §9, recomputed from the bytes of a log by formats.md §1-2 alone.

Rule: json and hashlib, nothing of the engine. A `Ledger` takes one event after another; each check sees
the event and the ledger before it, and raises an AssertionError that names both. I8 and I12 need a
live engine and stand with the machine that drives one.
"""

from __future__ import annotations

import hashlib
import json

NEVER = 2**53 - 1
LIVE = ("issued", "forwarded", "executing", "reported")
CLOSED = ("summarised", "waived", "withdrawn")
OPEN = ("issued", "forwarded", "executing")

MOVES = {
    "acknowledged": dict.fromkeys(LIVE),
    "forwarded": {"issued": "forwarded", "forwarded": None, "executing": None},
    "started": {"issued": "executing", "forwarded": "executing"},
    "progressed": {"forwarded": None, "executing": None},
    "fulfilled": {"forwarded": None, "executing": None},
    "reported": {"executing": "reported"},
    "returned": {"reported": "executing", "summarised": "executing"},
    "summarised": {"reported": "summarised"},
    "reminded": dict.fromkeys(LIVE),
    "escalated": dict.fromkeys(LIVE),
    "extension_requested": dict.fromkeys(LIVE),
    "extension_granted": dict.fromkeys(LIVE),
    "extension_refused": dict.fromkeys(LIVE),
    "rescheduled": dict.fromkeys(LIVE),
    "reassigned": dict.fromkeys(OPEN, "withdrawn"),
    "waived": dict.fromkeys(LIVE, "waived"),
    "withdrawn": dict.fromkeys(LIVE, "withdrawn"),
}
"""Event type -> {status before: status after, None = the same}; by effect, a reported child is waived too."""

RECORDED_BY_UNIT = (
    "acknowledged",
    "forwarded",
    "started",
    "progressed",
    "fulfilled",
    "reported",
    "extension_requested",
)


def canonical(value):
    """RFC 8785 for the profile of formats.md: sorted keys, no spaces, text as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf(body):
    return hashlib.sha256(b"\x00" + body).digest()


def merkle(leaves):
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle(leaves[:k]) + merkle(leaves[k:])).digest()


class Ledger:
    """A log read event by event, each weighed against all before it.

    `events` are the bodies as dicts with `hash`, `index`, and where the directive stood `before` and
    `after`; `states`, `children` and `delegations` are as of the events taken so far.
    """

    def __init__(self):
        self.events = []
        self.bodies = []
        self.leaves = []
        self.states = {}
        self.children = {}
        self.heads = {}
        self.hashes = {}
        self.delegations = set()
        self.named = {}
        self.born = {}
        self.latest = {}

    def take(self, body):
        """Weigh one event by every invariant that speaks of single events, then add it."""
        event = json.loads(body)
        assert canonical(event) == body, f"event {len(self.events)} is not canonical"
        event |= {"index": len(self.events), "hash": leaf(body).hex(), "before": self.states.get(event["dir"])}
        of_org = event["dir"].startswith("org/")
        for check in OF_EVERY_EVENT:
            check(event, self)
        if not of_org:
            event["after"] = after(event["before"], event)
            for check in OF_EVERY_STEP:
                check(event, self)
        self.add(event, body)

    def add(self, event, body):
        self.events.append(event)
        self.bodies.append(body)
        self.leaves.append(bytes.fromhex(event["hash"]))
        self.hashes[event["hash"]] = event
        self.heads[event["dir"]] = (event["ver"], event["hash"])
        self.latest[event["dir"], event["type"]] = event
        if "after" in event:
            if event["type"] == "issued" and event["data"]["parent"] is not None:
                self.children.setdefault(event["data"]["parent"], []).append(event["dir"])
            self.states[event["dir"]] = event["after"]
        elif event["type"] == "delegation_granted":
            self.delegations.add((event["dir"].removeprefix("org/"), event["data"]["to"]))
        elif event["type"] == "delegation_revoked":
            self.delegations.discard((event["dir"].removeprefix("org/"), event["data"]["to"]))


def after(before, event):
    """A directive's state after one event: status, due, pending extension, version, hash."""
    kind, data = event["type"], event["data"]
    head = {"version": event["ver"], "hash": event["hash"]}
    if kind == "issued":
        return head | {
            "unit": data["to"],
            "parent": data["parent"],
            "status": "issued",
            "due": as_due(data["due"]),
            "extension": None,
            "reason": None,
            "notice": data["notice"],
        }
    status = MOVES[kind].get(before["status"], "?") or before["status"]
    state = before | head | {"status": status}
    if kind in ("rescheduled", "extension_granted") or (kind == "returned" and data.get("due") is not None):
        state["due"] = as_due(data["due"])
    if kind == "extension_requested":
        state["extension"] = as_due(data["due"])
    if kind == "extension_refused" or (kind == "extension_granted" and data["request"] == event["dir"]):
        state["extension"] = None
    if kind in ("reassigned", "waived", "withdrawn"):
        state["reason"] = data["reason"]
    return state


def as_due(value):
    return NEVER if value is None else value


def path(ref):
    return ref.partition("/")[2]


def i1_due_monotone(event, ledger):
    """After every single event, no live directive is due after its parent."""
    seen = {**ledger.states, event["dir"]: event["after"]}
    for ref in (event["dir"], *ledger.children.get(event["dir"], ())):
        state = seen[ref]
        if state["parent"] is not None and state["status"] in LIVE:
            assert state["due"] <= seen[state["parent"]]["due"], f"I1: {ref} after event {event['index']}"


def i2_children_were_named(event, ledger):
    """Every child was named by its parent's `forwarded`, with unit and due, before it was issued."""
    if event["type"] == "forwarded":
        assert event["data"]["n"] == len(event["data"]["to"]) > 0, f"I2: n of event {event['index']}"
        listed = [[int(number) for number in entry[0].split(".")] for entry in event["data"]["to"]]
        assert listed == sorted(listed), f"I2: event {event['index']} is not sorted by path"
        for child, unit, due in event["data"]["to"]:
            ref = f"{event['dir'].partition('/')[0]}/{child}"
            assert ref not in ledger.named, f"I2: {ref} was named twice"
            assert ref.rpartition(".")[0] == event["dir"], f"I2: {ref} was named by {event['dir']}"
            ledger.named[ref] = (unit, due, event["hash"])
    if event["type"] == "issued" and event["data"]["parent"] is not None:
        born = (event["data"]["to"], event["data"]["due"], event["data"]["forwarded"])
        assert ledger.named.get(event["dir"]) == born, f"I2: {event['dir']} was not named so"
        ledger.born[event["dir"]] = born


def i2_named_children_exist(ledger):
    """Between commands: every named child exists."""
    assert ledger.named == ledger.born, "I2: a named child does not exist"


def i3_legal_and_contiguous(event, ledger):
    """Only legal transitions; versions from 1 without a gap; each event holds the hash of the one before."""
    version, head = ledger.heads.get(event["dir"], (0, None))
    assert event["ver"] == version + 1, f"I3: version of event {event['index']}"
    assert event["prev"] == head, f"I3: prev of event {event['index']}"
    if event["type"] == "issued":
        assert event["before"] is None, f"I3: issued again at event {event['index']}"
    elif not event["dir"].startswith("org/"):
        assert event["before"]["status"] in MOVES[event["type"]], f"I3: event {event['index']} is illegal"


def i4_nobody_before_its_children(event, ledger):
    if event["type"] == "reported":
        for child in ledger.children.get(event["dir"], ()):
            done = ledger.states[child]["status"] in ("reported", *CLOSED)
            assert done, f"I4: event {event['index']} reported before {child}"


def i5_coverage(event, ledger):
    """A report covers exactly the children less those waived or withdrawn, each with a reason."""
    if event["type"] != "reported":
        return
    covers, without = [], []
    for child in sorted(ledger.children.get(event["dir"], ()), key=lambda ref: int(ref.rpartition(".")[2])):
        state = ledger.states[child]
        if state["status"] in ("waived", "withdrawn"):
            assert state["reason"], f"I5: {child} has no reason"
            without.append([path(child), state["status"], state["reason"]])
        else:
            covers.append([path(child), state["version"], state["hash"], state["status"]])
    data = event["data"]
    assert data.get("covers") == covers, f"I5: covers of event {event['index']}"
    assert data.get("without") == without, f"I5: without of event {event['index']}"
    assert data["n"] == len(covers), f"I5: n of event {event['index']}"
    root = merkle([leaf(canonical(cover)) for cover in covers]).hex()
    assert data["root"] == root, f"I5: root of event {event['index']}"


def i6_nothing_live_under_closed(ledger):
    """Between commands: whoever lives has a living parent."""
    for ref, state in ledger.states.items():
        if state["parent"] is not None and state["status"] in LIVE:
            assert ledger.states[state["parent"]]["status"] in LIVE, f"I6: {ref} lives under a closed parent"


def i7_cause_before_effect(event, ledger):
    """Time never runs back; whatever commits to another event stands after it."""
    if ledger.events:
        assert event["t"] >= ledger.events[-1]["t"], f"I7: t of event {event['index']}"
    for cause in (event["prev"], event["data"].get("forwarded"), event["data"].get("report")):
        assert cause is None or cause in ledger.hashes, f"I7: event {event['index']} stands before its cause"
    for cover in event["data"].get("covers", ()):
        assert cover[2] in ledger.hashes, f"I7: event {event['index']} covers what is still to come"


def i9_entitled(event, ledger):
    """Every actor was of the unit, or of the superior's unit, as the table asks, or had its delegation."""
    acting = event.get("behalf") or event["unit"]
    if "behalf" in event:
        given = (event["behalf"], event["unit"]) in ledger.delegations
        assert given, f"I9: no delegation at event {event['index']}"
    of_org = event["dir"].startswith("org/")
    allowed = {"org", event["dir"].removeprefix("org/")} if of_org else units_of(event, ledger)
    if event["type"] == "extension_requested":
        climbed = granting_ancestor(event["dir"], as_due(event["data"]["due"]), ledger.states)
        assert event["data"]["grantor"] == climbed, f"I9: event {event['index']} names another grantor than {climbed}"
    assert acting in allowed, f"I9: {acting} did event {event['index']} ({event['type']}), not {allowed}"


def units_of(event, ledger):  # noqa: PLR0911  (one per kind of event)
    """The units whose actors might record an event, given all states before it."""
    kind, data, ref, states = event["type"], event["data"], event["dir"], ledger.states
    if kind == "issued":
        lead = f"{ref.partition('/')[0]}/1"
        if data["parent"] is not None:
            return {states[data["parent"]]["unit"]}
        return {data["to"] if ref == lead else states[lead]["unit"]}
    if kind in RECORDED_BY_UNIT:
        return {states[ref]["unit"]}
    if kind == "extension_granted":
        return {grantor_unit(event, ledger)}
    cause = data.get("cause") or ref
    superior = states[states[cause]["parent"] or cause]["unit"]
    if kind == "extension_refused":
        grantor = granting_ancestor(ref, states[ref]["extension"], states)
        return {superior, states[grantor or f"{ref.partition('/')[0]}/{path(ref).partition('.')[0]}"]["unit"]}
    if kind in ("reminded", "escalated"):
        return {superior, "clock"}
    if kind == "withdrawn":
        return {superior, states[f"{ref.partition('/')[0]}/{path(ref).partition('.')[0]}"]["unit"]}
    return {superior}


def grantor_unit(event, ledger):
    """Whom the request had climbed to before the first step of the grant this event is part of."""
    request, seen = event["data"]["request"], dict(ledger.states)
    for earlier in reversed(ledger.events):
        same = earlier["type"] == "extension_granted" and earlier["data"]["request"] == request
        if not same or earlier["dir"] == request:
            break
        seen[earlier["dir"]] = earlier["before"]
    found = granting_ancestor(request, seen[request]["extension"], seen)
    found = found or granting_ancestor(request, as_due(event["data"]["due"]), seen)
    return seen[found or seen[request]["parent"]]["unit"]


def granting_ancestor(ref, due, states):
    """The first ancestor with slack for a due."""
    above = states[ref]["parent"]
    while above is not None and states[above]["due"] < due:
        above = states[above]["parent"]
    return above


def i10_notices_passed_on(event, ledger):
    """A child's notice is the one its `forwarded` brought, else its parent's."""
    if event["type"] == "issued" and event["data"]["parent"] is not None:
        brought = ledger.hashes[event["data"]["forwarded"]]["data"]["notice"]
        held = brought or ledger.states[event["data"]["parent"]]["notice"]
        assert event["data"]["notice"] == held, f"I10: event {event['index']} issues another notice than was forwarded"


def i11_commitments(event, ledger):
    """Each `issued` commits to the `forwarded` that names it, each `summarised` to its parent's last `reported`."""
    if event["type"] == "issued" and event["data"]["parent"] is not None:
        forwarded = ledger.latest[event["data"]["parent"], "forwarded"]
        assert event["data"]["forwarded"] == forwarded["hash"], f"I11: event {event['index']}"
        assert path(event["dir"]) in [entry[0] for entry in forwarded["data"]["to"]], f"I11: {event['index']}"
    if event["type"] == "summarised":
        parent = event["before"]["parent"]
        report = None if parent is None else ledger.latest[parent, "reported"]
        assert event["data"]["report"] == (report and report["hash"]), f"I11: event {event['index']}"
        if report:
            covered = [event["before"]["version"], event["before"]["hash"], "reported"]
            listed = {cover[0]: cover[1:] for cover in report["data"]["covers"]}
            assert listed[path(event["dir"])] == covered, f"I11: event {event['index']} was not covered"


OF_EVERY_EVENT = (i3_legal_and_contiguous, i7_cause_before_effect, i9_entitled)
OF_EVERY_STEP = (
    i1_due_monotone,
    i2_children_were_named,
    i4_nobody_before_its_children,
    i5_coverage,
    i10_notices_passed_on,
    i11_commitments,
)
