import Arrays
import Datasets
import Glibc
import Optimizers
import Tensors

/// What a training step takes: floating-point operations and memory, known before the first step
/// runs, and time, where a few steps are made.
public struct StepCost: Sendable, Hashable, Codable {
  /// Of the forward pass, the backward pass and the update.
  public internal(set) var floatingPointOperations: Double
  /// Bytes of parameters, buffers, what the optimizer keeps, averages and sums of gradients.
  public let stateBytes: Int
  /// Bytes of the second state that a trainer keeps to trace NaN.
  public let keptBytes: Int
  /// Bytes of one batch.
  public let batchBytes: Int
  /// Bytes of intermediate values and results.
  public internal(set) var workingBytes: Int
  /// Bytes that this process may still take, in which the state is already counted as taken; nil
  /// where the system does not say.
  public let availableBytes: Int?
  /// What sets that bound, in words.
  public let bound: String?
  /// Examples in the batch.
  public let exampleCount: Int
  /// Seconds that a step takes: the median of those that were made; nil where none was.
  public internal(set) var secondsPerStep: Double?

  /// Bytes at the highest point.
  public var peakBytes: Int { stateBytes + keptBytes + batchBytes + workingBytes }

  /// Whether a step fits into the memory that there is.
  public var fitsIntoMemory: Bool { availableBytes.map { workingBytes + keptBytes <= $0 } ?? true }

  /// Seconds for so many examples, without those for reading them.
  public func seconds(examples: Int) -> Double? {
    secondsPerStep.map { $0 * Double(examples) / Double(max(exampleCount, 1)) }
  }

  /// A finding where memory does not suffice.
  public var finding: Finding? {
    guard !fitsIntoMemory, let bound else { return nil }
    return Finding(
      .error, .tooMuchMemory, at: "training step",
      figure:
        "needs \(Figure.bytes(workingBytes + keptBytes)) beside \(Figure.bytes(stateBytes)) of state; "
        + bound,
      advice: "make the batch smaller, or accumulate gradients over several small ones")
  }
}

/// What a compiled step changes.
private struct StepState<Model: TensorTree, Rule: Optimizer>: TensorTree {
  var model: Model
  var optimizer: Rule
}

extension StepCost {
  /// The cost of steps of an objective; `model` and `optimizer` stay as they are.
  ///
  /// - Parameters:
  ///   - batch: A batch as training has it.
  ///   - options: Those of the trainer, some of which keep more than a model and its optimizer.
  ///   - stepCount: How many steps are timed, after one that is not; with 0 none is made.
  public init<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch>(
    _ model: Model, _ optimizer: Rule, _ batch: Batch, _ objective: Objective<Model, Batch>,
    options: TrainerOptions = TrainerOptions(), timing stepCount: Int = 3
  ) {
    let first = TrainerState(model, optimizer, options)
    var state = StepState(model: first.model, optimizer: first.optimizer)
    let step = compile { (state: inout StepState<Model, Rule>, batch: Batch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &state.model) {
        objective.loss(objective.forward($0, batch), batch)
      }
      state.optimizer.update(&state.model, with: gradients)
      return loss
    }
    let bound = MemoryLimit.current()
    stateBytes = StepCost.byteCount(first)
    keptBytes = options.tracesDivergence ? stateBytes : 0
    batchBytes = StepCost.byteCount(batch)
    availableBytes = bound?.available
    self.bound = bound?.description
    exampleCount = batch.count
    let plan = step.plan(for: state, batch)
    floatingPointOperations = plan.map(StepCost.operations) ?? 0
    workingBytes = plan?.peakBytes ?? 0
    if stepCount > 0 && fitsIntoMemory {
      secondsPerStep = StepCost.time(stepCount) { _ = step(&state, batch) }
    }
  }

  private static func operations(_ plan: Plan) -> Double {
    plan.summaries.reduce(0) { $0 + $1.floatingPointOperations }
  }

  private static func byteCount<Tree: TensorTree>(_ tree: Tree) -> Int {
    tree.namedTensors.reduce(0) { $0 + $1.tensor.byteCount }
  }

  /// The median of some runs, in seconds, after one that is not counted.
  private static func time(_ count: Int, _ body: () -> Void) -> Double {
    body()
    let times = (0..<count).map { _ -> Double in
      let start = now()
      body()
      return now() - start
    }
    return times.sorted()[count / 2]
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension StepCost: CustomStringConvertible {
  /// For example, in two lines, `a step of 128 examples: 1.4 GFLOP, 38 ms, 3,368 examples a second`
  /// and `memory: 34.0 MiB (12.1 MiB of two states, 0.4 MiB batch, 21.5 MiB working memory)`.
  public var description: String {
    var text =
      "a step of \(Words.count(exampleCount, "example")): "
      + "\(Words.scaled(floatingPointOperations))FLOP"
    if let secondsPerStep {
      let speed = Int(Double(exampleCount) / max(secondsPerStep, 1e-9))
      text += ", \(Words.duration(secondsPerStep)), \(Words.grouped(speed)) examples a second"
    }
    text +=
      "\nmemory: \(Figure.bytes(peakBytes)) (\(Figure.bytes(stateBytes + keptBytes)) "
      + (keptBytes > 0 ? "of two states, " : "state, ")
      + "\(Figure.bytes(batchBytes)) batch, \(Figure.bytes(workingBytes)) working memory)"
    if let bound { text += "\n\(bound)" }
    return text
  }
}
