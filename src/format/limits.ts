/** What a document may hold at most. Everything here comes from outside, so everything has a bound. */
export const LIMITS = {
  /** Characters of a file. The largest legal document is about 4 million. */
  textLength: 5_000_000,
  /** Brackets within brackets; a scenario needs 7. */
  depth: 32,
  title: 200,
  story: 10_000,
  label: 80,
  settings: 64,
  choiceValue: 60,
  position: 1_000_000,
  components: 500,
  places: 100,
  /** Width and height of a place on the canvas. */
  placeSize: 100_000,
  connections: 2_000,
  faults: 1_000,
  interventions: 10_000,
  /** Components that ever existed in a run, edits included: each keeps its statistics (70 kB) to the end. */
  componentsEver: 1_000,
  connectionsEver: 5_000,
  /** One simulated day. */
  atMs: 86_400_000,
  /** Means of random faults: shorter ones would make a run of nothing but marks. */
  meanFaultMs: 10,
  seed: 4_294_967_295,
  /**
   * Requests a second that all sources together may start. The engine handles a few hundred thousand requests a second
   * of real time, so beyond this a run is slower than real time by a factor that teaches nothing.
   */
  offeredPerSec: 200_000,
  /** Users of closed load, all sources together: each always has one event or one call pending. */
  users: 200_000,
  /** Problems reported at once. */
  problems: 20,
} as const;

export const FORMAT = 'backpressure/scenario';
/** Version of the document format. A higher one needs an entry in `migrations/scenario-migrations.ts`. */
export const FORMAT_VERSION = 1;
export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/;
