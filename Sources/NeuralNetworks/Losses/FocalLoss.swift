import Arrays
import Tensors

// Focal loss, −α · (1 − p)^γ · log p for the probability p given to the truth, weighs examples less
// that are well predicted already, so that the few hard ones count among many easy ones:
// Lin et al., “Focal Loss for Dense Object Detection”, 2017. At γ = 0 it is cross entropy.
//
// Both forms go through the logit u of p = σ(u), where −log p = softplus(−u) and
// (1 − p)^γ = exp(−γ · softplus(u)): neither they nor their derivatives overflow or become NaN,
// also for 0 < γ < 1 and p near 1, where the derivative of (1 − p)^γ alone has no bound.

/// Focal loss for yes or no: −α_t · (1 − p_t)^γ · log p_t, reduced, where p_t is σ(x) for a target
/// of 1 and 1 − σ(x) for one of 0, and α_t is α or 1 − α.
///
/// - Parameters:
///   - logits: x, any shape, floating point.
///   - target: 1 or 0, of the same shape and element type.
///   - gamma: γ ≥ 0: how much less the well predicted ones count; 2 unless said otherwise.
///   - alpha: α, the weight of yes; 0.25 unless said otherwise, nil for no weights.
///   - reduction: What becomes of the elements; their mean unless said otherwise (the paper divides
///     the sum by the number of positive ones).
public func binaryFocalLoss(
  _ logits: Tensor, _ target: Tensor, gamma: Double = 2, alpha: Double? = 0.25,
  reduction: Reduction = .mean
) -> Tensor {
  LossOperands.requireAlike(logits, "logits", target, "target", in: "binaryFocalLoss")
  var losses = focal(logit: logits * (target * 2 - 1), gamma, in: "binaryFocalLoss")
  if let alpha { losses = losses * (target * (2 * alpha - 1) + (1 - alpha)) }
  return reduction(losses)
}

/// Focal loss for many classes: −α_y · (1 − p_y)^γ · log p_y for the class y with p = softmax(z),
/// reduced.
///
/// - Parameters:
///   - logits: z, [C] or [N, C, …] with at least two classes, floating point.
///   - labels: Class indices, int64, of the logits' shape without the classes' axis.
///   - gamma: γ ≥ 0: how much less the well predicted ones count; 2 unless said otherwise.
///   - weights: α, [C], one weight a class; 1 unless given.
///   - reduction: What becomes of the places; their mean, by number, unless said otherwise.
public func focalLoss(
  _ logits: Tensor, _ labels: Tensor, gamma: Double = 2, weights: Tensor? = nil,
  reduction: Reduction = .mean
) -> Tensor {
  let name = "focalLoss"
  let labels = Labels(labels, for: logits, ignoring: nil, in: name)
  let (axis, classes) = (labels.axis, logits.shape[labels.axis])
  if classes < 2 { stop("\(name): logits \(logits.shape) have \(classes) classes; 2 or more fit") }
  Labels.check(weights, for: logits, axis: axis, in: name)
  // p_y = σ(u) with u = z_y − log Σ e^z over the other classes.
  let nothing = Tensor.full([], -.infinity, logits.dataType)
  let others = `where`(labels.mask(of: logits), nothing, logits)
  let logit = labels.pick(from: logits) - others.logSumExp(along: axis)
  var losses = focal(logit: logit, gamma, in: name)
  if let weights = labels.weights(weights) { losses = losses * weights }
  return reduction(losses)
}

/// −(1 − p)^γ · log p for p = σ(u).
private func focal(logit u: Tensor, _ gamma: Double, in loss: String) -> Tensor {
  if !(gamma >= 0) { stop("\(loss): gamma is \(gamma); it must not be negative") }
  let crossEntropy = softplus(-u)
  return gamma == 0 ? crossEntropy : exp(softplus(u) * -gamma) * crossEntropy
}
