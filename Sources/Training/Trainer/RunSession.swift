import Datasets
import Tensors

/// What one call of `run` has beside the trainer: data, folder, callbacks, clocks.
final class RunSession<Batch: ExampleBatch> {
  let source: any BatchSource<Batch>
  let validation: (any BatchSource<Batch>)?
  var folder: OpenRunFolder?
  /// The path of the last checkpoint that this call has written or begun from.
  var checkpoint: String?
  /// Whether something happened since that checkpoint.
  var hasChanged = true
  /// What was wrong with newer checkpoints.
  var warnings: [String] = []
  /// What made the loss NaN or infinite, once it is and where that was found.
  var origin: NonFiniteOrigin?
  /// Seconds of training before this call.
  var secondsBefore = 0.0

  private var callbacks: [any TrainingCallback]
  private let isInterrupted: () -> Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var waiting = Duration.zero
  private var examples = 0
  /// Where the clocks stood at the last line of the log.
  private var logged = (seconds: 0.0, waiting: Duration.zero, examples: 0)
  /// What callbacks have recorded and is still to be written.
  private var queue: [RunEvent] = []

  /// What was learned from last.
  private(set) var lastBatch: Batch?
  private(set) var lastLoss = Double.nan
  private(set) var areFinite: [Tensor] = []

  init(
    _ source: any BatchSource<Batch>, _ validation: (any BatchSource<Batch>)?,
    _ callbacks: [any TrainingCallback], _ isInterrupted: @escaping () -> Bool
  ) {
    self.source = source
    self.validation = validation
    self.callbacks = callbacks
    self.isInterrupted = isInterrupted
    start = clock.now
  }

  /// Seconds since this call began.
  private var seconds: Double { (clock.now - start) / .seconds(1) }

  /// Seconds of training, those before a stop included.
  var totalSeconds: Double { secondsBefore + seconds }

  /// Whether somebody or the clock wants the run to end.
  func reasonToEnd(_ options: TrainerOptions) -> TrainingEnding.Reason? {
    if isInterrupted() { return .interrupted }
    if let limit = options.timeLimit, clock.now - start >= limit { return .outOfTime }
    return nil
  }

  /// The next batch; the time until it is there counts as waiting.
  func next(of stream: BatchStream<Batch>) throws(DatasetError) -> Batch? {
    let before = clock.now
    defer { waiting += clock.now - before }
    return try stream.next()
  }

  /// Takes note of a batch that is over.
  func count(_ batch: Batch) {
    hasChanged = true
    examples += batch.count
  }

  /// Takes note of what was learned from.
  func note(_ batch: Batch, _ loss: Double, _ result: StepResult) {
    lastBatch = batch
    lastLoss = loss
    areFinite = result.areFinite
  }

  /// Examples a second in this call, and the part of the time that was spent waiting.
  var rates: (examplesPerSecond: Double, waitingFraction: Double) {
    let time = max(seconds, 1e-9)
    return (Double(examples) / time, waiting / .seconds(1) / time)
  }

  /// The same since the last time this was called.
  func takeRates() -> (examplesPerSecond: Double, waitingFraction: Double) {
    let now = seconds
    let time = max(now - logged.seconds, 1e-9)
    let passed = (waiting - logged.waiting) / .seconds(1)
    defer { logged = (now, waiting, examples) }
    return (Double(examples - logged.examples) / time, passed / time)
  }
}

extension RunSession {
  /// Whether there is anybody to be told.
  var hasCallbacks: Bool { !callbacks.isEmpty }

  /// Writes a line of the log and tells the callbacks.
  func write(_ event: RunEvent) throws {
    try folder?.log?.append(event)
    try tell { try $0.afterEvent(event) }
  }

  /// Tells each callback something; what they record meanwhile is written afterwards.
  func tell(_ body: (inout any TrainingCallback) throws -> Void) throws {
    for index in callbacks.indices { try body(&callbacks[index]) }
  }

  /// Takes what a callback records; it is written when all of them have been told.
  func enqueue(_ event: RunEvent) { queue.append(event) }

  /// Writes what callbacks have recorded.
  func writeQueue() throws {
    let events = queue
    queue = []
    for event in events { try write(event) }
  }
}
