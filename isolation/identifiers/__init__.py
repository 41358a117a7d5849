"""Text into canonical identifiers, and what identifies and what does not. Pure: nothing here reads anything.

`addresses`, `macs`, `ssid`, `machine_ids` and `accounts` each hold one kind of identifier, `catalogue` judges
which values identify, `canonical` is the one door for "the value of this fact", `escape` makes any text printable.
"""
