"""Machine ids, firmware UUIDs and serial numbers that makers left at a default: the catalogue's data.

A row is (pattern, why, source). A serial pattern is compared in lower case; a final `*` stands for any rest.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = tuple[str, str, str]

_OSQUERY = "osquery, core/system.cpp (kPlaceholderHardwareUUIDList)"
_GLPI = "GLPI, default blacklists of UUIDs and serial numbers (src/Blacklist.php)"
_SMBIOS = "DMTF SMBIOS (DSP0134), 7.2.1"

# Each also holds with its first three fields in the other byte order, as firmware before SMBIOS 2.6 wrote it.
UUIDS: tuple[Row, ...] = (
    ("00000000-0000-0000-0000-000000000000", "the firmware says that there is no id", _SMBIOS),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "the firmware says that the id was not set", _SMBIOS),
    ("01010101-0101-0101-0101-010101010101", "a filler that several makers shipped", _GLPI),
    ("00010203-0405-0607-0809-0a0b0c0d0e0f", "a counting filler", _OSQUERY),
    ("03020100-0504-0706-0809-0a0b0c0d0e0f", "a counting filler", _OSQUERY),
    ("01020304-0506-0708-090a-0b0c0d0e0f10", "a counting filler", "osquery issue 8887"),
    ("03000200-0400-0500-0006-000700080009", "the default of AMI firmware on many boards", _OSQUERY),
    ("10000000-0000-8000-0040-000000000000", "a default of several makers", _OSQUERY),
    ("6ab5b300-538d-1014-9fb5-b0684d007b53", "a default of several makers", _GLPI),
    ("12345678-1234-5678-90ab-cddeefaabbcc", "a default of several makers", "inventory agents' placeholder lists"),
    ("4c4c4544-0000-2010-8020-80c04f202020", "a Dell board whose service tag was never written",
     "Dell's scheme of UUIDs made from the service tag: seven spaces"),
)  # fmt: skip

# A serial of one character repeated, or of digits that only count up or down, is refused by rule.
SERIALS: tuple[Row, ...] = (
    ("to be filled*", "a blank that the maker never filled in", _GLPI),
    ("to be set by*", "a blank that the maker never filled in", "SMBIOS strings of OEM boards"),
    ("o.e.m.*", "a blank that the maker never filled in", "SMBIOS strings of OEM boards"),
    ("oem*", "a blank that the maker never filled in", _GLPI),
    ("default string*", "a firmware default", "AMI Aptio default strings"),
    ("system serial number*", "a firmware default", _GLPI),
    ("systemserialnumb*", "a firmware default", _GLPI),
    ("chassis serial number*", "a firmware default", "SMBIOS strings of ASUS boards"),
    ("base board serial number*", "a firmware default", "SMBIOS strings of OEM boards"),
    ("serial number*", "a firmware default", _GLPI),
    ("(null string)", "says that there is none", _GLPI),
    ("none", "says that there is none", _GLPI),
    ("null", "says that there is none", _GLPI),
    ("empty", "says that there is none", _GLPI),
    ("n/a", "says that there is none", _GLPI),
    ("na", "says that there is none", _GLPI),
    ("not specified*", "says that there is none", _GLPI),
    ("not applicable*", "says that there is none", "SMBIOS strings of OEM boards"),
    ("not available*", "says that there is none", "SMBIOS strings of OEM boards"),
    ("not present*", "says that there is none", "dmidecode's own words"),
    ("not settable*", "says that there is none", "dmidecode's own words"),
    ("unknow*", "says that there is none", _GLPI),
    ("undefined*", "says that there is none", "SMBIOS strings of OEM boards"),
    ("invalid*", "says that there is none", _GLPI),
    ("eval", "an engineering sample's filler", _GLPI),
    ("0x0*", "a number never set", "SMBIOS strings of OEM boards"),
    ("123456789*", "a counting filler", _GLPI),
    ("0123456789*", "a counting filler", _GLPI),
    ("sn-12345*", "a counting filler", _GLPI),
    ("mb-1234567890", "a counting filler", _GLPI),
    ("sys-1234567890", "a counting filler", _GLPI),
    ("sys-9876543210", "a counting filler", _GLPI),
)  # fmt: skip
