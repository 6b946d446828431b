import Tensors

/// How large gradients are layer by layer, beside the parameters that they move.
public struct GradientFlow: Sendable, Hashable, Codable {
  /// The parameters of one layer.
  public struct Layer: Sendable, Hashable, Codable {
    /// The path.
    public let path: String
    /// How many numbers there are.
    public let count: Int
    /// √Σg².
    public let gradientNorm: Double
    /// √Σw².
    public let parameterNorm: Double

    /// √(Σg² / count), comparable between layers.
    public var typicalGradient: Double { gradientNorm / Double(max(count, 1)).squareRoot() }
  }

  /// The layers, in the order of the walk.
  public let layers: [Layer]

  /// Measures a model and gradients in its place.
  public init<Model: TensorTree>(of model: Model, gradients: Model) {
    var order: [String] = []
    var sums: [String: (count: Int, gradient: Double, parameter: Double)] = [:]
    for (parameter, gradient) in zip(model.namedTensors, gradients.namedTensors)
    where parameter.role == .parameter && parameter.tensor.dataType.isFloatingPoint {
      let path = Watch.parent(of: parameter.path)
      if sums[path] == nil { order.append(path) }
      var sum = sums[path] ?? (0, 0, 0)
      sum.count += parameter.tensor.count
      sum.gradient += GradientFlow.squares(gradient.tensor)
      sum.parameter += GradientFlow.squares(parameter.tensor)
      sums[path] = sum
    }
    layers = order.compactMap { path in
      sums[path].map {
        Layer(
          path: path, count: $0.count, gradientNorm: $0.gradient.squareRoot(),
          parameterNorm: $0.parameter.squareRoot())
      }
    }
  }

  private static func squares(_ tensor: Tensor) -> Double {
    tensor.to(.float32).scalars(as: Float.self).reduce(0) { $0 + Double($1) * Double($1) }
  }

  /// Layers whose typical gradient is below 10⁻⁵ of the largest layer's (vanishing), or whose
  /// gradient is more than 100 times as large as the parameters and as 1 (exploding): see Glorot and
  /// Bengio, 2010, "Understanding the difficulty of training deep feedforward neural networks".
  public var findings: [Finding] {
    let largest = layers.filter { $0.gradientNorm.isFinite }.map(\.typicalGradient).max() ?? 0
    return layers.compactMap { layer in
      let place = layer.path.isEmpty ? "model" : layer.path
      let figure =
        "gradient \(Words.number(layer.gradientNorm)), parameters "
        + Words.number(layer.parameterNorm)
      if !layer.gradientNorm.isFinite || layer.gradientNorm > 100 * max(layer.parameterNorm, 1) {
        return Finding(
          layer.gradientNorm.isFinite ? .warning : .error, .explodingGradient, at: place,
          figure: figure, advice: "clip gradients, or lower the learning rate")
      }
      if layer.typicalGradient < 1e-5 * largest {
        return Finding(
          .warning, .vanishingGradient, at: place,
          figure: "\(figure); typically \(Words.number(layer.typicalGradient)), elsewhere up to "
            + Words.number(largest),
          advice: "add normalization or residual connections, or another initializer or activation")
      }
      return nil
    }
  }
}
