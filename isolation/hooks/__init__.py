"""Where logins happen: recording a session around one."""
