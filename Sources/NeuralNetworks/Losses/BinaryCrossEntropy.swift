import Arrays
import Tensors

/// Binary cross entropy of the sigmoid of logits x:
/// −w · (p · y · log σ(x) + (1 − y) · log(1 − σ(x))), reduced, without overflow for any x.
///
/// - Parameters:
///   - logits: Any shape, floating point.
///   - target: y, the probability of yes, of the same shape and element type.
///   - positiveWeight: p, which broadcasts to the logits' shape: above 1 it finds more of the yes,
///     below 1 it makes fewer mistakes with them; 1 unless given.
///   - weights: w, which broadcast to the logits' shape; 1 unless given.
///   - reduction: What becomes of the elements; their mean, by number, unless said otherwise.
public func binaryCrossEntropy(
  _ logits: Tensor, _ target: Tensor, positiveWeight: Tensor? = nil, weights: Tensor? = nil,
  reduction: Reduction = .mean
) -> Tensor {
  let name = "binaryCrossEntropy"
  LossOperands.requireAlike(logits, "logits", target, "target", in: name)
  // Both halves are positive, so that nothing cancels.
  var yes = target * softplus(-logits)
  if let positiveWeight {
    LossOperands.requireBroadcast(positiveWeight, "positiveWeight", to: logits, in: name)
    yes = yes * positiveWeight
  }
  var losses = yes + (1 - target) * softplus(logits)
  if let weights {
    LossOperands.requireBroadcast(weights, "weights", to: logits, in: name)
    losses = losses * weights
  }
  return reduction(losses)
}
