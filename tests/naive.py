"""A naive model of the rules of design §5 and §6: dictionaries and loops, to be obviously right rather than fast.

Rule: nothing of the engine is used here. A command is a plain dict, `do` names its trigger; a directive
is a plain dict; a refusal is the name of its family of errors. Several rules may be broken at once, so
`refusals` gives a set and the engine has to answer with one of them. Asked in this order, as
the engine promises: is it there, may this actor, has it moved, does the status know the trigger; then
everything else, in no order.
"""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta

NEVER = 2**53 - 1
"""Undated: the greatest instant."""

LIVE = ("issued", "forwarded", "executing", "reported")
OPEN = ("issued", "forwarded", "executing")
WORKING = ("forwarded", "executing")
ALLOWED_IN = {
    "acknowledge": LIVE,
    "forward": OPEN,
    "execute": ("issued", "forwarded"),
    "progress": WORKING,
    "fulfil": WORKING,
    "report": ("executing",),
    "return": ("reported", "summarised"),
    "summarise": ("reported",),
    "remind": LIVE,
    "escalate": LIVE,
    "request_extension": LIVE,
    "grant_extension": LIVE,
    "refuse_extension": LIVE,
    "reschedule": LIVE,
    "reassign": OPEN,
    "waive": OPEN,
    "withdraw": LIVE,
}
"""The second column of the table in design §5."""

UNIT_SIDE = ("acknowledge", "forward", "execute", "progress", "fulfil", "report", "request_extension")
FAMILIES = ("NotFound", "NotEntitled", "VersionConflict", "IllegalTransition", "GuardRefused", "DueRefused")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHANGHAI = timedelta(hours=8)


def microseconds(moment):
    """An aware datetime as µs since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def end_of(day):
    """The last µs of a day in Shanghai (+08:00 all year)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) - _SHANGHAI
    return microseconds(midnight) - 1


def day_of(us):
    """The day in Shanghai of an instant."""
    return (_EPOCH + timedelta(microseconds=us) + _SHANGHAI).date()


def instant(due):
    """What a due comes to: 'undated', a datetime or a date."""
    if due == "undated":
        return NEVER
    if isinstance(due, datetime):
        return microseconds(due)
    assert isinstance(due, date)
    return end_of(due)


def leaving_workdays(day, count):
    """The last working day (Monday to Friday) after which so many are left through the day given."""
    while count or day.weekday() >= 5:
        if day.weekday() < 5:
            count -= 1
        day -= timedelta(days=1)
    return day


class Naive:
    """The rules, and everything they have led to so far.

    Args:
        units: Unit id -> {"level", "kind", "line", "superiors": {line: unit}}, superiors first.
    """

    def __init__(self, units):
        self.units = units
        self.delegations = set()
        self.directives = {}
        self.keys = {}
        self.t = 0

    # Looking around

    def lines(self, unit):
        return {self.units[unit]["line"], *self.units[unit]["superiors"]}

    def subordinates(self, unit, line):
        return [other for other in self.units if self.units[other]["superiors"].get(line) == unit]

    def all_below(self, unit, line):
        """Every unit below, in preorder, with its depth."""
        found = []
        for one in self.subordinates(unit, line):
            found.append((one, 1))
            found += [(deeper, depth + 1) for deeper, depth in self.all_below(one, line)]
        return found

    def skipped(self, unit, above, line):
        """The bodies between a unit and one above it, lowest first."""
        found = []
        step = self.units[unit]["superiors"].get(line)
        while step != above:
            found.append(step)
            step = self.units[step]["superiors"].get(line)
        return found

    def ancestors(self, ref):
        found = []
        parent = self.directives[ref]["parent"]
        while parent is not None:
            found.append(parent)
            parent = self.directives[parent]["parent"]
        return found

    def descendants(self, ref):
        found = []
        for child in self.directives[ref]["children"]:
            found.append(child)
            found += self.descendants(child)
        return found

    def live_below(self, ref):
        return [one for one in self.descendants(ref) if self.directives[one]["status"] in LIVE]

    def superior_unit(self, ref):
        """The unit above: the parent's; a root answers to its own issuer."""
        return self.directives[self.directives[ref]["parent"] or ref]["unit"]

    def grantor(self, ref, due):
        """The first ancestor with slack for that due."""
        for above in self.ancestors(ref):
            if self.directives[above]["due"] >= due:
                return above
        return None

    def entitled_units(self, command):
        """Whose actors may give the command, by the column "by" of design §5."""
        do, ref = command["do"], command["on"]
        superior = self.superior_unit(ref)
        if do in UNIT_SIDE:
            return {self.directives[ref]["unit"]}
        if do == "summarise":
            return {self.directives[([ref, *self.ancestors(ref)])[-1]]["unit"]}
        if do in ("remind", "escalate"):
            return {superior, "clock"}
        if do == "withdraw":
            return {superior, self.directives[([ref, *self.ancestors(ref)])[-1]]["unit"]}
        if do in ("grant_extension", "refuse_extension"):
            grantor = self.answerer(ref, command)
            return {grantor} if do == "grant_extension" else {superior, grantor}
        return {superior}

    def answerer(self, ref, command):
        """The unit a pending request has climbed to: nobody may give what only somebody higher has."""
        asked = self.directives[ref]["extension"]
        if asked is None:
            return self.superior_unit(ref)
        found = self.grantor(ref, asked)
        if found is None and command.get("due") is not None:
            found = self.grantor(ref, instant(command["due"]))
        return self.directives[found or self.ancestors(ref)[-1]]["unit"]

    def may(self, command, units):
        """Whether the actor is of one of the units, or has a delegation of one it acts for."""
        unit, behalf = command["actor"], command.get("behalf")
        if behalf is None:
            return unit in units
        return behalf in units and (behalf, unit) in self.delegations

    # Judging

    def refusals(self, command):  # noqa: PLR0911  (one answer per question, in the order they are asked)
        """The families of error the engine may refuse with; empty: it has to accept."""
        do = command["do"]
        key = command.get("key")
        if key in self.keys:
            return set() if self.keys[key] == (do, command["on"], command["actor"]) else {"GuardRefused"}
        if do in ("delegate", "revoke"):
            return set() if self.may(command, {"org", command["on"].removeprefix("org/")}) else {"NotEntitled"}
        if do == "issue":
            return self.refusals_of_issue(command)
        if command["on"] not in self.directives:
            return {"NotFound"}
        directive = self.directives[command["on"]]
        if not self.may(command, self.entitled_units(command)):
            return {"NotEntitled"}
        if command.get("expected") not in (None, directive["version"]):
            return {"VersionConflict"}
        if directive["status"] not in ALLOWED_IN[do]:
            return {"IllegalTransition"}
        special = getattr(self, f"refusals_of_{do}", None)
        return special(command, directive) if special else set()

    def refusals_of_issue(self, command):
        if not self.may(command, {command["notice"]["issuers"][0]}):
            return {"NotEntitled"}
        return {"GuardRefused"} if f"{command['cascade']}/1" in self.directives else set()

    def recipients(self, command, directive):
        """The units and dues named, phrases resolved against the units below."""
        found = []
        for one in command["to"]:
            if "select" not in one:
                found.append((one["unit"], one.get("due")))
                continue
            phrase = one["select"]
            for unit, depth in self.all_below(directive["unit"], directive["line"]):
                facts = self.units[unit]
                named = phrase.get("ids")
                near = True if named else phrase.get("depth", 1) is None or depth <= phrase.get("depth", 1)
                matches = all(
                    phrase.get(word) is None or facts[word] == phrase[word] for word in ("level", "kind", "line")
                )
                if near and matches and (not named or unit in named) and unit not in phrase.get("exclude", ()):
                    found.append((unit, None))
        return found

    def latest_for_children(self, command, directive):
        """Own due less the working days kept back."""
        due, reserve = directive["due"], command.get("reserve", 0)
        if due == NEVER or not reserve:
            return due
        return min(due, end_of(leaving_workdays(day_of(due), reserve)))

    def due_asked(self, own, command, directive):
        """What a recipient is asked for: its own due, the command's, the notice's, else the latest possible."""
        passed_on = command.get("notice") is None
        notice = directive["notice"] if passed_on else command["notice"]
        for due in (own, command.get("due")):
            if due is not None:
                return instant(due)
        latest = self.latest_for_children(command, directive)
        if notice.get("due") is None:
            return latest
        written = instant(notice["due"])
        return min(written, latest) if passed_on else written

    def refusals_of_forward(self, command, directive):
        found = set()
        notice = command.get("notice")
        if notice is not None and directive["unit"] not in notice["issuers"]:
            found.add("GuardRefused")
        for above in (command["on"], *self.ancestors(command["on"])):
            held = self.directives[above]["notice"]
            if notice is not None and held["id"] == notice["id"] and held != notice:
                found.add("GuardRefused")
        recipients = self.recipients(command, directive)
        if not recipients:
            found.add("GuardRefused")
        addressed = self.addressed(directive)
        for unit, own in recipients:
            found |= self.refusals_of_recipient(unit, directive, addressed)
            addressed.add(unit)
            too_late = self.due_asked(own, command, directive) > self.latest_for_children(command, directive)
            if too_late and command.get("conflict") != "clamp":
                found.add("DueRefused")
        return found

    def addressed(self, directive):
        """The units that hold a directive from this one, or have done it."""
        children = [self.directives[child] for child in directive["children"]]
        return {child["unit"] for child in children if child["status"] not in ("waived", "withdrawn")}

    def refusals_of_recipient(self, unit, directive, addressed):
        if unit not in self.units:
            return {"NotFound"}
        outside = unit not in [one for one, _ in self.all_below(directive["unit"], directive["line"])]
        return {"GuardRefused"} if outside or unit in addressed else set()

    def refusals_of_fulfil(self, command, directive):
        owed = directive["notice"].get("plan") and command["obligation"] == "plan"
        return set() if owed else {"GuardRefused"}

    def refusals_of_report(self, command, directive):
        done = ("reported", "summarised", "waived", "withdrawn")
        waiting = [child for child in directive["children"] if self.directives[child]["status"] not in done]
        required = self.requirements(command["on"])
        answers = set(command.get("answers", ()))
        missing = {name for name, mandatory in required if mandatory} - answers
        unknown = answers - {name for name, _ in required}
        return {"GuardRefused"} if waiting or missing or unknown else set()

    def requirements(self, ref):
        """All that is required, own and inherited: (name, mandatory)."""
        found = set()
        for one in (ref, *self.ancestors(ref)):
            notice = self.directives[one]["notice"]
            found |= {(f"{notice['id']}/{name}", mandatory) for name, mandatory in notice.get("requirements", ())}
        return found

    def parent_works(self, directive):
        return directive["parent"] is None or self.directives[directive["parent"]]["status"] in WORKING

    def parent_due(self, directive):
        return NEVER if directive["parent"] is None else self.directives[directive["parent"]]["due"]

    def refusals_of_return(self, command, directive):
        found = set() if self.parent_works(directive) else {"GuardRefused"}
        due = directive["due"] if command.get("due") is None else instant(command["due"])
        return found | ({"DueRefused"} if due > self.parent_due(directive) else set())

    def refusals_of_summarise(self, command, directive):
        live = [child for child in directive["children"] if self.directives[child]["status"] in LIVE]
        return {"GuardRefused"} if directive["parent"] is not None or live else set()

    def refusals_of_request_extension(self, command, directive):
        asked, found = instant(command["due"]), set()
        undated = directive["due"] == NEVER
        if undated or self.t > directive["due"] or asked <= directive["due"] or directive["extension"] is not None:
            found.add("GuardRefused")
        if directive["parent"] is None:
            found.add("GuardRefused")
        elif self.grantor(command["on"], asked) is None:
            found.add("DueRefused")
        return found

    def refusals_of_grant_extension(self, command, directive):
        asked = directive["extension"]
        if asked is None:
            return {"GuardRefused"}
        given = asked if command.get("due") is None else instant(command["due"])
        found = {"GuardRefused"} if given <= directive["due"] or given > asked else set()
        if self.grantor(command["on"], given) is None:
            found.add("DueRefused")
        return found

    def refusals_of_refuse_extension(self, command, directive):
        return {"GuardRefused"} if directive["extension"] is None else set()

    def refusals_of_reschedule(self, command, directive):
        asked, limit = instant(command["due"]), self.parent_due(directive)
        conflict = command.get("conflict")
        if asked > limit and conflict != "clamp":
            return {"DueRefused"}
        due = min(asked, limit)
        if due == directive["due"]:
            return {"GuardRefused"}
        behind = [one for one in self.live_below(command["on"]) if self.directives[one]["due"] > due]
        return {"GuardRefused", "DueRefused"} if behind and conflict != "cascade" else set()

    def refusals_of_reassign(self, command, directive):
        if directive["parent"] is None:
            return {"GuardRefused"}
        parent = self.directives[directive["parent"]]
        found = set() if self.parent_works(directive) else {"GuardRefused"}
        return found | self.refusals_of_recipient(command["to"], parent, self.addressed(parent))

    def refusals_of_waive(self, command, directive):
        return {"GuardRefused"} if directive["parent"] is None else set()

    # Doing

    def submit(self, commands, now):
        """Carry out a batch, all or nothing; return the refusals of the first bad one, or an empty set."""
        before = copy.deepcopy((self.delegations, self.directives, self.keys, self.t))
        self.t = max(self.t, now)
        for command in commands:
            found = self.refusals(command)
            if found:
                self.delegations, self.directives, self.keys, self.t = before
                return found
            self.carry_out(command)
        if not self.wrote(before):
            self.t = before[3]
        return set()

    def wrote(self, before):
        """Whether anything was recorded: time stands still when nothing is."""
        return (self.delegations, self.directives) != before[:2]

    def carry_out(self, command):
        if command.get("key") in self.keys:
            return
        if command.get("key") is not None:
            self.keys[command["key"]] = (command["do"], command["on"], command["actor"])
        if command["do"] == "issue":
            self.do_issue(command)
        elif command["do"] in ("delegate", "revoke"):
            pair = (command["on"].removeprefix("org/"), command["to"])
            (self.delegations.add if command["do"] == "delegate" else self.delegations.discard)(pair)
        else:
            getattr(self, f"do_{command['do']}")(command, self.directives[command["on"]])

    def new(self, ref, unit, line, parent, due, notice):
        self.directives[ref] = {
            "unit": unit,
            "line": line,
            "parent": parent,
            "children": [],
            "status": "issued",
            "version": 1,
            "due": due,
            "original_due": due,
            "notice": notice,
            "acknowledged_at": None,
            "reported_at": None,
            "closed_at": None,
            "extension": None,
            "reason": None,
            "copy": self.skipped(unit, self.directives[parent]["unit"], line) if parent else [],
        }
        if parent is not None:
            self.directives[parent]["children"].append(ref)

    def do_issue(self, command):
        notice, due = command["notice"], command.get("due")
        due = notice.get("due") if due is None else due
        for number, issuer in enumerate(notice["issuers"], 1):
            ref = f"{command['cascade']}/{number}"
            self.new(ref, issuer, self.units[issuer]["line"], None, NEVER if due is None else instant(due), notice)

    def do_acknowledge(self, command, directive):
        if directive["acknowledged_at"] is None:
            directive["acknowledged_at"] = self.t
            directive["version"] += 1

    def do_forward(self, command, directive):
        latest = self.latest_for_children(command, directive)
        recipients = self.recipients(command, directive)
        dues = [min(latest, self.due_asked(own, command, directive)) for _, own in recipients]
        for (unit, _), due in zip(recipients, dues, strict=True):
            ref = f"{command['on']}.{len(directive['children']) + 1}"
            self.new(ref, unit, directive["line"], command["on"], due, command.get("notice") or directive["notice"])
        directive["version"] += 1
        if directive["status"] == "issued":
            directive["status"] = "forwarded"

    def do_execute(self, command, directive):
        directive["version"] += 1
        directive["status"] = "executing"

    def note(self, command, directive):
        """An event that changes nothing but the version."""
        directive["version"] += 1

    do_progress = do_fulfil = do_remind = do_escalate = note

    def do_report(self, command, directive):
        directive["version"] += 1
        directive["status"] = "reported"
        directive["reported_at"] = self.t
        directive["extension"] = None
        for child in directive["children"]:
            if self.directives[child]["status"] == "reported":
                self.do_summarise(command, self.directives[child])

    def do_return(self, command, directive):
        directive["version"] += 1
        directive["status"] = "executing"
        directive["reported_at"] = directive["closed_at"] = None
        if command.get("due") is not None:
            directive["due"] = instant(command["due"])

    def do_summarise(self, command, directive):
        directive["version"] += 1
        directive["status"] = "summarised"
        directive["closed_at"] = self.t
        directive["extension"] = None

    def do_request_extension(self, command, directive):
        directive["version"] += 1
        directive["extension"] = instant(command["due"])

    def do_grant_extension(self, command, directive):
        due = directive["extension"] if command.get("due") is None else instant(command["due"])
        for ref in (command["on"], *self.ancestors(command["on"])):
            if self.directives[ref]["due"] >= due:
                break
            self.directives[ref]["due"] = due
            self.directives[ref]["version"] += 1
        directive["extension"] = None

    def do_refuse_extension(self, command, directive):
        directive["version"] += 1
        directive["extension"] = None

    def do_reschedule(self, command, directive):
        due = min(instant(command["due"]), self.parent_due(directive))
        for ref in self.live_below(command["on"]):
            if self.directives[ref]["due"] > due:
                self.directives[ref]["due"] = due
                self.directives[ref]["version"] += 1
        directive["due"] = due
        directive["version"] += 1

    def close_all(self, command, status):
        """Close a directive and all that is live below it, with the reason."""
        for ref in (*self.live_below(command["on"]), command["on"]):
            directive = self.directives[ref]
            directive["version"] += 1
            directive["status"] = status
            directive["closed_at"] = self.t
            directive["reason"] = command["reason"]
            directive["extension"] = None

    def do_waive(self, command, directive):
        self.close_all(command, "waived")

    def do_withdraw(self, command, directive):
        self.close_all(command, "withdrawn")

    def do_reassign(self, command, directive):
        self.close_all(command, "withdrawn")
        parent = self.directives[directive["parent"]]
        ref = f"{directive['parent']}.{len(parent['children']) + 1}"
        parent["version"] += 1
        self.new(ref, command["to"], directive["line"], directive["parent"], directive["due"], directive["notice"])
        self.directives[ref]["original_due"] = directive[
            "original_due"
        ]  # 按原定时间考核: an extension is not laundered
