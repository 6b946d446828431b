import Arrays
import Tensors

/// Cross entropy of the softmax of logits z: −w_y · log softmax(z)_y for the class y, reduced.
///
/// With label smoothing ε a label stands for (1 − ε) of its class and ε / C of every one of the C
/// classes (Szegedy et al., “Rethinking the Inception Architecture for Computer Vision”, 2016).
/// `.mean` divides by the sum of the labels' weights, without the ignored ones, when labels are
/// indices, and by their number when they are probabilities; where nothing counts it is NaN.
///
/// - Parameters:
///   - logits: [C] or [N, C, …], floating point.
///   - labels: Either class indices, int64, of the logits' shape without the classes' axis, or
///     probabilities of the logits' shape and element type.
///   - weights: [C], one weight a class; 1 unless given.
///   - ignored: A class index, of a class or not, whose places count nothing.
///   - labelSmoothing: ε, in 0...1.
///   - reduction: What becomes of the places; their mean unless said otherwise.
public func crossEntropy(
  _ logits: Tensor, _ labels: Tensor, weights: Tensor? = nil, ignoring ignored: Int? = nil,
  labelSmoothing: Double = 0, reduction: Reduction = .mean
) -> Tensor {
  let name = "crossEntropy"
  let axis = Labels.classAxis(of: logits, in: name)
  Labels.check(weights, for: logits, axis: axis, in: name)
  if !(0...1).contains(labelSmoothing) {
    stop("\(name): labelSmoothing is \(labelSmoothing); it must lie in 0...1")
  }
  if labels.dataType.isFloatingPoint {
    if ignored != nil { stop("\(name): only class indices can be ignored, not probabilities") }
    LossOperands.requireAlike(logits, "logits", labels, "the probabilities", in: name)
    return softCrossEntropy(logits, labels, weights, axis, labelSmoothing, reduction)
  }
  let labels = Labels(labels, for: logits, ignoring: ignored, in: name)
  let logProbabilities = logSoftmax(logits, along: axis)
  let placeWeights = labels.weights(weights)
  var losses = -labels.pick(from: logProbabilities)
  if let placeWeights { losses = losses * placeWeights }
  if labelSmoothing > 0 {
    var spread = logProbabilities
    if let weights { spread = spread * Labels.aligned(weights, to: logits, axis: axis) }
    var uniform = -spread.sum(along: axis)
    if let counted = labels.counted { uniform = `where`(counted .> 0, uniform, 0) }
    let share = labelSmoothing / Double(logits.shape[axis])
    losses = losses * (1 - labelSmoothing) + uniform * share
  }
  return reduce(losses, placeWeights, reduction)
}

/// −Σ_c w_c · t_c · log softmax(z)_c for probabilities t, smoothed.
private func softCrossEntropy(
  _ logits: Tensor, _ labels: Tensor, _ weights: Tensor?, _ axis: Int, _ smoothing: Double,
  _ reduction: Reduction
) -> Tensor {
  var target = labels
  if smoothing > 0 {
    target = target * (1 - smoothing) + smoothing / Double(logits.shape[axis])
  }
  if let weights { target = target * Labels.aligned(weights, to: logits, axis: axis) }
  return reduction(-(logSoftmax(logits, along: axis) * target).sum(along: axis))
}

/// Negative log likelihood: −w_y · (log p)_y for the class y, reduced: cross entropy for a model that
/// gives log-probabilities itself.
///
/// `.mean` divides by the sum of the labels' weights, without the ignored ones.
///
/// - Parameters:
///   - logProbabilities: [C] or [N, C, …], floating point.
///   - labels: Class indices, int64, of that shape without the classes' axis.
///   - weights: [C], one weight a class; 1 unless given.
///   - ignored: A class index, of a class or not, whose places count nothing.
///   - reduction: What becomes of the places; their mean unless said otherwise.
public func negativeLogLikelihood(
  _ logProbabilities: Tensor, _ labels: Tensor, weights: Tensor? = nil,
  ignoring ignored: Int? = nil, reduction: Reduction = .mean
) -> Tensor {
  let name = "negativeLogLikelihood"
  let labels = Labels(labels, for: logProbabilities, ignoring: ignored, in: name)
  Labels.check(weights, for: logProbabilities, axis: labels.axis, in: name)
  let placeWeights = labels.weights(weights)
  let losses = -labels.pick(from: logProbabilities)
  return reduce(placeWeights.map { losses * $0 } ?? losses, placeWeights, reduction)
}

/// Reduces weighted losses; their mean is relative to the weights.
private func reduce(_ losses: Tensor, _ weights: Tensor?, _ reduction: Reduction) -> Tensor {
  guard reduction == .mean, let weights else { return reduction(losses) }
  return losses.sum() / weights.sum()
}
