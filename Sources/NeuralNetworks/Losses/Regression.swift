import Arrays
import Tensors

/// Mean squared error: (prediction − target)², reduced.
///
/// - Parameters:
///   - prediction: Any shape, floating point.
///   - target: The same shape and element type; nothing broadcasts.
///   - reduction: What becomes of the elements; their mean unless said otherwise.
public func mse(_ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean) -> Tensor {
  LossOperands.requireAlike(prediction, "prediction", target, "target", in: "mse")
  return reduction(square(prediction - target))
}

/// Mean absolute error: |prediction − target|, reduced. Where both are equal its derivative is 0.
///
/// - Parameters:
///   - prediction: Any shape, floating point.
///   - target: The same shape and element type; nothing broadcasts.
///   - reduction: What becomes of the elements; their mean unless said otherwise.
public func mae(_ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean) -> Tensor {
  LossOperands.requireAlike(prediction, "prediction", target, "target", in: "mae")
  return reduction(abs(prediction - target))
}

/// Squared near the target, absolute far from it: with d = prediction − target, ½d² where |d| ≤ δ,
/// else δ(|d| − ½δ), reduced.
///
/// Huber, “Robust Estimation of a Location Parameter”, 1964.
///
/// - Parameters:
///   - prediction: Any shape, floating point.
///   - target: The same shape and element type; nothing broadcasts.
///   - delta: δ, where one form passes into the other, above 0.
///   - reduction: What becomes of the elements; their mean unless said otherwise.
public func huber(
  _ prediction: Tensor, _ target: Tensor, delta: Double = 1, reduction: Reduction = .mean
) -> Tensor {
  LossOperands.requireAlike(prediction, "prediction", target, "target", in: "huber")
  if !(delta > 0) { stop("huber: delta is \(delta); it must be above 0") }
  // With c = d cut to −δ…δ, c(d − ½c) is both forms at once.
  let difference = prediction - target
  let near = difference.clamped(to: -delta...delta)
  return reduction(near * (difference - near * 0.5))
}
