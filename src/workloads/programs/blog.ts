/**
 * The lesson's blog on SQLite: its table, transactions of one INSERT, its two SELECTs.
 *
 * Arguments: the folder, the journal mode, seconds for the INSERTs, seconds for the SELECTs, INSERTs at the most, the seed.
 * The SELECTs are of a second blog of 100 posts: the list of all posts takes longer the more there are, and a fast mount has more.
 */
export const BLOG = `import sqlite3

TABLE = """CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
)"""
INSERT = "INSERT INTO posts (title, content) VALUES (?, ?)"
SELECTS = ["SELECT * FROM posts ORDER BY created_at DESC", "SELECT COUNT(*) as total_posts FROM posts"]
READ_POSTS = 100


def blog(path, mode):
    db = sqlite3.connect(path, isolation_level=None)
    got = db.execute("PRAGMA journal_mode=" + mode).fetchone()[0]
    if got != mode:
        sys.exit("journal mode %s is not possible here: SQLite chose %s" % (mode, got))
    db.execute("PRAGMA synchronous=FULL")
    db.execute(TABLE)
    return db


def posts(seed):
    draw = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz     "
    text = lambda least, most: "".join(draw.choice(letters) for _ in range(draw.randint(least, most)))
    return [(text(20, 60), text(100, 1000)) for _ in range(256)]


def insert(db, made, seconds, most):
    took, characters, number = [], 0, 0
    begun = now()
    end = begun + int(seconds * SECOND)
    while now() < end and number < most:
        post = made[number % len(made)]
        started = now()
        db.execute(INSERT, post)
        took.append(now() - started)
        characters += len(post[0]) + len(post[1])
        number += 1
    return took, characters, (now() - begun) / SECOND


def select(db, seconds):
    done, begun = 0, now()
    end = begun + int(seconds * SECOND)
    while now() < end:
        rows = db.execute(SELECTS[done % 2]).fetchall()
        if (len(rows) if done % 2 == 0 else rows[0][0]) != READ_POSTS:
            sys.exit("a SELECT did not see the %d posts" % READ_POSTS)
        done += 1
    return done, (now() - begun) / SECOND


def kept(path):
    """Seen by a connection that wrote none of it."""
    db = sqlite3.connect(path)
    rows, characters = db.execute("SELECT COUNT(*), COALESCE(SUM(LENGTH(title) + LENGTH(content)), 0) FROM posts").fetchone()
    return rows, characters, db.execute("PRAGMA integrity_check").fetchone()[0]


def main(folder, mode, insert_seconds, select_seconds, most, seed):
    made = posts(int(seed))
    db = blog(folder + "/blog.db", mode)
    took, characters, seconds = insert(db, made, float(insert_seconds), int(most))
    db.close()
    rows, found, integrity = kept(folder + "/blog.db")
    reader = blog(folder + "/read.db", mode)
    reader.execute("BEGIN")
    reader.executemany(INSERT, made[:READ_POSTS])
    reader.execute("COMMIT")
    selects, select_took = select(reader, float(select_seconds))
    reader.close()
    report(inserts=times(took), seconds=seconds, characters=characters, rows=rows, rowCharacters=found,
           integrity=integrity, selects=selects, selectSeconds=select_took)
`

/** Runs it on the arguments. Apart, so that a test can run its parts. */
export const BLOG_MAIN = `${BLOG}

main(*sys.argv[1:])
`
