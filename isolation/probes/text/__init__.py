"""The printed answers of operating systems' tools, one file per tool: `parse(bytes) -> list of values`. Pure.

`parse` raises ProbeError (`isolation.errors`) for what its tool does not print, and for nothing else. No language is
assumed where tools are translated: forms and places are read, never labels.
"""
