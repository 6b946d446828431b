import Arrays
import Tensors

/// What Adam and AdamW have in common: running averages of the gradient and of its square.
struct AdamMoments: Sendable {
  var beta1: Double
  var beta2: Double
  var epsilon: Double
  /// Whether the largest second moment so far takes the place of the current one.
  let isAMSGrad: Bool

  var slotNames: [String] {
    ["firstMoment", "secondMoment"] + (isAMSGrad ? ["largestSecondMoment"] : [])
  }

  func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    guard parameter.dataType == .float32 else {
      compose(&parameter, gradient, &slots, step)
      return
    }
    // The kernel's averages forget by the rounded betas, so their bias is that of the rounded ones.
    let correction1 = 1 - power(Double(Float(beta1)), step.number)
    let correction2 = 1 - power(Double(Float(beta2)), step.number)
    let update = AdamUpdate(
      learningRate: Float(step.learningRate), beta1: Float(beta1), beta2: Float(beta2),
      epsilon: Float(epsilon), biasCorrection1: Float(correction1),
      biasCorrection2: Float(correction2), decay: Float(step.l2Decay),
      decoupledDecay: Float(step.decoupledDecay), gradientScale: Float(step.gradientScale))
    ThreadState.backend.adam(
      update, parameter: parameter.ownedArray(), gradient: gradient.array.compacted(),
      firstMoment: slots[0].ownedArray(), secondMoment: slots[1].ownedArray(),
      largest: isAMSGrad ? slots[2].ownedArray() : nil)
  }

  /// The same in tensor operations, for float64.
  private func compose(
    _ parameter: inout Tensor, _ gradient: Tensor, _ slots: inout [Tensor], _ step: UpdateStep
  ) {
    let correction1 = 1 - power(beta1, step.number)
    let correction2 = 1 - power(beta2, step.number)
    var (gradient, step) = (gradient, step)
    step.settle(&parameter, &gradient)
    slots[0] = slots[0] * beta1 + gradient * (1 - beta1)
    slots[1] = slots[1] * beta2 + square(gradient) * (1 - beta2)
    if isAMSGrad { slots[2] = maximum(slots[2], slots[1]) }
    let spread = sqrt(slots[isAMSGrad ? 2 : 1]) * (1 / correction2.squareRoot()) + epsilon
    parameter.add(slots[0] / spread, scaledBy: -step.learningRate / correction1)
  }
}
