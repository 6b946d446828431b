import Myelin

// snippet: composite
/// ln cosh x, element by element, without overflow: |x| + softplus(−2|x|) − ln 2.
///
/// Any shape, floating point.
func logCosh(_ x: Tensor) -> Tensor {
  let magnitude = abs(x)
  return magnitude + softplus(magnitude * -2) - 0.6931471805599453
}
// end

// snippet: layer
/// A layer with one learned weight for every feature: y = x · weight.
///
/// x […, features] → the same shape; `weight` starts as 1.
struct FeatureScale: Layer {
  var weight: Tensor

  init(_ features: Int) {
    if features < 1 { stop("FeatureScale: \(features) features; there must be at least one") }
    weight = .ones([features])
  }

  func callAsFunction(_ input: Tensor) -> Tensor { input * weight }
}
// end

// snippet: loss
/// The logarithm of the hyperbolic cosine of the error, reduced.
func logCoshLoss(
  _ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean
) -> Tensor {
  reduction(logCosh(prediction - target))
}
// end

// snippet: optimizer
/// Steps of one length against the gradient's sign: w ← w − rate · sign(g).
struct SignDescent: Optimizer {
  var settings: OptimizerSettings
  var state = OptimizerState()

  init(learningRate: Double) { settings = OptimizerSettings(learningRate: learningRate) }

  var slotNames: [String] { [] }

  func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    parameter = parameter - sign(gradient).scaled(by: step.learningRate)
  }
}
// end
