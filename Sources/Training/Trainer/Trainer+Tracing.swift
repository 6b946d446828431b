import Datasets
import Optimizers
import Tensors

// Where NaN or infinity came from, once the loss has become one.
//
// A step changes the state in place, and what went wrong in it cannot be seen afterwards. So every few
// batches the state is kept, which costs one copy of it; after a divergence the steps since are made
// again, in the same bits, up to the first one that makes a bad number, and that one is watched.

/// A state from which the steps since can be made again.
struct TraceStart<Model: TensorTree, Rule: Optimizer> {
  let state: TrainerState<Model, Rule>
  let position: RunPosition
  /// The learning rate of each batch since.
  var learningRates: [Double] = []
  /// So many of them make a newer start worth its copy.
  var span = TraceStart.usualSpan

  /// A copy takes about as long as a small step.
  static var usualSpan: Int { 500 }
}

/// What a step begins with.
private struct Beginning<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch> {
  let model: Model
  let optimizer: Rule
  let batch: Batch
}

extension Trainer {
  /// Keeps the state where it is time to. A state that has bad numbers already is no start, since the
  /// operation that made them lies before it.
  mutating func keepTraceStart() {
    guard options.tracesDivergence else { return }
    if let start = traceStart {
      guard start.learningRates.count >= start.span else { return }
      guard hasFiniteParameters else {
        traceStart?.span += TraceStart<Model, Rule>.usualSpan
        return
      }
    }
    traceStart = TraceStart(state: state, position: position)
  }

  /// Finds the operation that made the loss NaN or infinite, and writes it into the log.
  mutating func traceDivergence(_ session: RunSession<Batch>) throws {
    guard let (origin, step) = origin(session) else { return }
    session.origin = origin
    let progress = progress(session)
    try session.write(
      .warning(origin.finding, step: step, epoch: progress.epochs, seconds: progress.seconds))
  }

  /// The origin, and the steps taken before it; nil where the steps, made again one by one as they are
  /// written, give finite numbers.
  private func origin(_ session: RunSession<Batch>) -> (NonFiniteOrigin, step: Int)? {
    guard let start = traceStart else { return nil }
    var replay = self
    (replay.state, replay.position) = (start.state, start.position)
    replay.traceStart = nil
    let again = RunSession(session.source, nil, [], { false })
    var beginnings: [Beginning<Model, Rule, Batch>] = []
    var batches = again.source.batches(epoch: replay.position.epoch, from: replay.position.batch)
    var made = 0
    while made < start.learningRates.count, session.reasonToEnd(options) == nil {
      let read: Batch?
      do {
        read = try batches.next()
      } catch {
        return nil
      }
      guard let next = read else {
        // The end of an epoch, where what is left makes a step.
        if replay.position.batch == 0 { return nil }
        if replay.finishReplayedStep(again), let origin = origin(among: beginnings) {
          return (origin, replay.position.step - 1)
        }
        beginnings = []
        replay.position.startEpoch(replay.position.epoch + 1)
        batches = again.source.batches(epoch: replay.position.epoch, from: 0)
        continue
      }
      let rate = start.learningRates[made]
      made += 1
      replay.state.optimizer.learningRate = rate
      // A batch of weight 0 is left out, whatever its loss is.
      if objective.weight(of: next) != 0 {
        beginnings.append(
          Beginning(model: replay.state.model, optimizer: replay.state.optimizer, batch: next))
      }
      let hasDiverged = replay.learn(from: next, rate: rate, again) != nil
      if hasDiverged || made == start.learningRates.count {
        return origin(among: beginnings).map { ($0, replay.position.step) }
      }
      if replay.position.pendingBatches < options.batchesPerStep { continue }
      if replay.finishReplayedStep(again) {
        return origin(among: beginnings).map { ($0, replay.position.step - 1) }
      }
      beginnings = []
    }
    return nil
  }

  /// The rest of a step; whether a parameter is no longer finite.
  private mutating func finishReplayedStep(_ session: RunSession<Batch>) -> Bool {
    guard position.pendingBatches > 0 else { return false }
    position.pendingBatches = 0
    if options.sumsGradients && !moveAlongSum(session) { return false }
    position.step += 1
    return !hasFiniteParameters
  }

  /// The origin in a step of these batches.
  private func origin(among beginnings: [Beginning<Model, Rule, Batch>]) -> NonFiniteOrigin? {
    let (objective, precision) = (objective, options.mixedPrecision)
    let whole = Objective<Model, Batch>(
      forward: { objective.outputs(of: $0, $1, precision) }, loss: objective.loss,
      targets: objective.targets)
    for beginning in beginnings {
      let origin = NonFiniteOrigin(
        beginning.model, beginning.batch, whole,
        optimizer: options.sumsGradients ? nil : beginning.optimizer)
      if let origin { return origin }
    }
    return nil
  }

  private var hasFiniteParameters: Bool {
    state.model.namedTensors.allSatisfy {
      $0.role != .parameter || !$0.tensor.dataType.isFloatingPoint
        || $0.tensor.isFinite.all().item() != 0
    }
  }
}
