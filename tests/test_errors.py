"""Errors travel between processes whole."""

from __future__ import annotations

import pickle

import pytest

from xiada.engine import errors
from xiada.engine.errors import XiadaError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, XiadaError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_sent_to_another_process_says_the_same_there(kind: type[XiadaError]) -> None:
    error = kind("a_code", "what is wrong", remedy="What to do.", directive="k/1", count=3)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.code, again.data, str(again)) == ("a_code", {"directive": "k/1", "count": 3}, str(error))
