"""The Python worker: a daemon that forks, a main loop that serves tasks, an interpreter of plans."""
