/** The other party in Python: appends a line for each change. Arguments: the folder, the seed. */
export const APPEND_CHANGES = `PATIENCE = 10 * SECOND


def main(folder, seed):
    draw = random.Random(int(seed)).uniform
    wait_for(folder + "/ready", now() + PATIENCE, "the reader")
    log, number, word = os.open(folder + "/file", os.O_WRONLY | os.O_APPEND), 0, "go"
    while word == "go":
        time.sleep(draw(0.001, 0.01))
        number += 1
        os.write(log, b"%d %d\\n" % (number, now()))
        word = answer(folder + "/ack", number)
    report(written=number)


def answer(path, number):
    deadline = now() + 2 * PATIENCE
    while now() < deadline:
        try:
            with open(path) as ack:
                seen, word = ack.read().split()
            if int(seen) == number:
                return word
        except FileNotFoundError:
            pass
        time.sleep(0.001)
    sys.exit("nobody saw change %d" % number)


main(*sys.argv[1:])
`

/** The other party in Node: saves the file as editors do, written beside and renamed. Arguments: the folder, the seed. */
export const SAVE_CHANGES = `const fs = require('node:fs')
const [folder, seed] = process.argv.slice(1)
const PATIENCE = 10000
let state = Number(seed) || 1
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const pause = () => {
  state = (state * 48271) % 2147483647
  sleep(1 + 9 * (state / 2147483647))
}
const fail = (words) => {
  process.stderr.write(words + '\\n')
  process.exit(1)
}
const until = (ms, look, words) => {
  const end = Date.now() + ms
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (Date.now() > end) fail(words)
    sleep(1)
  }
}
const read = (path) => {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') fail(String(error))
  }
}
until(PATIENCE, () => read(folder + '/ready'), 'the watcher did not come in time')
for (let number = 1; ; number += 1) {
  pause()
  fs.writeFileSync(folder + '/file.saving', number + ' ' + process.hrtime.bigint() + '\\n')
  fs.renameSync(folder + '/file.saving', folder + '/file')
  const word = until(2 * PATIENCE, () => {
    const [seen, word] = (read(folder + '/ack') || '').split(' ')
    return Number(seen) === number ? word : undefined
  }, 'nobody saw change ' + number)
  if (word === 'stop') {
    process.stdout.write(JSON.stringify({ written: number }))
    break
  }
}
`
