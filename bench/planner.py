"""The planner on a running cascade of N directives: every proposal, slack and readiness, beside the naive way.

    python bench/planner.py [N] [--rounds R] [--json]

A tree of 20 children each; in one run each family has a due of its own among 120 days, in the other no
two directives share an instant, which is the worst there is; a third are at work and a third of the
leaves have reported. Prints the median seconds of `plan_cascade` by reserves and by thirds, and how many
times that the naive way takes: each directive by itself, day by day, measured on a tenth and scaled up.
The goal is 1 s for 100,000 directives.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from workload import FAN_OUT

from xiada.engine.calendar import Calendar
from xiada.engine.due import DAY_US, NEVER, SHANGHAI, at, end_of_day
from xiada.engine.holidays import china
from xiada.engine.timetable import Running, plan_cascade

GOAL_S = 1.0
DUES = 120
RESERVE, WORK = 2, 5
START = end_of_day(date(2026, 3, 2), SHANGHAI)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, help="directives of the cascade")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are printed")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    arguments = parser.parse_args()
    for name, spread in (("120 dues", False), ("all dues different", True)):
        running = cascade(arguments.count, spread=spread)
        naive = seconds(lambda running=running: naively(running, china(), arguments.count // 10), 1) * 10
        for strategy in ("reserve", "thirds"):
            step = lambda running=running, strategy=strategy: plan_cascade(  # noqa: E731
                running, china(), SHANGHAI, now=START, strategy=strategy
            )
            show(f"{name}, by {strategy}", seconds(step, arguments.rounds), naive, arguments)


def show(name: str, taken_s: float, naive_s: float, arguments: argparse.Namespace) -> None:
    """Print one measurement."""
    if arguments.json:
        print(json.dumps({"name": name, "directives": arguments.count, "seconds": taken_s, "naive_s": naive_s}))
        return
    mark = "" if taken_s <= GOAL_S * arguments.count / 100_000 else "  over the goal"
    print(f"{name:<32}{taken_s:>8.3f} s   the naive way {naive_s:>7.2f} s, {naive_s / taken_s:>5.1f} times{mark}")


def cascade(count: int, *, spread: bool) -> Running:
    """Return a running cascade as columns."""
    chance = random.Random(1)
    parent = [-1, *((number - 1) // FAN_OUT for number in range(1, count))]
    due = [START + 200 * DAY_US]
    for number in range(1, count):
        before = chance.randrange(10 * DAY_US) if spread else parent[number] % DUES // 10 * DAY_US
        due.append(due[parent[number]] - before)
    leaves_from = (count + FAN_OUT - 2) // FAN_OUT
    reported = [number >= leaves_from and number % 3 == 0 for number in range(count)]
    return Running(
        parent=parent,
        due=due,
        issued=[START - 20 * DAY_US] * count,
        begun=[START - number % 30 * DAY_US if number % 3 == 1 else NEVER for number in range(count)],
        done=[START - chance.randrange(20 * DAY_US) if done else NEVER for done in reported],
        needs_workdays=[WORK] * count,
        reserve_workdays=[RESERVE] * count,
    )


def seconds(step: Callable[[], object], rounds: int) -> float:
    """Return the median time of a step."""
    found = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        step()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def naively(running: Running, calendar: Calendar, count: int) -> int:
    """Plan so many directives one by one, a day at a time; return how many cannot be done."""
    latest: list[int] = []
    cannot = 0
    for place in range(count):
        above, due = running.parent[place], running.due[place]
        latest.append(due if above < 0 else min(due, stepped(latest[above], -RESERVE, calendar)))
        stepped(latest[-1], -WORK, calendar)
        begun = running.begun[place]
        ready = max(START, stepped(START if begun == NEVER else begun, WORK, calendar))
        if above >= 0:
            walked(due, running.due[above], calendar)
        cannot += walked(ready, due, calendar) < 0
    return cannot


def stepped(instant: int, workdays: int, calendar: Calendar) -> int:
    """Return the end of the day so many working days away, a day at a time."""
    day, step = at(instant, SHANGHAI).date(), timedelta(days=1 if workdays > 0 else -1)
    for _ in range(abs(workdays)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return end_of_day(day, SHANGHAI)


def walked(start: int, end: int, calendar: Calendar) -> int:
    """Return the working days between two instants, a day at a time."""
    first, last = at(start, SHANGHAI).date(), at(end, SHANGHAI).date()
    days = (min(first, last) + timedelta(days=number) for number in range(1, abs((last - first).days) + 1))
    return sum(map(calendar.is_workday, days)) * (1 if last >= first else -1)


if __name__ == "__main__":
    main()
