"""What this computer itself remembers: pure readers of browsers' and systems' own records, and one seam for all I/O.

`computer` is the seam. `chromium` and `firefox` read visits of the hosts in `platforms`, and of nothing else; `visits`
folds them into uses. The network modules tell which network this computer was on and when, and `joining` says what
that settles about a use. Whatever cannot be read becomes a `Source` with a status and a reason.
"""
