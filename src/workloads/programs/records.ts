/**
 * One writer of a shared log: records of 128 bytes with O_APPEND, an fsync after each; and the check of what all of them left.
 *
 * A record says whose it is, which one, and has a checksum, so that a lost, doubled or torn one is found.
 */
export const RECORDS = `import zlib

RECORD_BYTES = 128


def record(who, number, filler):
    text = "%s %010d %s" % (who, number, filler)
    return ("%s %08x" % (text[:RECORD_BYTES - 10], zlib.crc32(text[:RECORD_BYTES - 10].encode()))).encode() + b"\\n"


def filler(seed):
    draw = random.Random(seed).random
    return "".join("0123456789abcdef"[int(draw() * 16)] for _ in range(RECORD_BYTES))


def append(path, who, seconds, most, seed):
    """Times of all records in nanoseconds, when the first began and the last was safe."""
    text = filler(seed)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    took, begun = [], now()
    end = begun + int(seconds * SECOND)
    while now() < end and len(took) < most:
        data = record(who, len(took), text)
        started = now()
        written = os.write(log, data)
        os.fsync(log)
        took.append(now() - started)
        if written != len(data):
            sys.exit("only %d of %d bytes of a record were written" % (written, len(data)))
    return {"took": took, "begun": begun, "ended": now()}


def check(path, counts):
    """How many records are there whole, torn, twice or not at all; counts: how many each writer wrote."""
    seen, torn, twice = set(), 0, 0
    with open(path, "rb") as log:
        lines = log.read().split(b"\\n")
    if lines.pop() != b"":
        torn += 1
    for line in lines:
        text, given = line[:-9], line[-8:]
        if len(line) != RECORD_BYTES - 1 or b"%08x" % zlib.crc32(text) != given:
            torn += 1
            continue
        who, number = text.split(b" ")[:2]
        key = (who.decode(), int(number))
        twice += key in seen
        seen.add(key)
    expected = set((who, number) for who in counts for number in range(counts[who]))
    return {"whole": len(seen), "torn": torn, "twice": twice, "missing": len(expected - seen), "strange": len(seen - expected)}
`

/**
 * Arguments: the folder, who this is, who else writes (comma between, or empty), seconds, records at the most, the seed.
 * The writer `a` waits for the others, and checks.
 */
export const RECORDS_MAIN = `${RECORDS}

PATIENCE = 20 * SECOND


def main(folder, who, others, seconds, most, seed):
    others = [other for other in others.split(",") if other]
    publish("%s/ready.%s" % (folder, who), "")
    for other in others:
        wait_for("%s/ready.%s" % (folder, other), now() + PATIENCE, "the other writer")
    mine = append(folder + "/log", who, float(seconds), int(most), "%s %s" % (seed, who))
    if who != "a":
        publish("%s/done.%s" % (folder, who), json.dumps(mine))
        return report(records=len(mine["took"]))
    parts = {who: mine}
    for other in others:
        wait_for("%s/done.%s" % (folder, other), now() + PATIENCE, "the end of the other writer")
        with open("%s/done.%s" % (folder, other)) as done:
            parts[other] = json.load(done)
    counts = dict((name, len(part["took"])) for name, part in parts.items())
    begun = [part["begun"] for part in parts.values()]
    ended = [part["ended"] for part in parts.values()]
    report(
        records=times([one for part in parts.values() for one in part["took"]]),
        counts=counts,
        seconds=(max(ended) - min(begun)) / SECOND,
        togetherSeconds=(min(ended) - max(begun)) / SECOND,
        found=check(folder + "/log", counts),
    )


main(*sys.argv[1:])
`
