import Arrays
import Tensors

/// The Kullback-Leibler divergence of a distribution from the target's, element by element:
/// t · (log t − log p), with 0 log 0 = 0, reduced. Summed over the last axis it is the divergence in
/// nats.
///
/// - Parameters:
///   - logProbabilities: log p, any shape, floating point.
///   - target: t, or log t, of the same shape and element type.
///   - targetIsLogarithmic: Whether the target is log t.
///   - reduction: What becomes of the elements; their mean unless said otherwise. The divergence
///     of distributions along the last of two axes, averaged over the batch, is `.batchMean`.
public func klDivergence(
  _ logProbabilities: Tensor, _ target: Tensor, targetIsLogarithmic: Bool = false,
  reduction: Reduction = .mean
) -> Tensor {
  LossOperands.requireAlike(
    logProbabilities, "logProbabilities", target, "target", in: "klDivergence")
  if targetIsLogarithmic { return reduction(exp(target) * (target - logProbabilities)) }
  // log of 1 in the place of 0, so that 0 · log 0 is 0 and not NaN.
  let logTarget = log(`where`(target .> 0, target, 1))
  return reduction(target * (logTarget - logProbabilities))
}
