"""Sources are read and cut into passages, here, within limits in a process apart, or by many processes."""
