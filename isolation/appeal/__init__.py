"""The appeal pack: what a suspended seller hands in, and what is to be at hand, from a notice and the ledger.

Read first is the notice (`notice`, `reasons`, `mentions`), then the ledger (`chronology`, `case`); `pack` writes the
files. `lint` checks a draft. Nothing here chooses for a person what is true, and nothing advises to hide anything.
"""
