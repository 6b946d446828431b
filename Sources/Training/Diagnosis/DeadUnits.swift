import Arrays
import Tensors

/// Units behind a ReLU that are zero for every example that was looked at: they learn nothing, and
/// where that stays so they are lost (Lu et al., 2019, "Dying ReLU and initialization").
///
/// A unit is a channel (axis 1) behind a convolution, otherwise a feature (the last axis). A unit that
/// fires seldom, as for a single class, is zero for all of a small batch too: look at several before
/// you call it dead.
///
///     var units = DeadUnits()
///     for batch in batches { units.add(model) { model(batch.inputs) } }
public struct DeadUnits: Sendable, Hashable, Codable {
  /// The results of one ReLU.
  public struct Layer: Sendable, Hashable, Codable {
    /// The path of the layer that it belongs to.
    public let path: String
    /// Whether each unit was above zero for any example.
    public internal(set) var isAlive: [Bool]
    /// How many examples it was computed for: rows along axis 0.
    public internal(set) var exampleCount: Int

    public var unitCount: Int { isAlive.count }
    public var deadCount: Int { isAlive.count { !$0 } }
    /// deadCount / unitCount.
    public var share: Double { Double(deadCount) / Double(max(unitCount, 1)) }
  }

  /// Each ReLU, in the order of the forward pass.
  public private(set) var layers: [Layer] = []
  /// How many forward passes were looked at.
  public private(set) var batchCount = 0

  /// Units that nobody has looked at yet.
  public init() {}

  /// Looks at one forward pass of `model`, which runs as it is written, with layers as in training.
  public init<Model: TensorTree>(of model: Model, forward: () throws -> Tensor) rethrows {
    try add(model, forward: forward)
  }

  /// Looks at one more forward pass of a model of the same structure.
  public mutating func add<Model: TensorTree>(
    _ model: Model, forward: () throws -> Tensor
  ) rethrows {
    var seen: [Layer] = []
    var isConvolution = false
    let watch = Watch(model) { event in
      switch event.operation {
      case .convolve: isConvolution = true
      case .matmul: isConvolution = false
      case .unary(.relu):
        if let output = event.outputs.first, output.rank > 1 {
          seen.append(
            DeadUnits.look(at: output, axis: isConvolution ? 1 : output.rank - 1, path: event.layer)
          )
        }
      default: break
      }
    }
    _ = try watch { try withTraining(true) { try forward() } }
    batchCount += 1
    for (place, layer) in seen.enumerated() {
      guard place < layers.count else {
        layers.append(layer)
        continue
      }
      layers[place].add(layer)
    }
  }

  private static func look(at output: NDArray, axis: Int, path: String) -> Layer {
    let units = output.shape[axis]
    let inner = output.shape.lengths[(axis + 1)...].reduce(1, *)
    var isAlive = [Bool](repeating: false, count: units)
    let numbers = Tensor(output).scalars(as: Float.self)
    for (place, number) in numbers.enumerated() where number > 0 || number.isNaN {
      isAlive[place / inner % units] = true
    }
    return Layer(path: path, isAlive: isAlive, exampleCount: output.shape[0])
  }

  /// Whether enough was seen to call a unit dead: 2,000 examples in 10 batches, 100 batches, or a
  /// whole epoch. A unit that one example in 1,000 makes fire is then missed once in seven times, half
  /// of a layer's units of that kind never.
  func isConclusive(batchesPerEpoch: Int) -> Bool {
    batchCount >= min(batchesPerEpoch, 100)
      || batchCount >= 10 && layers.allSatisfy { $0.exampleCount >= 2000 }
  }

  /// Layers of which at least half of the units are dead.
  public var findings: [Finding] {
    layers.filter { $0.share >= 0.5 }.map {
      Finding(
        $0.deadCount == $0.unitCount ? .error : .warning, .deadUnits,
        at: $0.path.isEmpty ? "model" : $0.path,
        figure:
          "\($0.deadCount) of \($0.unitCount) units (\(Words.percent($0.share))) are zero for all of "
          + "\(Words.count($0.exampleCount, "example")) in \(Words.count(batchCount, "batch", "batches"))",
        advice: "lower the learning rate, or use leakyReLU or gelu; look at the biases")
    }
  }
}

extension DeadUnits.Layer {
  /// Takes in what another pass has shown; a layer of another size is a new one.
  fileprivate mutating func add(_ other: DeadUnits.Layer) {
    guard path == other.path, unitCount == other.unitCount else {
      self = other
      return
    }
    for place in isAlive.indices where other.isAlive[place] { isAlive[place] = true }
    exampleCount += other.exampleCount
  }
}
