import Arrays
import Tensors

/// Hinge loss: max(0, margin − y · f), reduced: 0 for what lies on its side beyond the margin.
///
/// Cortes and Vapnik, “Support-Vector Networks”, 1995.
///
/// - Parameters:
///   - prediction: f, any shape, floating point.
///   - target: y, 1 or −1, of the same shape and element type.
///   - margin: 1 unless said otherwise.
///   - reduction: What becomes of the elements; their mean unless said otherwise.
public func hinge(
  _ prediction: Tensor, _ target: Tensor, margin: Double = 1, reduction: Reduction = .mean
) -> Tensor {
  LossOperands.requireAlike(prediction, "prediction", target, "target", in: "hinge")
  return reduction(relu(margin - prediction * target))
}

/// Hinge loss on distances d: d where the target is 1, max(0, margin − d) where it is −1, reduced.
///
/// - Parameters:
///   - distance: d, any shape, floating point.
///   - target: 1 for alike, −1 for unlike, of the same shape and element type.
///   - margin: How far apart unlike ones should be; 1 unless said otherwise.
///   - reduction: What becomes of the elements; their mean unless said otherwise.
public func hingeEmbedding(
  _ distance: Tensor, _ target: Tensor, margin: Double = 1, reduction: Reduction = .mean
) -> Tensor {
  LossOperands.requireAlike(distance, "distance", target, "target", in: "hingeEmbedding")
  return reduction(`where`(target .> 0, distance, relu(margin - distance)))
}

/// Hinge loss for many classes: w_y / C · Σ_{c ≠ y} max(0, margin − f_y + f_c)^power, reduced.
///
/// Weston and Watkins, “Support Vector Machines for Multi-Class Pattern Recognition”, 1999.
///
/// - Parameters:
///   - scores: f, [C] or [N, C], floating point.
///   - labels: Class indices y, int64, of that shape without the classes' axis.
///   - margin: 1 unless said otherwise.
///   - power: 1, or 2 for the squared form.
///   - weights: [C], one weight a class; 1 unless given.
///   - reduction: What becomes of the places; their mean, by number, unless said otherwise.
public func multiClassHinge(
  _ scores: Tensor, _ labels: Tensor, margin: Double = 1, power: Int = 1, weights: Tensor? = nil,
  reduction: Reduction = .mean
) -> Tensor {
  let name = "multiClassHinge"
  if power != 1 && power != 2 { stop("\(name): power is \(power); it must be 1 or 2") }
  let labels = Labels(labels, for: scores, ignoring: nil, in: name)
  let (axis, classes) = (labels.axis, scores.shape[labels.axis])
  Labels.check(weights, for: scores, axis: axis, in: name)
  let truth = apply(TakeAlongAxisPrimitive(axis: axis), [scores, labels.indices])
  var violations = relu(scores - truth + margin)
  if power == 2 { violations = square(violations) }
  let others = `where`(labels.mask(of: scores), violations.zerosLike(), violations)
  var losses = others.sum(along: axis) / Double(classes)
  if let weights = labels.weights(weights) { losses = losses * weights }
  return reduction(losses)
}
