/**
 * Configuration: many small files that are opened, read and closed. `make` writes them; `read` goes over them in another order each
 * time until the time is over. Where ours are not there it reads what is, without writing anything.
 */
const CONFIG = `OURS = "mountbench-config"
FOLDERS = 20
MOST_FILES = 2000
MOST_BYTES = 64 << 10


def make(folder, files):
    draw = random.Random(files).random
    for number in range(files):
        at = "%s/%s/service%02d" % (folder, OURS, number % FOLDERS)
        os.makedirs(at, exist_ok=True)
        lines = ["key%03d = value-%d" % (line, int(draw() * 1e9)) for line in range(8 + int(draw() * 150))]
        with open("%s/config%04d.ini" % (at, number), "w") as file:
            file.write("\\n".join(lines) + "\\n")
            file.flush()
            os.fsync(file.fileno())


def there(root):
    """Small regular files that can be read, with their sizes."""
    found, waiting = [], [root]
    while waiting and len(found) < MOST_FILES:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False) and os.access(entry.path, os.R_OK):
                        size = entry.stat(follow_symlinks=False).st_size
                        if size <= MOST_BYTES:
                            found.append((entry.path, size))
        except PermissionError:
            pass
    return sorted(found)[:MOST_FILES]


def read(files, seconds, seed):
    order, took, size, short, number = random.Random(seed), [], 0, 0, 0
    begun = now()
    end = begun + int(seconds * SECOND)
    while now() < end:
        if number == 0:
            order.shuffle(files)
        path, wanted = files[number]
        number = (number + 1) % len(files)
        started = now()
        file = os.open(path, os.O_RDONLY)
        data = os.read(file, MOST_BYTES + 1)
        os.close(file)
        took.append(now() - started)
        size += len(data)
        short += len(data) != wanted
    return took, size, short, (now() - begun) / SECOND


def main(folder, files, seconds, seed):
    ours = os.path.isdir(folder + "/" + OURS)
    found = there(folder + "/" + OURS if ours else folder)
    if not found:
        sys.exit("there is no small file to read in %s" % folder)
    if ours and len(found) != int(files):
        sys.exit("%d of %s files are there" % (len(found), files))
    took, size, short, spent = read(found, float(seconds), int(seed))
    report(reads=times(took), bytes=size, changed=short, files=len(found), seconds=spent,
           readOnly=bool(os.statvfs(folder).f_flag & os.ST_RDONLY))
`

/** Arguments: the folder, the number of files. */
export const MAKE_CONFIG = `${CONFIG}

make(sys.argv[1], int(sys.argv[2]))
`

/** Arguments: the folder, the number of files that are ours, seconds, the seed. */
export const READ_CONFIG = `${CONFIG}

main(*sys.argv[1:])
`
