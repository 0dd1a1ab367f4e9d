import { TREE } from './tree.js'

/** A tree held against a copy of it, by the checksum of every file; and a tree that is not in memory any more. */
const COPIES = `${TREE}
import hashlib


def sums(root):
    """SHA-256 of each file, by its path in the tree."""
    found = {}
    for path in walk(root)[0]:
        with open(path, "rb") as file:
            found[os.path.relpath(path, root)] = hashlib.sha256(file.read()).hexdigest()
    return found


def expected_sums(files):
    return dict((path, hashlib.sha256(data).hexdigest()) for path, data in contents(shape(files)[1]))


def archive_sums(archive):
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                found[os.path.normpath(member.name)] = hashlib.sha256(tar.extractfile(member).read()).hexdigest()
    return found


def compare(found, wanted):
    return {
        "same": sum(found.get(path) == wanted[path] for path in wanted),
        "different": sum(path in found and found[path] != wanted[path] for path in wanted),
        "missing": sum(path not in found for path in wanted),
        "strange": sum(path not in wanted for path in found),
    }


def evict(root):
    """Clean pages of all files leave the page cache."""
    sync(root)
    for path in walk(root)[0]:
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
`

/** Argument: the folder whose files leave the page cache. */
export const EVICT = `${COPIES}

evict(sys.argv[1])
`

/** Arguments: the folder, the folder for the archive, the number of files. The archive is read back and held against the tree. */
export const BACK_UP = `${COPIES}

def main(root, archives, files):
    archive = archives + "/backup.tar"
    if os.path.exists(archive):
        os.unlink(archive)
    _, seconds = timed(run, "tar", "-c", "-f", archive, "-C", root, ".")
    report(expected=expected(int(files)), seconds=seconds, compared=compare(archive_sums(archive), expected_sums(int(files))))
    os.unlink(archive)


main(*sys.argv[1:])
`

/** Arguments: the empty folder, the folder for the archive, the number of files. What was restored is held against the tree. */
export const RESTORE = `${COPIES}

def main(root, archives, files):
    archive = archives + "/restore-%s.tar" % files
    if not os.path.exists(archive):
        pack(archive + ".part", int(files))
        os.rename(archive + ".part", archive)
    archive_sums(archive)
    _, unpack = timed(run, "tar", "-x", "-o", "-f", archive, "-C", root)
    _, flush = timed(sync, root)
    report(expected=expected(int(files)), seconds=unpack + flush, compared=compare(sums(root), expected_sums(int(files))))


main(*sys.argv[1:])
`
