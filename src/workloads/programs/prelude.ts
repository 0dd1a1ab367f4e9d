/**
 * What every Python program of ours begins with. Python 3.8, standard library only, ASCII only.
 *
 * Time is CLOCK_MONOTONIC in nanoseconds, which all containers of one kernel share (time namespaces aside, which no engine makes).
 * A program prints one line of JSON, or fails with one line on stderr; it waits for nothing without a deadline.
 */
export const PRELUDE = `import json, os, random, subprocess, sys, time

now = time.monotonic_ns
SECOND = 1000000000


def quantile(ascending, p):
    """Hyndman & Fan (1996), type 7: linear between the order statistics around (n - 1) * p."""
    position = (len(ascending) - 1) * p
    below = int(position)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (position - below) * (ascending[above] - ascending[below])


def times(nanoseconds):
    """What all operations of a trial took, in seconds."""
    if not nanoseconds:
        return {"count": 0}
    ordered = sorted(nanoseconds)
    return {
        "count": len(ordered),
        "meanSeconds": sum(ordered) / len(ordered) / SECOND,
        "p50Seconds": quantile(ordered, 0.5) / SECOND,
        "p99Seconds": quantile(ordered, 0.99) / SECOND,
    }


def report(**found):
    print(json.dumps(found, allow_nan=False))


def publish(path, text):
    """Another party sees the whole file or none."""
    with open(path + ".part", "w") as file:
        file.write(text)
    os.rename(path + ".part", path)


def wait_for(path, deadline, what):
    while not os.path.exists(path):
        if now() > deadline:
            sys.exit("%s did not come in time" % what)
        time.sleep(0.001)


def run(*command):
    """A real program, in the C locale; its failure is ours, with its own last words."""
    done = subprocess.run(command, env=dict(os.environ, LC_ALL="C"), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        words = done.stderr.decode("ascii", "replace").strip().splitlines()
        sys.exit("%s ended with %d: %s" % (command[0], done.returncode, words[0] if words else "no reason given"))
`
