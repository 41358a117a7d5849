"""Answers of tools that no probe asks: read where a recorded answer is all there is. Pure, as the folder above.

On Linux the kernel and NetworkManager are asked themselves, which says more, in no language and without a process.
What another machine's `ip route`, `iw`, `iwconfig`, `nmcli`, `who` or `last` printed can still be handed in; and the
answers that others recorded with such outputs keep the forms of this folder honest (tests/probes_text).
"""
