/**
 * Sees the changes that another party makes, one after the other, and says how long each took: the other party writes the time
 * into the change, and this one looks at the same clock when it has read it.
 *
 * The two find each other through files: `ready` when this one watches, `ack` with the number of the last change that was seen and
 * whether another is wanted. So at most one change is on its way, none can hide another, and a change that does not come is missed.
 */
const WATCH = `import ctypes, select, struct

PATIENCE = 10 * SECOND
POLL_SECONDS = 0.005
MOVED_TO = 0x80


def by_event(folder, name):
    """inotify(7) on the folder: a wait ends when a file was renamed to that name."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if watch < 0 or libc.inotify_add_watch(watch, os.fsencode(folder), MOVED_TO) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), folder)
    poll = select.poll()
    poll.register(watch, select.POLLIN)

    def came(deadline):
        while now() < deadline:
            if poll.poll(max(1, (deadline - now()) // 1000000)) and os.fsencode(name) in names(os.read(watch, 65536)):
                return True
        return False

    def names(data):
        found, at = [], 0
        while at < len(data):
            _, _, _, length = struct.unpack_from("iIII", data, at)
            found.append(data[at + 16:at + 16 + length].rstrip(b"\\0"))
            at += 16 + length
        return found

    return came


def by_poll(folder, name):
    """stat every 5 ms: a wait ends when the file is another one than before."""
    known = [signature(folder, name)]

    def came(deadline):
        while now() < deadline:
            found = signature(folder, name)
            if found != known[0]:
                known[0] = found
                return True
            time.sleep(POLL_SECONDS)
        return False

    return came


def signature(folder, name):
    try:
        found = os.stat(os.path.join(folder, name))
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def whole_file(folder, name):
    with open(os.path.join(folder, name)) as file:
        return file.read()


def by_tail(folder, name):
    """Reads on from the end of the file without a pause: a wait ends when a line is whole."""
    log = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_CREAT, 0o666)
    read = [0, b""]

    def came(deadline):
        read[1] = b""
        while now() < deadline:
            data = os.pread(log, 4096, read[0])
            if data.endswith(b"\\n"):
                read[0] += len(data)
                read[1] = data
                return True
            os.sched_yield()
        return False

    return came, lambda folder, name: read[1].decode()


def watch(folder, came, content, seconds):
    took, last, size, begun = [], 0, 0, now()
    while True:
        if not came(now() + PATIENCE):
            return took, size, missed(folder, content, last)
        text = content(folder, "file")
        seen = now()
        number, stamp = [int(word) for word in text.split()[:2]]
        if number == last:
            continue
        if number != last + 1:
            return took, size, "change %d came after change %d" % (number, last)
        if last == 0:
            begun = stamp
        took.append(seen - stamp)
        last, size = number, size + len(text)
        over = seen - begun >= seconds * SECOND
        publish(folder + "/ack", "%d %s" % (number, "stop" if over else "go"))
        if over:
            return took, size, None


def missed(folder, content, last):
    """Whether nothing is there, or only nobody said so."""
    try:
        number = int(content(folder, "file").split()[0])
    except (OSError, IndexError):
        number = last
    if number > last:
        return "change %d is there, but no event came: this mount does not deliver events" % number
    return "change %d did not come within %d s" % (last + 1, PATIENCE // SECOND)


def main(folder, how, seconds):
    if how == "tail":
        came, content = by_tail(folder, "file")
    else:
        came, content = {"event": by_event, "poll": by_poll}[how](folder, "file"), whole_file
    publish(folder + "/ready", "")
    begun = now()
    took, size, lost = watch(folder, came, content, float(seconds))
    if took and min(took) <= 0:
        sys.exit("a change was seen before it was made: the two parties do not share a clock")
    report(changes=times(took), bytes=size, seconds=(now() - begun) / SECOND, lost=lost)
`

export const WATCH_MAIN = `${WATCH}

main(*sys.argv[1:])
`
