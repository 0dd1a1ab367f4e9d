/**
 * A package tree that is the same on every machine: names, sizes and contents come from one seed, and only from
 * `random.Random(seed).random()`, whose stream Python keeps from version to version.
 *
 * Sizes are log-normal: median 2,000 bytes, sigma 1.6 (mean about 7 KB), at most 256 KiB; folders are nested up to six deep.
 */
export const TREE = `import io, math, tarfile

SEED = 20200101
MEDIAN_BYTES, SIGMA, MOST_BYTES = 2000, 1.6, 256 << 10


def shape(files):
    """Folders, each after its parent, and (path, size) of each file; every folder has one at least."""
    draw = random.Random(SEED).random
    folders = ["package"]
    while len(folders) < max(1, files // 10):
        parent = folders[int(draw() * len(folders))]
        if parent.count("/") < 6:
            folders.append("%s/folder%04d" % (parent, len(folders)))
    sized = []
    for number in range(files):
        at = number if number < len(folders) else int(draw() ** 2 * len(folders))
        normal = math.sqrt(-2 * math.log(1 - draw())) * math.cos(2 * math.pi * draw())
        size = min(MOST_BYTES, max(1, int(MEDIAN_BYTES * math.exp(SIGMA * normal))))
        sized.append(("%s/file%05d.js" % (folders[at], number), size))
    return folders, sized


def contents(sized):
    """(path, bytes): text in lines, another part of it for each file."""
    draw = random.Random(SEED + 1).random
    words = ["".join("etaoinshrdlu"[int(draw() * 12)] for _ in range(2 + int(draw() * 9))) for _ in range(500)]
    text = "\\n".join(" ".join(words[int(draw() * 500)] for _ in range(12)) for _ in range(8000)).encode()
    for path, size in sized:
        start = int(draw() * (len(text) - MOST_BYTES))
        yield path, text[start:start + size]


def plant(root, files):
    """The tree as files, safe on the disk."""
    folders, sized = shape(files)
    for folder in folders:
        os.mkdir(os.path.join(root, folder))
    for path, data in contents(sized):
        with open(os.path.join(root, path), "wb") as file:
            file.write(data)
    sync(root)


def pack(archive, files):
    """The tree as a tar, safe on the disk."""
    folders, sized = shape(files)
    with open(archive, "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for folder in folders:
                tar.addfile(entry(folder, tarfile.DIRTYPE, 0o755, 0))
            for path, data in contents(sized):
                tar.addfile(entry(path, tarfile.REGTYPE, 0o644, len(data)), io.BytesIO(data))
        out.flush()
        os.fsync(out.fileno())


def entry(name, kind, mode, size):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size, info.mtime = kind, mode, size, 1577836800
    return info


def sync(root):
    """syncfs(2) of the filesystem that a folder is on."""
    import ctypes
    folder = os.open(root, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).syncfs(folder) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), root)
    os.close(folder)


def expected(files):
    folders, sized = shape(files)
    return {"files": len(sized), "folders": len(folders), "bytes": sum(size for _, size in sized)}


def walk(root):
    """Looks at every name with stat: the paths of all files, and what there is."""
    paths, folders, size, waiting = [], 0, 0, [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for found in entries:
                if found.is_dir(follow_symlinks=False):
                    folders += 1
                    waiting.append(found.path)
                else:
                    paths.append(found.path)
                    size += found.stat(follow_symlinks=False).st_size
    return paths, {"files": len(paths), "folders": folders, "bytes": size}


def read(paths):
    size = 0
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            data = file.read(MOST_BYTES)
            while data:
                size += len(data)
                data = file.read(MOST_BYTES)
    return size


def timed(work, *values):
    started = now()
    result = work(*values)
    return result, (now() - started) / SECOND
`

/** Arguments: the archive to make, the number of files. */
export const PACK = `${TREE}

pack(sys.argv[1], int(sys.argv[2]))
`

/** Arguments: the archive, the folder to unpack into, the number of files. */
export const SOURCE_TREE = `${TREE}

def main(archive, root, files):
    _, unpack = timed(run, "tar", "-x", "-o", "-f", archive, "-C", root)
    (paths, found), look = timed(walk, root)
    size, fetch = timed(read, paths)
    _, remove = timed(run, "rm", "-rf", "--", root + "/package")
    report(expected=expected(int(files)), found=found, readBytes=size, left=len(os.listdir(root)),
           unpackSeconds=unpack, walkSeconds=look, readSeconds=fetch, removeSeconds=remove)


main(*sys.argv[1:])
`

/** Arguments: the folder to make the tree in, the number of files. */
export const PLANT = `${TREE}

plant(sys.argv[1], int(sys.argv[2]))
`
