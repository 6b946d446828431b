import Arrays
import Datasets
import Optimizers
import Tensors

/// The first operation of a training step that made NaN or infinity of finite numbers.
///
/// The step is run again, as it is written, on the same state and the same batch, and the bad
/// number in the loss, in a gradient or in an updated parameter is followed back to where it came
/// from. An infinity that harms nothing, as that of an attention mask, is no origin.
public struct NonFiniteOrigin: Sendable, Hashable, Codable {
  /// An operand or a result of the operation.
  public struct Operand: Sendable, Hashable, Codable {
    /// The parameter's path, or the tensor's in the batch; nil for what was computed.
    public let path: String?
    public let dataType: String
    public let shape: [Int]
    public let nanCount: Int
    public let infinityCount: Int
    /// The range of the finite numbers; nil where there are none.
    public let range: ClosedRange<Double>?
  }

  /// The operation, for example `log`; empty where no operation made the numbers, but a parameter
  /// or the batch had them already.
  public let operation: String
  /// The path of the layer; empty outside of any.
  public let layer: String
  /// `forward`, `backward` or `update`.
  public let phase: String
  /// In the backward pass, the operation whose derivative this is a part of.
  public let pullback: String?
  public let inputs: [Operand]
  public let output: Operand
  /// Where an infinity that the operation made became NaN: operation and layer.
  public let laterNaN: String?

  /// Runs one step and follows a number that is not finite back; nil where all are finite.
  ///
  /// - Parameters:
  ///   - model: As it was before the step, its random sources included.
  ///   - optimizer: Where the update is to be looked at too.
  public init?<Model: TensorTree, Batch: ExampleBatch>(
    _ model: Model, _ batch: Batch, _ objective: Objective<Model, Batch>,
    optimizer: (any Optimizer)? = nil
  ) {
    func isBad(_ named: NamedTensor) -> Bool { !Provenance.isFinite(named.tensor.array) }
    let buffers = model.namedTensors.filter { $0.role != .parameter && isBad($0) }
    let learned = model.namedTensors.filter { $0.role == .parameter } + batch.namedTensors
    if let first = learned.first(where: isBad) {
      self.init(alreadyIn: first)
      return
    }
    let provenance = Provenance(model.namedTensors + batch.namedTensors)
    let watch = Watch(model) { provenance.add($0) }
    var stepped = model
    let (loss, gradients) = watch {
      valueAndGradient(of: &stepped) { model in
        let outputs = objective.forward(model, batch)
        Watch.current?.enter(.forward, layer: "loss")
        return objective.loss(outputs, batch)
      }
    }
    var results = [loss] + gradients.parameters
    if provenance.origin(of: results) == nil, var optimizer {
      watch {
        Watch.current?.enter(.update, layer: "")
        NonFiniteOrigin.update(&optimizer, &stepped, gradients)
      }
      results = stepped.parameters
    }
    guard let origin = provenance.origin(of: results) else { return nil }
    // A buffer may be infinite and harm nothing, as a mask, or a running variance that training does
    // not read; it did where the operation had it.
    let read = buffers.first { named in
      origin.inputs.contains {
        $0.path == named.path && $0.nanCount + $0.infinityCount > 0
      }
    }
    if let read { self.init(alreadyIn: read) } else { self = origin }
  }

  private static func update<Rule: Optimizer, Model: TensorTree>(
    _ optimizer: inout Rule, _ model: inout Model, _ gradients: Model
  ) {
    optimizer.update(&model, with: gradients)
  }

  private init(alreadyIn named: NamedTensor) {
    operation = ""
    layer = Watch.parent(of: named.path)
    phase = Watch.Phase.forward.rawValue
    pullback = nil
    inputs = []
    output = Operand(named.tensor.array, path: named.path)
    laterNaN = nil
  }

  init(_ record: Provenance.Record, laterNaN: Provenance.Record?) {
    operation = record.name
    layer = record.layer
    phase = record.phase.rawValue
    pullback = record.pullback
    inputs = record.inputs.map(\.operand)
    output = record.output
    self.laterNaN = laterNaN.map { $0.name + ($0.layer.isEmpty ? "" : " in \($0.layer)") }
  }

  /// The origin as a finding, for the log and for people.
  public var finding: Finding {
    Finding(
      .error, .nonFiniteOrigin, at: output.path ?? (layer.isEmpty ? "model" : layer),
      figure: description, advice: advice)
  }

  private var advice: String {
    if operation.isEmpty { return "the numbers were bad before the step: look at the one before" }
    switch operation {
    case "log", "divide", "reciprocal", "reciprocalSquareRoot", "power", "sqrt":
      return "keep the operand away from 0, as by adding a small constant or by clamping"
    case "exp":
      return "use a form that cannot overflow, as logSoftmax, softplus or a loss of logits"
    default:
      return phase == "forward"
        ? "numbers have grown too large: lower the learning rate or clip gradients"
        : "lower the learning rate, clip gradients, or look at that operation's derivative"
    }
  }
}

extension NonFiniteOrigin.Operand {
  init(_ array: NDArray, path: String? = nil) {
    let summary = Trace.isActive ? NumberSummary() : NumberSummary(Tensor(array))
    self.path = path
    dataType = "\(array.dataType)"
    shape = array.shape.lengths
    nanCount = summary.nanCount
    infinityCount = summary.infinityCount
    range = summary.finiteCount > 0 ? summary.minimum...summary.maximum : nil
  }

  fileprivate var words: String {
    var parts: [String] = []
    if nanCount > 0 { parts.append("\(Words.grouped(nanCount)) NaN") }
    if infinityCount > 0 { parts.append("\(Words.grouped(infinityCount)) infinite") }
    if let range {
      parts.append("\(Words.number(range.lowerBound)) … \(Words.number(range.upperBound))")
    }
    let name = path.map { $0 + " " } ?? ""
    return "\(name)\(dataType) [\(shape.map(String.init).joined(separator: ", "))]: "
      + parts.joined(separator: ", ")
  }
}

extension NonFiniteOrigin: CustomStringConvertible {
  /// For example `log in head, forward: float32 [4, 10]: 3 infinite, -2.1 … 0 from
  /// float32 [4, 10]: 0 … 0.9`; operands that have a name have it before their type.
  public var description: String {
    if operation.isEmpty { return "already in \(output.words)" }
    let place = layer.isEmpty ? "" : " in \(layer)"
    let derivative = pullback.map { " (derivative of \($0))" } ?? ""
    let from = inputs.map(\.words).joined(separator: " and ")
    let later = laterNaN.map { "; became NaN in \($0)" } ?? ""
    return "\(operation)\(place), \(phase)\(derivative): \(output.words)"
      + (from.isEmpty ? "" : " from \(from)") + later
  }
}
