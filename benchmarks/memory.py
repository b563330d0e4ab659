"""The peak memory of a process: what the benchmarks print in fresh processes."""


def peak_mb():
    """Return the most memory, in MB, that this process has held so far."""
    try:  # Linux: of this program alone; ru_maxrss would start at what its parent held
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if "VmHWM" in line) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes on macOS
