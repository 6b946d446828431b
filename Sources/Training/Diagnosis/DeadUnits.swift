import Arrays
import Tensors

/// Units behind a ReLU that are zero for every example of a batch: they learn nothing, and where
/// that stays so they are lost (Lu et al., 2019, "Dying ReLU and initialization").
///
/// A unit is a channel (axis 1) behind a convolution, otherwise a feature (the last axis).
public struct DeadUnits: Sendable, Hashable, Codable {
  /// The result of one ReLU.
  public struct Layer: Sendable, Hashable, Codable {
    /// The path of the layer that it belongs to.
    public let path: String
    public let unitCount: Int
    public let deadCount: Int

    /// deadCount / unitCount.
    public var share: Double { Double(deadCount) / Double(max(unitCount, 1)) }
  }

  /// Each ReLU, in the order of the forward pass.
  public let layers: [Layer]

  /// Looks at one forward pass of `model`, which runs as it is written, with layers as in training.
  public init<Model: TensorTree>(of model: Model, forward: () throws -> Tensor) rethrows {
    var layers: [Layer] = []
    var isConvolution = false
    let watch = Watch(model) { event in
      switch event.operation {
      case .convolve: isConvolution = true
      case .matmul: isConvolution = false
      case .unary(.relu):
        if let output = event.outputs.first, output.rank > 1 {
          layers.append(
            DeadUnits.count(
              output, axis: isConvolution ? 1 : output.rank - 1, path: event.layer))
        }
      default: break
      }
    }
    _ = try watch { try withTraining(true) { try forward() } }
    self.layers = layers
  }

  private static func count(_ output: NDArray, axis: Int, path: String) -> Layer {
    let units = output.shape[axis]
    let inner = output.shape.lengths[(axis + 1)...].reduce(1, *)
    var isAlive = [Bool](repeating: false, count: units)
    let numbers = Tensor(output).scalars(as: Float.self)
    for (place, number) in numbers.enumerated() where number > 0 || number.isNaN {
      isAlive[place / inner % units] = true
    }
    return Layer(path: path, unitCount: units, deadCount: isAlive.count { !$0 })
  }

  /// Layers of which at least half of the units are dead.
  public var findings: [Finding] {
    layers.filter { $0.share >= 0.5 }.map {
      Finding(
        $0.deadCount == $0.unitCount ? .error : .warning, .deadUnits,
        at: $0.path.isEmpty ? "model" : $0.path,
        figure: "\($0.deadCount) of \($0.unitCount) units (\(Words.percent($0.share))) are zero for "
          + "every example of the batch",
        advice: "lower the learning rate, or use leakyReLU or gelu; look at the biases")
    }
  }
}
