import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.js'
import { BenchError } from '../../src/errors.js'

const wrong = (text: string): BenchError => {
  try {
    parseConfig('c.yaml', text)
  } catch (error) {
    if (error instanceof BenchError) return error
    throw error
  }
  throw new Error(`nothing was wrong with ${text}`)
}

test.each([[''], ['# only a comment\n'], ['---\n']])('%j says nothing', (text) => {
  expect(parseConfig('c.yaml', text)).toEqual({})
})

test('values are what stands there, as behind a flag', () => {
  const text = `\uFEFFlabel: 1.10
baseline: 12e4567
threshold: 0.05
precision: 5%
seed: 7
size: 64m
gate: true
confirm: false
scenarios:
  - seq-write # the first
  - fsync-latency
mounts: [volume, "slow=volume,engine-arg=--memory=1g"]
`
  expect(parseConfig('c.yaml', text)).toEqual({
    label: '1.10',
    baseline: '12e4567',
    threshold: '0.05',
    precision: '5%',
    seed: '7',
    size: '64m',
    gate: true,
    confirm: false,
    scenarios: ['seq-write', 'fsync-latency'],
    mounts: ['volume', 'slow=volume,engine-arg=--memory=1g'],
  })
})

test('a single value is a list of one, CRLF is a line end', () => {
  expect(parseConfig('c.yaml', 'scenarios: metadata\r\nquiet: true\r\n')).toEqual({
    scenarios: ['metadata'],
    quiet: true,
  })
})

test('a scenario may be a fio job file of the configuration', () => {
  const text = 'fioJobs: [jobs/mine.v2.fio]\nscenarios: [fio-mine.v2, metadata]\n'
  expect(parseConfig('c.yaml', text)).toMatchObject({ scenarios: ['fio-mine.v2', 'metadata'] })
})

test.each<[string, number, RegExp, RegExp]>([
  // The text after a comment line and a profile, the line, the message, the hint.
  ['scenario: [metadata]', 3, /^unknown setting 'scenario'$/, /did you mean 'scenarios'\?/],
  ['min-rounds: 3', 3, /^unknown setting 'min-rounds'$/, /did you mean 'minRounds'\?/],
  ['completely: different', 3, /^unknown setting 'completely'$/, /known: scenarios, fioJobs/],
  ['scenarios:\n  - metadata\n  - seq-wirte', 5, /^scenarios: unknown scenario 'seq-wirte'$/, /'seq-write'/],
  ['fioJobs: [mine.fio]\nscenarios: [mine]', 4, /^scenarios: unknown scenario 'mine'$/, /known: .*fio-mine/],
  ['mounts: [volum]', 3, /^mounts: unknown mount type 'volum'$/, /'volume'/],
  ['mounts:\n  - volume\n\n  - bind,scr=/x', 6, /^mounts: unknown option of a bind mount 'scr'$/, /'src'/],
  ['mounts:\n  - volume\n  - volume', 3, /^mounts: the label 'volume' is used twice$/, /another label/],
  ['mounts: [volume, tmpfs]\nreference: bind', 4, /^reference: unknown reference 'bind'$/, /known: volume, tmpfs/],
  ['engine: dokcer', 3, /^engine: unknown engine 'dokcer'$/, /'docker'/],
  ['pull: always', 3, /^pull: unknown answer 'always'$/, /never, missing/],
  ['format: postscript', 3, /^format: unknown format 'postscript'$/, /table/],
  ['size: 64q', 3, /^size: '64q' is not a size$/, /64m/],
  ['size: 100k', 3, /^size 102400 is not a whole number of MiB$/, /64m/],
  ['duration: 10', 3, /^duration: '10' is not a duration$/, /500ms/],
  ['timeout: soon', 3, /^timeout: 'soon' is not a duration$/, /2m/],
  ['rounds: 0', 3, /^rounds '0' is not a whole number from 1 to 10000$/, /^$/],
  ['threshold: 5', 3, /^threshold '5' is not a share/, /5% or 0\.05/],
  ['failThreshold: much', 3, /^failThreshold 'much' is not a share/, /5% or 0\.05/],
  ['gate: yes', 3, /^gate: 'yes' is neither true nor false$/, /^$/],
  ['label:', 3, /^label: has no value/, /^$/],
  ['label: [a, b]', 3, /^label: is one value, not a list/, /^$/],
  ['mounts: {a: volume}', 3, /^mounts: is a list$/, /^$/],
  ['mounts: []', 3, /^mounts: is empty: name one/, /^$/],
  ['mounts: [[volume]]', 3, /^mounts: is one value/, /^$/],
  ['rounds: 3\nminRounds: 2', 3, /^rounds is a fixed number, which minRounds and maxRounds contradict$/, /leave one/],
  ['maxRounds: 8\nminRounds: 9', 4, /^minRounds 9 is more than maxRounds 8$/, /^$/],
  ['profile: quick', 3, /unique/, /^$/],
  ['label: "open', 3, /[Mm]issing closing/, /^$/],
  ['label: x\nquiet: true\nresults: *nowhere', 5, /Unresolved alias.*nowhere/, /in quotes/],
  ['label: &a x\nbaseline: *a\nresults: *b', 5, /Unresolved alias.*: b$/, /in quotes/],
  ['\tlabel: x', 3, /tab/i, /^$/],
])('%j is refused with its line', (text, line, message, hint) => {
  const error = wrong(`# a comment\nprofile: standard\n${text}\n`)
  expect(error.code).toBe('bad-input')
  const [, at, said] = /^c\.yaml:(\d+): (.*)$/.exec(error.message) ?? []
  expect(said).toMatch(message)
  expect(Number(at)).toBe(line)
  expect(error.hint ?? '').toMatch(hint)
})

test.each(['- a\n- b\n', 'just a text\n'])('%j is no list of settings', (text) => {
  expect(wrong(text)).toMatchObject({ message: 'c.yaml:1: this is no list of settings' })
})

test('all mistakes are told, in the order of the lines', () => {
  const { message, details } = wrong('size: 1q\nlable: x\nduration: 1\n')
  expect(message).toBe("c.yaml:1: size: '1q' is not a size")
  expect(details).toBe(
    "c.yaml:2: unknown setting 'lable'; did you mean 'label'?\nc.yaml:3: duration: '1' is not a duration; write it with its unit, like 500ms, 1s or 2m",
  )
})
