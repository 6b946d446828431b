import Arrays
import Tensors

/// A loss on the angle between embeddings: 1 − cos(a, b) where the target is 1,
/// max(0, cos(a, b) − margin) where it is −1, reduced, with
/// cos(a, b) = a · b / √((‖a‖² + 10⁻¹²)(‖b‖² + 10⁻¹²)).
///
/// - Parameters:
///   - first: a, [D] or [N, D], floating point.
///   - second: b, of the same shape and element type.
///   - target: 1 for alike, −1 for unlike, [] or [N], of the same element type.
///   - margin: The cosine that unlike ones may have; 0 unless said otherwise.
///   - reduction: What becomes of the pairs; their mean unless said otherwise.
public func cosineEmbedding(
  _ first: Tensor, _ second: Tensor, _ target: Tensor, margin: Double = 0,
  reduction: Reduction = .mean
) -> Tensor {
  let name = "cosineEmbedding"
  requireEmbeddings(first, "first", second, "second", in: name)
  LossOperands.requireType(of: first, target, "target", in: name)
  if target.shape.lengths != first.shape.lengths.dropLast() {
    stop(
      "\(name): target \(target.shape) does not fit embeddings \(first.shape): "
        + "\(Shape(first.shape.lengths.dropLast())) does")
  }
  let product = (first * second).sum(along: -1)
  let squares = (square(first).sum(along: -1) + 1e-12) * (square(second).sum(along: -1) + 1e-12)
  let cosine = product / sqrt(squares)
  return reduction(`where`(target .> 0, 1 - cosine, relu(cosine - margin)))
}

/// A loss on distances from an anchor: max(0, margin + d(a, p) − d(a, n)), reduced: the positive
/// should be nearer than the negative by the margin. d(x, y) = (Σ |x − y + 10⁻⁶|^power)^(1/power).
///
/// Schroff, Kalenichenko and Philbin, “FaceNet: A Unified Embedding for Face Recognition and
/// Clustering”, 2015; the swap: Balntas et al., “Learning local feature descriptors with triplets
/// and shallow convolutional neural networks”, 2016.
///
/// - Parameters:
///   - anchor: a, [D] or [N, D], floating point.
///   - positive: p, of the same shape and element type.
///   - negative: n, of the same shape and element type.
///   - margin: 1 unless said otherwise.
///   - power: 2 for Euclidean distance, 1 for the sum of absolute differences.
///   - swaps: Whether d(p, n) takes the place of d(a, n) where it is smaller.
///   - reduction: What becomes of the triplets; their mean unless said otherwise.
public func triplet(
  _ anchor: Tensor, _ positive: Tensor, _ negative: Tensor, margin: Double = 1, power: Double = 2,
  swaps: Bool = false, reduction: Reduction = .mean
) -> Tensor {
  requireEmbeddings(anchor, "anchor", positive, "positive", in: "triplet")
  requireEmbeddings(anchor, "anchor", negative, "negative", in: "triplet")
  if !(power >= 1) { stop("triplet: power is \(power); it must be at least 1") }
  let near = distance(anchor, positive, power)
  var far = distance(anchor, negative, power)
  if swaps { far = minimum(far, distance(positive, negative, power)) }
  return reduction(relu(near - far + margin))
}

private func distance(_ x: Tensor, _ y: Tensor, _ power: Double) -> Tensor {
  let difference = x - y + 1e-6
  if power == 2 { return sqrt(square(difference).sum(along: -1)) }
  if power == 1 { return abs(difference).sum(along: -1) }
  return pow(pow(abs(difference), power).sum(along: -1), 1 / power)
}

private func requireEmbeddings(
  _ x: Tensor, _ xRole: String, _ y: Tensor, _ yRole: String, in loss: String
) {
  LossOperands.requireAlike(x, xRole, y, yRole, in: loss)
  if x.rank != 1 && x.rank != 2 {
    stop("\(loss): embeddings \(x.shape) have \(x.rank) axes; [D] and [N, D] fit")
  }
}
