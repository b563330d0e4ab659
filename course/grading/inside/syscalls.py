"""Takes system calls away from a process that honest work never makes.

Most of them reserve memory that no limit counts (a file in memory, a shared segment); the others
are doors to other machines, of which not every kind is closed by a network of one's own, and to
parts of the kernel in which holes were found before. seccomp(2) says how it is done.
"""

import ctypes
import platform
import struct

# name: number on x86_64, number on aarch64 (asm/unistd_64.h, asm-generic/unistd.h)
FORBIDDEN = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "socket": (41, 198),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH of audit.h
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # REFUSE: the call fails with EPERM
OTHER_ABI = 0x40000000  # from here on, the numbers of x86_64 stand for a second set of calls
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2


def forbid():
    """Forbid them from now on, also to child processes; False on a machine not known here."""
    known = MACHINES.get(platform.machine())
    if known is None:
        return False
    code = b"".join(struct.pack("=HBBI", *line) for line in _program(*known))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(SECCOMP, FILTER, ctypes.create_string_buffer(program, len(program)), 0, 0):
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")
    return True


def _program(column, machine):
    """The filter as (code, steps if true, steps if false, number) of the kernel's small machine."""
    numbers = [pair[column] for pair in FORBIDDEN.values()]
    yield LOAD, 0, 0, 4  # which machine the call is for
    yield EQUAL, 1, 0, machine
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, 0  # the call's number
    yield AT_LEAST, len(numbers) + 1, 0, OTHER_ABI
    for i, number in enumerate(numbers):
        yield EQUAL, len(numbers) - i, 0, number
    yield RETURN, 0, 0, ALLOW
    yield RETURN, 0, 0, REFUSE
