"""The sections of the audit report, one file each: an audit in, a section out."""
