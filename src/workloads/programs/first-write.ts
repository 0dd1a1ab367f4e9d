/**
 * The first write of one byte to a file that is there: in the writable layer to a file of the image, which is copied up for it; on a
 * mount to a file of its own. dd would not see the copy: its clock starts after it has opened the file, and opening copies.
 *
 * Which of the two it is says mountinfo: in the writable layer, the folder and the image's file are on one mount. The byte is a zero in
 * a file of zeros, so nothing changes.
 */
const FIRST_WRITE = `MIB = 1 << 20


def mount_of(path):
    """Its id, the part of its filesystem that is mounted, and the filesystem: of the line of mountinfo that covers a path."""
    path, best = os.path.realpath(path), None
    with open("/proc/self/mountinfo") as lines:
        for line in lines:
            fields = line.split(" ")
            at = fields[4].encode("latin-1").decode("unicode_escape")
            if (path + "/").startswith(at.rstrip("/") + "/") and (best is None or len(at) >= len(best[1])):
                best = (fields[0], at, fields[3], fields[fields.index("-") + 1])
    return best[0], best[2], best[3]


def victim(folder, image, name, size):
    """The file to write to, and whether it is the image's."""
    mount, root, filesystem = mount_of(folder)
    own = os.path.join(image, name)
    if os.path.exists(own) and mount_of(own)[0] == mount:
        if os.stat(own).st_size != size:
            sys.exit("%s of the image has another size than %d bytes" % (own, size))
        return own, True
    if "overlay" in filesystem and root == "/":
        sys.exit("nothing to copy up: this writable layer has no %s of an image below it" % own)
    return os.path.join(folder, name), False


def make(path, size):
    zeros = bytes(MIB)
    with open(path, "wb") as file:
        for _ in range(size // MIB):
            file.write(zeros)
        file.flush()
        os.fsync(file.fileno())


def setup(folder, image, name, size):
    """Its content is in memory before, in both cases: the copy is measured, not the disk that the image is on."""
    path, of_image = victim(folder, image, name, size)
    if not of_image:
        make(path, size)
    with open(path, "rb") as file:
        while file.read(MIB):
            pass


def write(folder, image, name, size):
    path, of_image = victim(folder, image, name, size)
    started = now()
    file = os.open(path, os.O_WRONLY)
    opened = now()
    os.write(file, b"\\0")
    os.fsync(file)
    ended = now()
    report(seconds=(ended - started) / SECOND, openSeconds=(opened - started) / SECOND,
           sizeBytes=os.fstat(file).st_size, ofImage=of_image)
`

/** Arguments: `setup` or `write`, the folder, the folder of the image's files, the name, its size in bytes. */
export const FIRST_WRITE_MAIN = `${FIRST_WRITE}

{"setup": setup, "write": write}[sys.argv[1]](*sys.argv[2:5], int(sys.argv[5]))
`
