"""Hindsight: what happened, told from the log: step by step, between two moments, of one directive, by question.

    walking     events in order, each with the directive's state before and after it
    frames      a cascade event by event, with how many stand where after each
    differing   what changed between two moments
    lives       the life of one directive, each event with the one that caused it
    proving     whether an event that is told stands under a signed checkpoint
    merklepath  the way of one event up to the root of its log, hash by hash
    asking      questions over a whole cascade, answered in one walk, every answer with log indices

Rule: nothing here is written anywhere, and nothing is concluded that the events do not say; values go
in, values come out, and the words are the console's. It does not check: whether an event should have
happened is the audit's question.
"""
