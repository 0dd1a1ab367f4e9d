import type { DurabilityQuestion } from '../durability/record.js'
import type { MountType } from '../targets.js'

/** An answer that a use cannot do without, and how it is said that it is so, and that it is not. */
export interface Need {
  question: DurabilityQuestion
  value: boolean
  words: string
  lacking: string
}

/** What storage is used for, and what it asks of a mount. */
export interface Use {
  name: string
  /** Answers of chapter 6 that it cannot do without. */
  needs: readonly Need[]
  /** Scenarios of chapter 5 that are like it: the first that was measured decides. Empty: speed is not what matters. */
  like: readonly string[]
  /** Among equals, by what they are made for; a mount that is not named is not considered. */
  prefer: readonly { type: MountType; because: string }[]
}

const KEPT = {
  question: 'newContainer',
  value: true,
  words: 'it is there in a new container',
  lacking: 'is not there in a new container',
} as const
const SAFE = {
  question: 'fsyncReachesDisk',
  value: true,
  words: 'its fsync reaches the disk',
  lacking: 'has an fsync that reaches no disk',
} as const
const SEEN = {
  question: 'hostSees',
  value: true,
  words: 'the host sees it',
  lacking: 'is not seen by the host',
} as const

const MANAGED = { type: 'volume', because: 'the engine manages it and no path of the host is in the way' } as const
const FOLDER = { type: 'bind', because: 'it is a folder that you already have' } as const
const MEMORY = { type: 'tmpfs', because: 'it is memory, and cleans up after itself' } as const

/** The uses that lessons name, in their order. */
export const USES: readonly Use[] = [
  {
    name: 'a database',
    needs: [KEPT, SAFE],
    like: ['fsync-latency', 'dd-sync', 'seq-write'],
    prefer: [MANAGED, FOLDER, MEMORY],
  },
  { name: 'uploads', needs: [KEPT, SAFE], like: ['seq-write'], prefer: [MANAGED, FOLDER, MEMORY] },
  { name: 'source code', needs: [KEPT, SEEN], like: [], prefer: [FOLDER, MANAGED, MEMORY] },
  { name: 'configuration', needs: [KEPT, SEEN], like: [], prefer: [FOLDER, MANAGED, MEMORY] },
  { name: 'logs', needs: [KEPT, SEEN], like: ['dd-write'], prefer: [FOLDER, MANAGED, MEMORY] },
  { name: 'scratch', needs: [], like: ['dd-write'], prefer: [MEMORY, MANAGED, FOLDER] },
  {
    name: 'secrets',
    needs: [
      {
        question: 'newContainer',
        value: false,
        words: 'it is gone with its container',
        lacking: 'outlives its container',
      },
      { question: 'hostSees', value: false, words: 'the host does not see it', lacking: 'is seen by the host' },
    ],
    like: [],
    prefer: [MEMORY, MANAGED, FOLDER],
  },
]
