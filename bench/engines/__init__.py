"""The programs that are compared. Each is a process of its own, so that its CPU and memory can be told."""
