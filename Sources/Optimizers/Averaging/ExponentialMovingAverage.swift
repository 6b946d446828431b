import Arrays
import Tensors

/// A running average of a model's parameters, which often predicts better than the model itself:
/// a ← decay · a + (1 − decay) · w after every step. Buffers are taken over as they are.
///
///     var average = ExponentialMovingAverage(of: model, decay: 0.999)
///     for batch in loader {
///       …
///       optimizer.update(&model, with: gradients)
///       average.update(with: model)
///     }
///     evaluate(average.model)
///
/// Polyak and Juditsky, “Acceleration of Stochastic Approximation by Averaging”, 1992, with weights
/// that fall exponentially.
public struct ExponentialMovingAverage<Model: TensorTree>: TensorTree {
  /// The average: a model like any other.
  public private(set) var model: Model
  /// The part of the average that stays at each update.
  public var decay: Double
  /// Whether the first updates weigh more, with min(decay, (1 + n) / (10 + n)) at update n, so that
  /// the start is soon forgotten.
  public var warmsUp: Bool
  /// The number of updates so far.
  public var updates: Int { Int(count.value) }
  private var count: Number = 0

  /// An average that starts from `model`.
  public init(of model: Model, decay: Double = 0.999, warmsUp: Bool = false) {
    if !(0...1).contains(decay) {
      stop("ExponentialMovingAverage: decay is \(decay); it must lie in 0...1")
    }
    self.model = model
    self.decay = decay
    self.warmsUp = warmsUp
  }

  /// The average's tensors, and `updates` as an int64 buffer.
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(part: &model, named: "model")
    visitor.visit(&count, name: "updates")
    if !visitor.reachesEverything {
      let before = Tensor(updates)
      var saved = before
      visitor.visit(&saved, name: "updates", role: .buffer)
      if saved.array !== before.array { count = Number(saved) }
    }
    visitor.note(decay.bitPattern ^ (warmsUp ? 1 : 0))
  }

  /// Moves the average towards `model`.
  public mutating func update(with model: Model) {
    count = count + 1
    let fixed = Number(decay)
    let kept = warmsUp ? .minimum(fixed, (1 + count) / (10 + count)) : fixed
    var source = model
    let collector = StateCollector()
    source.visitTensors(collector)
    withoutGradient {
      self.model.visitTensors(Averager(collector.tensors, weight: 1 - kept))
    }
  }
}

/// All tensors of a model that may change, parameters and buffers.
private final class StateCollector: TensorVisitor {
  private(set) var tensors: [Tensor] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    if role != .constant { tensors.append(tensor.detached()) }
  }
}

private final class Averager: TensorVisitor {
  private var sources: ArraySlice<Tensor>
  private let weight: Number

  init(_ sources: [Tensor], weight: Number) {
    self.sources = sources[...]
    self.weight = weight
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role != .constant else { return }
    guard let source = sources.popFirst(), source.shape == tensor.shape else {
      stop("ExponentialMovingAverage.update: \(path(name)) is not what it was in the first model")
    }
    if role == .parameter && tensor.dataType.isFloatingPoint {
      tensor.node = nil
      tensor.add(source - tensor, scaledBy: weight)
    } else {
      tensor = source
    }
  }
}
